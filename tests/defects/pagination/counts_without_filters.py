"""The total is that of all records, whatever is filtered."""

from tests.defects._contract import only
from tests.good._shared import decode
from tests.good.cursor_session import CONTRACT as GOOD
from tests.good.cursor_session import Source as Good

BREAKS = frozenset({"pagination.total"})
MAY_BREAK = frozenset()
CONTRACT = only(GOOD, "customers")


class Source(Good):
    def get_total_records_count(self):
        try:
            return decode(self.http.get(self.url("/customers"), params={"limit": 1}))["total"] or None
        except Exception:
            return None
