"""The check takes next() of the first stream: an empty account raises StopIteration, and valid credentials are refused.

Seen in airbytehq/airbyte#21944.
"""

from tests.good._shared import reason
from tests.good.cursor_post_body import CONTRACT as GOOD
from tests.good.cursor_post_body import Source as Good

BREAKS = frozenset({"connection.empty_account"})
MAY_BREAK = frozenset()
CONTRACT = GOOD


class Source(Good):
    def check_connection(self):
        try:
            next(iter(self.get({}).records))
        except Exception as error:
            return False, reason(error)
        return True, None
