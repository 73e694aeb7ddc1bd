"""One get() reads two pages."""

from bizon.source.models import SourceIteration

from tests.good.offset_requests import CONTRACT as GOOD
from tests.good.offset_requests import Source as Good

BREAKS = frozenset({"pagination.one_page_per_get"})
MAY_BREAK = frozenset()
CONTRACT = GOOD


class Source(Good):
    def get(self, pagination=None):
        one = super().get(pagination)
        if not one.next_pagination:
            return one
        two = super().get(one.next_pagination)
        return SourceIteration(next_pagination=two.next_pagination, records=one.records + two.records)
