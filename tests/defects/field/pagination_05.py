"""Pages may hold fewer records than asked for although more follow; the next token is built for full pages only.

Seen in airbytehq/airbyte#34166.
"""

from tests.good.link_header_session import CONTRACT as GOOD
from tests.good.link_header_session import Source as Good

BREAKS = frozenset({"pagination.short_pages", "pagination.empty_page_midway"})
MAY_BREAK = frozenset()
CONTRACT = GOOD


class Source(Good):
    def get(self, pagination=None):
        page = super().get(pagination)
        if len(page.records) < self.config.per_page:
            page.next_pagination = {}
        return page
