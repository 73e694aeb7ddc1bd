"""Timestamps have no zone."""

from tests.defects._contract import only
from tests.good.cursor_session import CONTRACT as GOOD
from tests.good.cursor_session import Source as Good

BREAKS = frozenset({"records.timestamp"})
MAY_BREAK = frozenset()
CONTRACT = only(GOOD, "customers")


class Source(Good):
    def get(self, pagination=None):
        iteration = super().get(pagination)
        for record in iteration.records:
            record.timestamp = record.timestamp.replace(tzinfo=None)
        return iteration
