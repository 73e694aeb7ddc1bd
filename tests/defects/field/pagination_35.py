"""The next link repeats the parameters of the first request, which are added to its own query on every further page.

Seen in dlt-hub/dlt#1514.
"""

from tests.good.next_url_requests import CONTRACT as GOOD
from tests.good.next_url_requests import Source as Good

BREAKS = frozenset({"pagination.next_link"})
MAY_BREAK = frozenset({"pagination.stuck_cursor"})
CONTRACT = GOOD


class Source(Good):
    def ask(self, url, params=None):
        return super().ask(url, self.first(self.config.top)[1] | (params or {}))
