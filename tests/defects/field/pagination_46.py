"""Links lead through a few pages; the paging goes back to pages that it has read, and there is no end.

Seen in turbot/steampipe-plugin-azure#250.
"""

from tests.good.link_header_requests import CONTRACT as GOOD
from tests.good.link_header_requests import Source as Good

BREAKS = frozenset({"pagination.complete", "pagination.terminates"})
MAY_BREAK = frozenset()
CONTRACT = GOOD


class Source(Good):
    beginning = None

    def get(self, pagination=None):
        page = super().get(pagination)
        self.beginning = self.beginning or page.next_pagination
        page.next_pagination = page.next_pagination or self.beginning
        return page
