"""The next run begins where this one ended, and not where it began: what changed meanwhile is lost."""

import time

from tests.good.next_url_own_state import CONTRACT as GOOD
from tests.good.next_url_own_state import Source as Good

BREAKS = frozenset({"incremental.tiles", "incremental.window"})
MAY_BREAK = frozenset({"incremental.resolution", "incremental.ties"})
CONTRACT = GOOD


class Source(Good):
    def iteration(self, pagination, began, **params):
        iteration = super().iteration(pagination, began, **params)
        if not iteration.next_pagination:
            iteration.next_state = {"after": int(time.time()) + 1}
        return iteration
