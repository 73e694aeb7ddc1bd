"""A ticket that was deleted arrives as a row whose id is the text None."""

from bizon.source.models import SourceIteration, SourceRecord

from tests.good.cursor_incremental import CONTRACT as GOOD
from tests.good.cursor_incremental import Source as Good
from tests.good.cursor_incremental import buried

BREAKS = frozenset({"records.tombstones"})
MAY_BREAK = frozenset()
CONTRACT = GOOD


class Source(Good):
    def ask(self, path, **params):
        self.body = super().ask(path, **params)
        return self.body

    def iteration(self, pagination, **params):
        read = super().iteration(pagination, **params)
        rows = [SourceRecord(id=str(row.get("id")), data=row) for row in self.body["tickets"] if buried(row)]
        return SourceIteration(next_pagination=read.next_pagination, records=[*read.records, *rows])
