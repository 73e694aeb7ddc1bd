"""The worklogs are read where there is more than one page of them, and else not."""

from tests.good.cursor_children import CONTRACT as GOOD
from tests.good.cursor_children import Source as Good

BREAKS = frozenset({"pagination.nested"})
MAY_BREAK = frozenset()
CONTRACT = GOOD


class Source(Good):
    def worklogs(self, issue):
        total = self.ask(f"/issues/{issue}/worklogs", startAt=0, maxResults=3)["total"]
        return super().worklogs(issue) if total > 3 else []
