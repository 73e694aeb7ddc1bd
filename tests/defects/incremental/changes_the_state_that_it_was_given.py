"""The state that bizon handed over is changed, and returned."""

from tests.good.next_url_own_state import CONTRACT as GOOD
from tests.good.next_url_own_state import Source as Good

BREAKS = frozenset({"incremental.paging", "incremental.state_size"})
MAY_BREAK = frozenset()
CONTRACT = GOOD


class Source(Good):
    def get_records_after(self, source_state, pagination=None):
        iteration = super().get_records_after(source_state, pagination)
        if iteration.next_state and not iteration.next_pagination:
            source_state.state.update(iteration.next_state)
            iteration.next_state = source_state.state
        return iteration
