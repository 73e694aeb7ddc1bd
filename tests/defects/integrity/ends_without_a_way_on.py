"""has_more is true, there is no cursor, and the stream ends."""

from tests.defects._contract import only
from tests.good.cursor_session import CONTRACT as GOOD
from tests.good.cursor_session import Source as Good

BREAKS = frozenset({"integrity.contradiction"})
MAY_BREAK = frozenset()
CONTRACT = only(GOOD, "customers")


class Source(Good):
    def onward(self, body, pagination):
        return super().onward(body, pagination) if body.get("next_cursor") else {}
