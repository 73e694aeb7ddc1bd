"""The bound is sent with the first page only."""

from tests.good.cursor_incremental import CONTRACT as GOOD
from tests.good.cursor_incremental import Source as Good

BREAKS = frozenset({"incremental.window"})
MAY_BREAK = frozenset({"incremental.tiles"})
CONTRACT = GOOD


class Source(Good):
    def get_records_after(self, source_state, pagination=None):
        return self.get(pagination) if pagination else super().get_records_after(source_state, pagination)
