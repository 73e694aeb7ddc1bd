"""The next page is asked with the cursor of the link alone: what else the API put there is lost."""

from urllib.parse import parse_qsl, urlsplit

from tests.defects._contract import only
from tests.good.next_url_requests import CONTRACT as GOOD
from tests.good.next_url_requests import Source as Good

BREAKS = frozenset({"pagination.next_link"})
MAY_BREAK = frozenset()
CONTRACT = only(GOOD, "accounts")


class Source(Good):
    def ask(self, url, params=None):
        if params is None:
            first, params = self.first(self.config.top)
            return super().ask(first, params | dict(parse_qsl(urlsplit(url).query.rpartition("&")[2])))
        return super().ask(url, params)
