"""An increment that fails is taken for one without changes."""

from bizon.source.models import SourceIteration

from tests.good.cursor_incremental import CONTRACT as GOOD
from tests.good.cursor_incremental import Source as Good

BREAKS = frozenset({"incremental.paging"})
MAY_BREAK = frozenset()
CONTRACT = GOOD


class Source(Good):
    def get_records_after(self, source_state, pagination=None):
        try:
            return super().get_records_after(source_state, pagination)
        except Exception:
            return SourceIteration(next_pagination={}, records=[])
