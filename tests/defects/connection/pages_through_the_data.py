"""The check reads the whole stream."""

from tests.defects._contract import only
from tests.good._shared import reason
from tests.good.cursor_session import CONTRACT as GOOD
from tests.good.cursor_session import Source as Good

BREAKS = frozenset({"connection.light"})
MAY_BREAK = frozenset()
CONTRACT = only(GOOD, "customers")


class Source(Good):
    def check_connection(self):
        try:
            pagination = {}
            while True:
                pagination = self.get(pagination).next_pagination
                if not pagination:
                    return True, None
        except Exception as error:
            return False, reason(error)
