"""Ids are random."""

import uuid

from tests.good.offset_requests import CONTRACT as GOOD
from tests.good.offset_requests import Source as Good

BREAKS = frozenset({"records.identity", "records.stable_ids"})
MAY_BREAK = frozenset({"pagination.first_page"})
CONTRACT = GOOD


class Source(Good):
    @staticmethod
    def record(row, place):
        record = Good.record(row, place)
        return record.model_copy(update={"id": str(uuid.uuid4())})
