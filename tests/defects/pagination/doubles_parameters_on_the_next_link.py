"""The first request's parameters are added to every next link."""

from tests.good.next_url_oauth import CONTRACT as GOOD
from tests.good.next_url_oauth import Source as Good

BREAKS = frozenset({"pagination.next_link"})
MAY_BREAK = frozenset({"pagination.stuck_cursor"})
CONTRACT = GOOD


class Source(Good):
    def ask(self, url, params=None):
        return super().ask(url, params or {"limit": self.config.page_size})
