"""Thousands of records are served with a start and a total; one request is made, and the collection is reported as complete.

Seen in apache/devlake#4903.
"""

from tests.good.offset_own_session import CONTRACT as GOOD
from tests.good.offset_own_session import Source as Good

BREAKS = frozenset({"pagination.complete"})
MAY_BREAK = frozenset()
CONTRACT = GOOD


class Source(Good):
    def get(self, pagination=None):
        page = super().get(pagination)
        page.next_pagination = {}
        return page
