"""An id that is null becomes the text None."""

from bizon.source.models import SourceRecord

from tests.good.offset_requests import CONTRACT as GOOD
from tests.good.offset_requests import Source as Good

BREAKS = frozenset({"records.missing_id"})
MAY_BREAK = frozenset()
CONTRACT = GOOD


class Source(Good):
    @staticmethod
    def record(row, place):
        return SourceRecord(id=str(row.get("order_id")), data=row)
