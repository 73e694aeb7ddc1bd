"""The newest come first, and with them the state: what is behind them is lost when the run is cut short."""

from tests.good.next_url_own_state import CONTRACT as GOOD
from tests.good.next_url_own_state import Source as Good

BREAKS = frozenset({"incremental.descending_interrupted"})
MAY_BREAK = frozenset()
CONTRACT = GOOD


class Source(Good):
    def iteration(self, pagination, began, **params):
        iteration = super().iteration(pagination, began, **params)
        if iteration.next_pagination:
            iteration.next_state = {"after": iteration.next_pagination["newest"] - 1}
        return iteration
