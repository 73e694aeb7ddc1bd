"""The API pages by cursor alone; the code for page numbers runs as well, and falls over the page that is not there.

Seen in apache/seatunnel#9474.
"""

from tests.defects._contract import only
from tests.good.cursor_session import CONTRACT as GOOD
from tests.good.cursor_session import Source as Good

BREAKS = frozenset({"pagination.complete"})
MAY_BREAK = frozenset()
CONTRACT = only(GOOD, "customers")


class Source(Good):
    def params(self, pagination):
        params = super().params(pagination)
        return params | {"page": pagination["page"] + 1} if pagination else params
