"""Records have fields whose value is null; null fields are left out of what is delivered.

Seen in airbytehq/airbyte#36061.
"""

from tests.defects._contract import described
from tests.good.offset_requests import CONTRACT as GOOD
from tests.good.offset_requests import Source as Good

BREAKS = frozenset({"records.payload"})
MAY_BREAK = frozenset()
CONTRACT = described(GOOD, "orders", record={"order_id": 12, "status": "open", "note": None})


class Source(Good):
    @staticmethod
    def record(row, place):
        record = Good.record(row, place)
        record.data = {key: value for key, value in record.data.items() if value is not None}
        return record
