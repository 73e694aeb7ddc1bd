"""The bound is written in the host's own time, and read as UTC."""

from tests.good.cursor_incremental import CONTRACT as GOOD
from tests.good.cursor_incremental import LAG
from tests.good.cursor_incremental import Source as Good

BREAKS = frozenset({"incremental.timezone"})
MAY_BREAK = frozenset()
CONTRACT = GOOD


class Source(Good):
    def get_records_after(self, source_state, pagination=None):
        since = (source_state.last_run - LAG).astimezone().replace(tzinfo=None, microsecond=0).isoformat()
        return self.iteration(pagination or {}, changed_since=since)
