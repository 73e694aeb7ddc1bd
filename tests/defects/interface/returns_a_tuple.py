"""get() returns a tuple of pagination and records."""

from tests.good.offset_requests import CONTRACT as GOOD
from tests.good.offset_requests import Source as Good

BREAKS = frozenset({"interface.dispatch"})
MAY_BREAK = frozenset()
CONTRACT = GOOD


class Source(Good):
    def get(self, pagination=None):
        iteration = super().get(pagination)
        return iteration.next_pagination, iteration.records
