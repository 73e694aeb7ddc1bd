"""A cursor that does not move is logged, and the sync ends as if it were complete."""

from loguru import logger

from tests.defects._contract import only
from tests.good.cursor_session import CONTRACT as GOOD
from tests.good.cursor_session import Source as Good

BREAKS = frozenset({"pagination.stuck_cursor"})
MAY_BREAK = frozenset({"integrity.contradiction"})
CONTRACT = only(GOOD, "customers")


class Source(Good):
    def onward(self, body, pagination):
        if body["has_more"] and body["next_cursor"] == pagination.get("cursor"):
            logger.warning("the cursor does not move; stopping here")
            return {}
        return super().onward(body, pagination)
