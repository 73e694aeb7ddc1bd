"""A tuple in the state comes back from bizon as a list."""

from tests.good.next_url_own_state import CONTRACT as GOOD
from tests.good.next_url_own_state import Source as Good

BREAKS = frozenset({"incremental.state"})
MAY_BREAK = frozenset()
CONTRACT = GOOD


class Source(Good):
    def iteration(self, pagination, began, **params):
        iteration = super().iteration(pagination, began, **params)
        if iteration.next_state:
            iteration.next_state["seen"] = (began, len(iteration.records))
        return iteration
