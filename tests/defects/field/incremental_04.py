"""Times are whole seconds; the next run asks from the second behind the start of the last one on, and records still change in that second.

Seen in singer-io/tap-harvest#34.
"""

import datetime as dt

from tests.defects.incremental._contract import incremental
from tests.good.offset_windows import CONTRACT as GOOD
from tests.good.offset_windows import Source as Good

BREAKS = frozenset({"incremental.window", "incremental.ties"})
MAY_BREAK = frozenset({"incremental.resolution", "incremental.tiles"})
CONTRACT = incremental(GOOD, resolution="second")


class Source(Good):
    def get_records_after(self, source_state, pagination=None):
        bookmark = source_state.last_run.replace(microsecond=0) + dt.timedelta(seconds=1)
        return super().get_records_after(source_state.model_copy(update={"last_run": bookmark}), pagination)
