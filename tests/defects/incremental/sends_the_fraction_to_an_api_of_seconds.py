"""The bound has microseconds, the API's times have none: what changed in the same second before it is lost."""

import datetime as dt

from tests.defects.incremental._contract import incremental
from tests.good.cursor_incremental import CONTRACT as GOOD
from tests.good.cursor_incremental import Source as Good

BREAKS = frozenset({"incremental.resolution", "incremental.window"})
MAY_BREAK = frozenset({"incremental.ties", "incremental.tiles"})
CONTRACT = incremental(GOOD, lag=0)


class Source(Good):
    def get_records_after(self, source_state, pagination=None):
        return self.iteration(pagination or {}, changed_since=source_state.last_run.astimezone(dt.UTC).isoformat())
