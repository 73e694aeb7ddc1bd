"""One get() reads every page of the stream."""

from bizon.source.models import SourceIteration

from tests.good.offset_requests import CONTRACT as GOOD
from tests.good.offset_requests import Source as Good

BREAKS = frozenset({"engine.max_iterations", "pagination.one_page_per_get"})
MAY_BREAK = frozenset()
CONTRACT = GOOD


class Source(Good):
    def get(self, pagination=None):
        page = super().get(pagination)
        records = page.records
        while page.next_pagination:
            page = super().get(page.next_pagination)
            records += page.records
        return SourceIteration(next_pagination={}, records=records)
