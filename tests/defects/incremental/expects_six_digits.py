"""Times are read with a format that wants a fraction, which the API leaves out where it is zero."""

import datetime as dt

from tests.defects.incremental._contract import incremental
from tests.good.cursor_incremental import CONTRACT as GOOD
from tests.good.cursor_incremental import Source as Good

BREAKS = frozenset({"incremental.resolution", "incremental.window"})
MAY_BREAK = frozenset(
    {
        "incremental.future_dated",
        "incremental.late_visible",
        "incremental.paging",
        "incremental.quiet_period",
        "incremental.state",
        "incremental.state_size",
        "incremental.ties",
        "incremental.tiles",
    }
)
CONTRACT = incremental(GOOD, resolution="microsecond")


class Source(Good):
    def get_records_after(self, source_state, pagination=None):
        iteration = super().get_records_after(source_state, pagination)
        for record in iteration.records:
            record.timestamp = dt.datetime.strptime(record.data["changed_at"], "%Y-%m-%dT%H:%M:%S.%f%z")
        return iteration
