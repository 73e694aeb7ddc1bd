"""What is not JSON is a page without records."""

from tests.good.offset_requests import CONTRACT as GOOD
from tests.good.offset_requests import Source as Good

BREAKS = frozenset({"integrity.not_json", "connection.reports"})
MAY_BREAK = frozenset({"records.hostile_json"})
CONTRACT = GOOD


class Source(Good):
    def ask(self, path, params=None):
        try:
            return super().ask(path, params)
        except ValueError:
            return {"orders": [], "count": 0, "total": 0}
