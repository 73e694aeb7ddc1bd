"""Windows begin and end at milliseconds and are remembered by the second: none meets the one before, and each run reads all from the start.

Seen in airbytehq/airbyte#80282.
"""

import datetime as dt

from bizon.source.models import SourceIteration

from tests.defects.incremental._contract import incremental
from tests.good._shared import records_of
from tests.good.offset_windows import CONTRACT as GOOD
from tests.good.offset_windows import Source as Good
from tests.good.offset_windows import text

BREAKS = frozenset({"incremental.window", "incremental.state"})
MAY_BREAK = frozenset({"incremental.quiet_period"})
START = "2015-01-01T00:00:00Z"
CONTRACT = incremental(GOOD, window_limit=None)


def joined(reached, since, until):
    """Up to where all was read, with one window more."""
    return until[:19] + "Z" if since == reached else reached


class Source(Good):
    def get_records_after(self, source_state, pagination=None):
        full = (text(dt.datetime.fromisoformat(START)), text(source_state.last_run))
        reached = source_state.state.get("reached") or joined(START, *full)
        since, until = text(dt.datetime.fromisoformat(reached)), text(source_state.run_started_at)
        rows, onward = self.page((pagination or {}).get("offset", 0), since=since, until=until)
        if onward is not None:
            return SourceIteration(next_pagination={"offset": onward}, records=records_of("entries", rows))
        state = {"reached": joined(reached, since, until)}
        return SourceIteration(next_pagination={}, records=records_of("entries", rows), next_state=state)
