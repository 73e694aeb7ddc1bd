"""The header of the next page is there on the last page, and empty: it is sent as it is."""

from bizon.source.models import SourceIteration

from tests.good.next_header_pages import CONTRACT as GOOD
from tests.good.next_header_pages import Source as Good

BREAKS = frozenset({"pagination.complete"})
MAY_BREAK = frozenset()
CONTRACT = GOOD


class Source(Good):
    def get(self, pagination=None):
        page = super().get(pagination)
        return SourceIteration(next_pagination=page.next_pagination or {"page": ""}, records=page.records)
