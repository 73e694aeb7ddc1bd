"""The newest change is the state, whatever its date: one in the future, and nothing is read any more."""

from tests.good.next_url_own_state import CONTRACT as GOOD
from tests.good.next_url_own_state import Source as Good

BREAKS = frozenset({"incremental.future_dated"})
MAY_BREAK = frozenset()
CONTRACT = GOOD


class Source(Good):
    def iteration(self, pagination, began, **params):
        iteration = super().iteration(pagination, began, **params)
        future = [row.data["updated"] for row in iteration.records if row.data["updated"] > began + 86400]
        if iteration.next_pagination:
            iteration.next_pagination["future"] = max([pagination.get("future", 0), *future])
        elif after := max([pagination.get("future", 0), *future]):
            iteration.next_state = {"after": after - 1}
        return iteration
