"""Numbers become floats on their way, and those beyond 2**53 lose their last digits."""

from tests.defects._contract import described
from tests.good.offset_requests import CONTRACT as GOOD
from tests.good.offset_requests import Source as Good

BREAKS = frozenset({"records.payload"})
MAY_BREAK = frozenset()
CONTRACT = described(GOOD, "orders", record={"order_id": 12, "status": "open", "count": 3})


class Source(Good):
    @staticmethod
    def record(row, place):
        record = Good.record(row, place)
        data = {name: float(value) if name == "count" else value for name, value in row.items()}
        return record.model_copy(update={"data": data})
