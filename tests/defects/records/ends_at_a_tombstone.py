"""A page of nothing but deleted tickets is taken for the end."""

from bizon.source.models import SourceIteration

from tests.good.cursor_incremental import CONTRACT as GOOD
from tests.good.cursor_incremental import Source as Good

BREAKS = frozenset({"records.tombstones"})
MAY_BREAK = frozenset({"pagination.empty_page_midway", "incremental.paging"})
CONTRACT = GOOD


class Source(Good):
    def iteration(self, pagination, **params):
        read = super().iteration(pagination, **params)
        return read if read.records else SourceIteration(next_pagination={}, records=[])
