"""204 is parsed as JSON."""

from tests.good._shared import decode, rows_of
from tests.good.next_header_tokens import CONTRACT as GOOD
from tests.good.next_header_tokens import Source as Good

BREAKS = frozenset({"integrity.documented_empty"})
MAY_BREAK = frozenset()
CONTRACT = GOOD


class Source(Good):
    @staticmethod
    def rows(answer):
        return rows_of(decode(answer), "Documents")
