"""The id is that of the group, not of the record: rows of one group overwrite each other."""

from tests.good.offset_requests import CONTRACT as GOOD
from tests.good.offset_requests import Source as Good

BREAKS = frozenset({"records.identity"})
MAY_BREAK = frozenset()
CONTRACT = GOOD


class Source(Good):
    @staticmethod
    def record(row, place):
        return Good.record(row, place).model_copy(update={"id": str(row.get("status"))})
