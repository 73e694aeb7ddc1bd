"""Whatever has gathered since the last run is asked for at once."""

from bizon.source.models import SourceIteration

from tests.good._shared import records_of
from tests.good.offset_windows import CONTRACT as GOOD
from tests.good.offset_windows import Source as Good
from tests.good.offset_windows import text

BREAKS = frozenset({"incremental.window_limit"})
MAY_BREAK = frozenset()
CONTRACT = GOOD


class Source(Good):
    def get_records_after(self, source_state, pagination=None):
        rows, onward = self.page((pagination or {}).get("offset", 0), since=text(source_state.last_run))
        return SourceIteration(
            next_pagination={} if onward is None else {"offset": onward}, records=records_of("entries", rows)
        )
