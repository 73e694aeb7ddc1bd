"""The seconds since the epoch are counted by mktime, which takes UTC for the host's own time."""

import time

from tests.good.next_url_own_state import CONTRACT as GOOD
from tests.good.next_url_own_state import Source as Good

BREAKS = frozenset({"incremental.timezone"})
MAY_BREAK = frozenset()
CONTRACT = GOOD


class Source(Good):
    def get_records_after(self, source_state, pagination=None):
        began = int(source_state.run_started_at.timestamp())
        after = int(time.mktime(source_state.last_run.timetuple())) - 1
        return self.iteration(pagination or {}, began, updated_after=after)
