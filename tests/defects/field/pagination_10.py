"""Paging is by record offset; the number of the page is sent in its place.

Seen in apache/devlake#5032.
"""

from tests.good.offset_requests import CONTRACT as GOOD
from tests.good.offset_requests import Source as Good

BREAKS = frozenset({"pagination.complete"})
MAY_BREAK = frozenset({"pagination.depth_cap", "records.missing_id"})
CONTRACT = GOOD


class Source(Good):
    def params(self, offset):
        return super().params(offset // self.config.page_size)
