"""A nested connection comes in pages with a cursor of its own, which nobody follows: each run has exactly one page of jobs, and the last ones are missing.

Seen in apache/devlake#8615.
"""

from tests.good._shared import rows_of
from tests.good.relay_nested import CONTRACT as GOOD
from tests.good.relay_nested import Source as Good

BREAKS = frozenset({"pagination.nested"})
MAY_BREAK = frozenset()
CONTRACT = GOOD


class Source(Good):
    def lines(self, order, first):
        return rows_of(first, "nodes")
