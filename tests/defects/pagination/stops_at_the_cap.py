"""Paging stops where the API would refuse it, without a word."""

from bizon.source.models import SourceIteration

from tests.good.offset_requests import CONTRACT as GOOD
from tests.good.offset_requests import Source as Good

BREAKS = frozenset({"pagination.depth_cap"})
MAY_BREAK = frozenset()
CONTRACT = GOOD


class Source(Good):
    def get(self, pagination=None):
        page = super().get(pagination)
        over = page.next_pagination.get("offset", 0) >= 200
        return SourceIteration(next_pagination={} if over else page.next_pagination, records=page.records)
