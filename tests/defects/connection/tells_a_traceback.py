"""The message of the check is a traceback."""

import traceback

from tests.good.offset_requests import CONTRACT as GOOD
from tests.good.offset_requests import Source as Good

BREAKS = frozenset({"connection.message"})
MAY_BREAK = frozenset()
CONTRACT = GOOD


class Source(Good):
    def check_connection(self):
        try:
            self.ask("/orders", {"limit": 1})
        except Exception:
            return False, traceback.format_exc()
        return True, None
