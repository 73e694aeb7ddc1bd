"""A count that cannot be had raises, and the run fails before its first page."""

from tests.good.offset_requests import CONTRACT as GOOD
from tests.good.offset_requests import Source as Good

BREAKS = frozenset({"pagination.total"})
MAY_BREAK = frozenset()
CONTRACT = GOOD


class Source(Good):
    def get_total_records_count(self):
        return self.ask("/orders", self.params(0) | {"limit": 1})["total"] or None
