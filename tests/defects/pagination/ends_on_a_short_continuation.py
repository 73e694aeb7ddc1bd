"""The continuation is followed only behind a full page."""

from bizon.source.models import SourceIteration

from tests.good.next_header_tokens import CONTRACT as GOOD
from tests.good.next_header_tokens import Source as Good

BREAKS = frozenset({"pagination.short_pages"})
MAY_BREAK = frozenset({"pagination.empty_page_midway"})
CONTRACT = GOOD


class Source(Good):
    def get(self, pagination=None):
        page = super().get(pagination)
        onward = page.next_pagination if len(page.records) == 3 else {}
        return SourceIteration(next_pagination=onward, records=page.records)
