"""The API hands out a next token for ever; nothing compares it with the one before, and what has been read is never saved.

Seen in hashicorp-forge/grove#95.
"""

from tests.defects._contract import only
from tests.good.cursor_session import CONTRACT as GOOD
from tests.good.cursor_session import Source as Good

BREAKS = frozenset({"pagination.stuck_cursor"})
MAY_BREAK = frozenset({"integrity.contradiction", "pagination.next_on_last_page"})
CONTRACT = only(GOOD, "customers")


class Source(Good):
    def onward(self, body, pagination):
        token = body.get("next_cursor")
        return {"cursor": token} if token else {}
