"""Lists are paged with a link to the next page; the first page is taken for the stream.

Seen in airbytehq/airbyte#54713.
"""

from tests.good.next_url_requests import CONTRACT as GOOD
from tests.good.next_url_requests import Source as Good

BREAKS = frozenset({"pagination.complete"})
MAY_BREAK = frozenset({"pagination.live_changes", "pagination.stuck_cursor"})
CONTRACT = GOOD


class Source(Good):
    def get(self, pagination=None):
        page = super().get(pagination)
        page.next_pagination = {}
        return page
