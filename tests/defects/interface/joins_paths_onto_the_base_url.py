"""urljoin drops the last part of a base URL without a slash at its end."""

from urllib.parse import urljoin

from tests.defects._contract import only
from tests.good.cursor_session import CONTRACT as GOOD
from tests.good.cursor_session import Source as Good

BREAKS = frozenset({"interface.base_url_forms"})
MAY_BREAK = frozenset()
CONTRACT = only(GOOD, "customers")


class Source(Good):
    def url(self, path):
        return urljoin(self.config.base_url, f"/v2{path}")
