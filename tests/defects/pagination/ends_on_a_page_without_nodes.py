"""A page without nodes ends the stream, although hasNextPage is true."""

from bizon.source.models import SourceIteration

from tests.good.relay_inlined import CONTRACT as GOOD
from tests.good.relay_inlined import Source as Good

BREAKS = frozenset({"pagination.empty_page_midway"})
MAY_BREAK = frozenset()
CONTRACT = GOOD


class Source(Good):
    def get(self, pagination=None):
        page = super().get(pagination)
        return SourceIteration(next_pagination=page.next_pagination if page.records else {}, records=page.records)
