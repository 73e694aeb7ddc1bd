"""The newest change itself is sent to an API that returns what came after it: others of that second are lost."""

from tests.good.next_url_own_state import CONTRACT as GOOD
from tests.good.next_url_own_state import Source as Good

BREAKS = frozenset({"incremental.ties", "incremental.tiles", "incremental.window"})
MAY_BREAK = frozenset({"incremental.resolution"})
CONTRACT = GOOD


class Source(Good):
    def iteration(self, pagination, began, **params):
        iteration = super().iteration(pagination, began, **params)
        if iteration.next_state:
            iteration.next_state["after"] += 1
        return iteration
