"""The newest of no records is asked for."""

from tests.good.cursor_incremental import CONTRACT as GOOD
from tests.good.cursor_incremental import Source as Good

BREAKS = frozenset({"incremental.quiet_period", "incremental.state"})
MAY_BREAK = frozenset({"incremental.late_visible", "incremental.paging", "incremental.ties"})
CONTRACT = GOOD


class Source(Good):
    def get_records_after(self, source_state, pagination=None):
        iteration = super().get_records_after(source_state, pagination)
        iteration.next_state = {"newest": max(record.timestamp for record in iteration.records).isoformat()}
        return iteration
