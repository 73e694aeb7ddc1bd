"""More than one page comes with a token for the next one; the token does not reach the next request, and the same call is repeated.

Seen in cloudquery/cloudquery#18539.
"""

from tests.good.next_header_tokens import CONTRACT as GOOD
from tests.good.next_header_tokens import Source as Good

BREAKS = frozenset({"pagination.complete"})
MAY_BREAK = frozenset()
CONTRACT = GOOD


class Source(Good):
    def page(self, after, size):
        return super().page(None, size)
