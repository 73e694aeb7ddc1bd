"""Each run begins where the last one began, although the API shows changes up to 90 seconds late."""

import datetime as dt

from tests.good.cursor_incremental import CONTRACT as GOOD
from tests.good.cursor_incremental import Source as Good

BREAKS = frozenset({"incremental.late_visible"})
MAY_BREAK = frozenset()
CONTRACT = GOOD


class Source(Good):
    def get_records_after(self, source_state, pagination=None):
        since = source_state.last_run.astimezone(dt.UTC).replace(microsecond=0)
        return self.iteration(pagination or {}, changed_since=since.isoformat())
