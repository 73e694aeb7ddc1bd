"""The first record of a page is taken for granted."""

from tests.good.offset_requests import CONTRACT as GOOD
from tests.good.offset_requests import Source as Good

BREAKS = frozenset({"pagination.empty_collection", "pagination.complete"})
MAY_BREAK = frozenset({"pagination.empty_page_midway"})
CONTRACT = GOOD


class Source(Good):
    def get(self, pagination=None):
        iteration = super().get(pagination)
        self.first = iteration.records[0].id
        return iteration
