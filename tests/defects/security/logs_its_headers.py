"""The headers of the session are logged when a request fails."""

import requests
from loguru import logger

from tests.defects._contract import only
from tests.good.link_header_session import CONTRACT as GOOD
from tests.good.link_header_session import Source as Good

BREAKS = frozenset({"security.logs"})
MAY_BREAK = frozenset()
CONTRACT = only(GOOD, "issues")


class Source(Good):
    def ask(self, url, params=None):
        try:
            return super().ask(url, params)
        except Exception:
            asked = self.session.auth(requests.Request("GET", url).prepare())
            logger.debug(f"failed: {url} with {dict(asked.headers)}")
            raise
