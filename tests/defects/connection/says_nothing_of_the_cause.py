"""Every failure of the check reads alike."""

from tests.good.offset_requests import CONTRACT as GOOD
from tests.good.offset_requests import Source as Good

BREAKS = frozenset({"connection.message"})
MAY_BREAK = frozenset()
CONTRACT = GOOD


class Source(Good):
    def check_connection(self):
        ok, _ = super().check_connection()
        return (True, None) if ok else (False, "invalid key")
