"""A record's id is the number of its row."""

from tests.good.offset_requests import CONTRACT as GOOD
from tests.good.offset_requests import Source as Good

BREAKS = frozenset({"records.identity", "records.stable_ids"})
MAY_BREAK = frozenset()
CONTRACT = GOOD


class Source(Good):
    @staticmethod
    def record(row, place):
        return Good.record(row, place).model_copy(update={"id": str(place)})
