"""The offset grows by the page size, whatever came."""

from tests.good.offset_requests import CONTRACT as GOOD
from tests.good.offset_requests import Source as Good

BREAKS = frozenset({"pagination.short_pages"})
MAY_BREAK = frozenset()
CONTRACT = GOOD


class Source(Good):
    def get(self, pagination=None):
        iteration = super().get(pagination)
        offset = pagination["offset"] if pagination else 0
        if iteration.next_pagination:
            iteration.next_pagination = {"offset": offset + self.config.page_size}
        return iteration
