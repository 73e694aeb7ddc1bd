"""Child lists come in pages, with a total; they are read only where there is more than one page, and short ones are lost.

Seen in apache/devlake#9122.
"""

from tests.good.cursor_children import CHILDREN_A_PAGE
from tests.good.cursor_children import CONTRACT as GOOD
from tests.good.cursor_children import Source as Good

BREAKS = frozenset({"pagination.nested"})
MAY_BREAK = frozenset()
CONTRACT = GOOD


class Source(Good):
    def worklogs(self, issue):
        found = super().worklogs(issue)
        return found if len(found) > CHILDREN_A_PAGE else []
