"""Boards come by the hundred; exactly one page of them arrives, and what belongs to the others is missing, too.

Seen in airbytehq/airbyte#45104.
"""

from tests.good.cursor_children import CONTRACT as GOOD
from tests.good.cursor_children import Source as Good

BREAKS = frozenset({"pagination.complete"})
MAY_BREAK = frozenset({"pagination.live_changes", "pagination.stuck_cursor"})
CONTRACT = GOOD


class Source(Good):
    def get(self, pagination=None):
        page = super().get(pagination)
        page.next_pagination = {}
        return page
