"""Paging is by record offset; it grows by page times size with each step, and jumps over ever larger holes.

Seen in apache/devlake#1355.
"""

from tests.good.offset_requests import CONTRACT as GOOD
from tests.good.offset_requests import Source as Good

BREAKS = frozenset({"pagination.complete"})
MAY_BREAK = frozenset({"integrity.error_envelope", "pagination.depth_cap"})
CONTRACT = GOOD


class Source(Good):
    def get(self, pagination=None):
        number = (pagination or {}).get("number", 1)
        page = super().get(pagination)
        if page.next_pagination:
            onward = pagination["offset"] if pagination else 0
            page.next_pagination = {"offset": onward + number * self.config.page_size, "number": number + 1}
        return page
