"""A page shorter than asked is taken for the last one."""

from tests.good.offset_requests import CONTRACT as GOOD
from tests.good.offset_requests import Source as Good

BREAKS = frozenset({"pagination.short_pages"})
MAY_BREAK = frozenset()
CONTRACT = GOOD


class Source(Good):
    def get(self, pagination=None):
        iteration = super().get(pagination)
        if len(iteration.records) < self.config.page_size:
            iteration.next_pagination = {}
        return iteration
