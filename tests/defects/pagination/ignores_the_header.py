"""Pages are counted on until one is short; the header of the next page is not read."""

from bizon.source.models import SourceIteration

from tests.good.next_header_pages import CONTRACT as GOOD
from tests.good.next_header_pages import Source as Good

BREAKS = frozenset({"pagination.short_pages"})
MAY_BREAK = frozenset()
CONTRACT = GOOD


class Source(Good):
    def get(self, pagination=None):
        page, asked = super().get(pagination), int((pagination or {}).get("page", "1"))
        over = len(page.records) < self.config.size
        return SourceIteration(next_pagination={} if over else {"page": str(asked + 1)}, records=page.records)
