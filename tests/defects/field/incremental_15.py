"""Events appear four to six hours late and in no order; each run asks for one hour more than has passed and never comes back to the others.

Seen in estuary/connectors#3178.
"""

import datetime as dt

from tests.defects.incremental._contract import incremental
from tests.good.offset_windows import CONTRACT as GOOD
from tests.good.offset_windows import Source as Good

BREAKS = frozenset({"incremental.late_visible"})
MAY_BREAK = frozenset()
CONTRACT = incremental(GOOD, lag=6 * 3600, order="none")


class Source(Good):
    def get_records_after(self, source_state, pagination=None):
        since = source_state.last_run - dt.timedelta(hours=1)
        return super().get_records_after(source_state.model_copy(update={"last_run": since}), pagination)
