"""The check asks a stream that the credentials may not read."""

from tests.good._shared import decode, reason
from tests.good.cursor_session import CONTRACT as GOOD
from tests.good.cursor_session import Source as Good

BREAKS = frozenset({"connection.least_privilege"})
MAY_BREAK = frozenset()
CONTRACT = GOOD


class Source(Good):
    def check_connection(self):
        try:
            decode(self.http.get(self.url("/invoices"), params={"limit": 1}))
        except Exception as error:
            return False, reason(error)
        return True, None
