"""The links of the API leave a parameter out, and it is not sent again."""

from tests.good.link_header_requests import CONTRACT as GOOD
from tests.good.link_header_requests import Source as Good

BREAKS = frozenset({"pagination.next_link"})
MAY_BREAK = frozenset()
CONTRACT = GOOD


class Source(Good):
    def ask(self, url, params):
        return super().ask(url, params if "batch" in params else {})
