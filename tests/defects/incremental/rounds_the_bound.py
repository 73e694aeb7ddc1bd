"""The bound is rounded to the second, half the time up."""

import datetime as dt

from tests.defects.incremental._contract import incremental
from tests.good.cursor_incremental import CONTRACT as GOOD
from tests.good.cursor_incremental import Source as Good

BREAKS = frozenset({"incremental.resolution"})
MAY_BREAK = frozenset({"incremental.tiles"})
CONTRACT = incremental(GOOD, lag=0)


class Source(Good):
    def get_records_after(self, source_state, pagination=None):
        since = dt.datetime.fromtimestamp(round(source_state.last_run.timestamp()), dt.UTC)
        return self.iteration(pagination or {}, changed_since=since.isoformat())
