"""An export filters inclusively and always leads on; the end is a page of one record, and where several share the last second it never comes.

Seen in airbytehq/airbyte#81516.
"""

from bizon.source.models import SourceIteration

from tests.defects.incremental._contract import incremental
from tests.good._shared import moment_of, records_of
from tests.good.offset_windows import CONTRACT as GOOD
from tests.good.offset_windows import Source as Good
from tests.good.offset_windows import text

BREAKS = frozenset({"incremental.ties"})
MAY_BREAK = frozenset({"incremental.resolution", "incremental.tiles", "incremental.window"})
CONTRACT = incremental(GOOD, order="ascending", resolution="second", window_limit=None)


class Source(Good):
    def get_records_after(self, source_state, pagination=None):
        since = (pagination or {}).get("from") or text(source_state.last_run)
        rows, _ = self.page(0, since=since)
        onward = {"from": text(moment_of(rows[-1]["meta"]["at"]))} if len(rows) > 1 else {}
        return SourceIteration(next_pagination=onward, records=records_of("entries", rows))
