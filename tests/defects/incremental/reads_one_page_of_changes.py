"""An increment is taken for short: its first page is its last."""

from tests.good.cursor_incremental import CONTRACT as GOOD
from tests.good.cursor_incremental import Source as Good

BREAKS = frozenset({"incremental.paging", "incremental.window"})
MAY_BREAK = frozenset(
    {"incremental.late_visible", "incremental.resolution", "incremental.state", "incremental.ties", "incremental.tiles"}
)
CONTRACT = GOOD


class Source(Good):
    def get_records_after(self, source_state, pagination=None):
        iteration = super().get_records_after(source_state, pagination)
        iteration.next_pagination = {}
        return iteration
