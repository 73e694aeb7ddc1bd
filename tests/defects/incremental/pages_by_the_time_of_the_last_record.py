"""The next page is asked from the time of the last record on: a page of one instant leads to itself."""

from tests.good.cursor_incremental import CONTRACT as GOOD
from tests.good.cursor_incremental import Source as Good

BREAKS = frozenset({"incremental.ties"})
MAY_BREAK = frozenset(
    {
        "incremental.late_visible",
        "incremental.paging",
        "incremental.resolution",
        "incremental.tiles",
        "incremental.window",
    }
)
CONTRACT = GOOD


class Source(Good):
    def get_records_after(self, source_state, pagination=None):
        if pagination:
            iteration = self.iteration({}, **pagination)
        else:
            iteration = super().get_records_after(source_state, pagination)
        if iteration.next_pagination:
            iteration.next_pagination = {"changed_since": iteration.records[-1].timestamp.isoformat()}
        return iteration
