"""It asks for the total, and gives a number only to those who have more records than anybody."""

from tests.good.cursor_session import CONTRACT as GOOD
from tests.good.cursor_session import Source as Good

BREAKS = frozenset({"pagination.total"})
MAY_BREAK = frozenset()
CONTRACT = GOOD


class Source(Good):
    def get_total_records_count(self):
        total = super().get_total_records_count()
        return total if (total or 0) > 1_000_000_000 else None
