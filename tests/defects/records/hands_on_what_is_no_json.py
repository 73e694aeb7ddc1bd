"""The data holds a set, which bizon cannot put on its queue."""

from tests.good.offset_requests import CONTRACT as GOOD
from tests.good.offset_requests import Source as Good

BREAKS = frozenset({"records.serializable", "records.payload"})
MAY_BREAK = frozenset()
CONTRACT = GOOD


class Source(Good):
    @staticmethod
    def record(row, place):
        record = Good.record(row, place)
        return record.model_copy(update={"data": row | {"seen": {place}}})
