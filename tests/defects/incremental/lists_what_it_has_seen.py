"""The state holds the id of every record that ever came."""

from tests.good.next_url_own_state import CONTRACT as GOOD
from tests.good.next_url_own_state import Source as Good

BREAKS = frozenset({"incremental.state_size"})
MAY_BREAK = frozenset()
CONTRACT = GOOD


class Source(Good):
    def get_records_after(self, source_state, pagination=None):
        iteration = super().get_records_after(source_state, pagination)
        seen = (pagination or {}).get("seen", source_state.state.get("seen", []))
        seen = [*seen, *(record.id for record in iteration.records)]
        if iteration.next_pagination:
            iteration.next_pagination["seen"] = seen
        else:
            iteration.next_state = (iteration.next_state or source_state.state) | {"seen": seen}
        return iteration
