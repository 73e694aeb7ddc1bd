"""Only the first page of a record's worklogs is read."""

from tests.good.cursor_children import CONTRACT as GOOD
from tests.good.cursor_children import Source as Good

BREAKS = frozenset({"pagination.nested"})
MAY_BREAK = frozenset()
CONTRACT = GOOD


class Source(Good):
    def worklogs(self, issue):
        return self.ask(f"/issues/{issue}/worklogs", startAt=0, maxResults=3)["worklogs"]
