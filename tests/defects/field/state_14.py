"""Records are in no order of their time of change; the state is the time of the last one, not of the newest, and much is read again.

Seen in meltano/sdk#118.
"""

import datetime as dt

from tests.defects.incremental._contract import incremental
from tests.good._shared import moment_of
from tests.good.cursor_incremental import CONTRACT as GOOD
from tests.good.cursor_incremental import Source as Good

BREAKS = frozenset({"incremental.state"})
MAY_BREAK = frozenset()
CONTRACT = incremental(GOOD, order="none", lag=0)


class Source(Good):
    def get_records_after(self, source_state, pagination=None):
        first, started = (at.astimezone(dt.UTC) for at in (source_state.last_run, source_state.run_started_at))
        since = source_state.state.get("since") or first.isoformat(timespec="seconds")
        iteration = self.iteration(pagination or {}, changed_since=since)
        if not iteration.next_pagination:
            last = iteration.records[-1].timestamp if iteration.records else moment_of(since)
            iteration.next_state = {"since": min(last, started).isoformat(timespec="seconds")}
        return iteration
