"""The check takes the first record of the stream."""

from tests.good.offset_requests import CONTRACT as GOOD
from tests.good.offset_requests import Source as Good

BREAKS = frozenset({"connection.empty_account"})
MAY_BREAK = frozenset()
CONTRACT = GOOD


class Source(Good):
    def check_connection(self):
        try:
            self.ask("/orders", {"limit": 1})["orders"][0]
        except Exception as error:
            return False, f"{self.config.base_url}: {error}"
        return True, None
