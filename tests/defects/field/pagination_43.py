"""The page index selects the page; it stays where it is, and the same page is asked for for ever.

Seen in apache/seatunnel#11759.
"""

from tests.good.page_bare_array import CONTRACT as GOOD
from tests.good.page_bare_array import Source as Good

BREAKS = frozenset({"pagination.complete", "pagination.terminates"})
MAY_BREAK = frozenset()
CONTRACT = GOOD


class Source(Good):
    def page(self, number):
        return super().page(0)
