"""A cursor that does not move on is a warning and the end."""

from bizon.source.models import SourceIteration
from loguru import logger

from tests.good._shared import records_of
from tests.good.relay_inlined import CONTRACT as GOOD
from tests.good.relay_inlined import Source as Good

BREAKS = frozenset({"pagination.stuck_cursor"})
MAY_BREAK = frozenset({"integrity.contradiction"})
CONTRACT = GOOD


class Source(Good):
    def get(self, pagination=None):
        asked = (pagination or {}).get("after")
        page = self.films(self.config.first, asked)
        onward = page["pageInfo"]["endCursor"] if page["pageInfo"]["hasNextPage"] else None
        if onward == asked:
            logger.warning("the cursor does not move on")
            onward = None
        return SourceIteration(
            next_pagination={"after": onward} if onward else {}, records=records_of("films", page["nodes"])
        )
