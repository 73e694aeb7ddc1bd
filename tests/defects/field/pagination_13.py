"""Each issue has a paged list of worklogs; its first page is all that is asked for.

Seen in apache/devlake#7466.
"""

from tests.good._shared import rows_of
from tests.good.cursor_children import CHILDREN_A_PAGE
from tests.good.cursor_children import CONTRACT as GOOD
from tests.good.cursor_children import Source as Good

BREAKS = frozenset({"pagination.nested"})
MAY_BREAK = frozenset()
CONTRACT = GOOD


class Source(Good):
    def worklogs(self, issue):
        return rows_of(self.ask(f"/issues/{issue}/worklogs", startAt=0, maxResults=CHILDREN_A_PAGE), "worklogs")
