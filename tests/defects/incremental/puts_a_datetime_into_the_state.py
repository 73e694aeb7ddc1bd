"""A datetime in the state, which bizon refuses."""

from tests.good.cursor_incremental import CONTRACT as GOOD
from tests.good.cursor_incremental import Source as Good

BREAKS = frozenset({"incremental.state", "incremental.window"})
MAY_BREAK = frozenset({"incremental.paging"})
CONTRACT = GOOD


class Source(Good):
    def get_records_after(self, source_state, pagination=None):
        iteration = super().get_records_after(source_state, pagination)
        return type(iteration)(**iteration.model_dump() | {"next_state": {"since": source_state.last_run}})
