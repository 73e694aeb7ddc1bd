"""A cursor that does not move is asked again and again."""

from tests.defects._contract import only
from tests.good.cursor_session import CONTRACT as GOOD
from tests.good.cursor_session import Source as Good

BREAKS = frozenset({"pagination.stuck_cursor"})
MAY_BREAK = frozenset({"integrity.contradiction"})
CONTRACT = only(GOOD, "customers")


class Source(Good):
    def onward(self, body, pagination):
        return {"cursor": body["next_cursor"]} if body["has_more"] else {}
