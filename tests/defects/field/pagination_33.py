"""A Link header holds every parameter already; they are passed again with each page, and the URL grows until the server refuses it.

Seen in estuary/connectors#4057.
"""

from tests.good.link_header_session import CONTRACT as GOOD
from tests.good.link_header_session import Source as Good

BREAKS = frozenset({"pagination.next_link"})
MAY_BREAK = frozenset({"pagination.stuck_cursor"})
CONTRACT = GOOD


class Source(Good):
    def ask(self, url, params=None):
        return super().ask(url, {"per_page": self.config.per_page} | (params or {}))
