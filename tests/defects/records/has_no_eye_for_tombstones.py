"""A ticket that was deleted is taken for one without an id, and fails the sync."""

from tests.good._shared import records_of, rows_of
from tests.good.cursor_incremental import CONTRACT as GOOD
from tests.good.cursor_incremental import Source as Good

BREAKS = frozenset({"records.tombstones"})
MAY_BREAK = frozenset()
CONTRACT = GOOD


class Source(Good):
    def ask(self, path, **params):
        body = super().ask(path, **params)
        if path == "/tickets":
            records_of("tickets", rows_of(body, "tickets"))
        return body
