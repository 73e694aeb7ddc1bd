"""The error of a record without an id names neither the stream nor the position."""

from bizon.source.models import SourceRecord

from tests.good.offset_requests import CONTRACT as GOOD
from tests.good.offset_requests import Source as Good

BREAKS = frozenset({"records.missing_id"})
MAY_BREAK = frozenset()
CONTRACT = GOOD


class Source(Good):
    @staticmethod
    def record(row, place):
        if row.get("order_id") in (None, ""):
            raise ValueError("a record has no id")
        return SourceRecord(id=row["order_id"], data=row)
