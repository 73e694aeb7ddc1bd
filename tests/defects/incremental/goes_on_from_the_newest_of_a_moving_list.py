"""The newest change seen is the state, although records on pages already read have changed before it."""

from tests.defects.incremental._contract import incremental
from tests.good.next_url_own_state import CONTRACT as GOOD
from tests.good.next_url_own_state import Source as Good

BREAKS = frozenset({"incremental.future_dated", "incremental.tiles"})
MAY_BREAK = frozenset()
CONTRACT = incremental(GOOD, order="none")


class Source(Good):
    def iteration(self, pagination, began, **params):
        if pagination:
            pagination = pagination | {"began": 2**40}
        return super().iteration(pagination, 2**40, **params)
