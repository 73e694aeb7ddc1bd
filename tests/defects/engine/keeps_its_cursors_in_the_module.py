"""The pagination names a page by a short number, and its cursor is looked up in the module, where a new process has none."""

import zlib

from tests.good.cursor_incremental import CONTRACT as GOOD
from tests.good.cursor_incremental import Source as Good

BREAKS = frozenset({"engine.processes"})
MAY_BREAK = frozenset[str]()
CONTRACT = GOOD
CURSORS: dict[int, str] = {}


class Source(Good):
    def iteration(self, pagination, **params):
        page = super().iteration({"cursor": CURSORS[pagination["page"]]} if pagination else {}, **params)
        if page.next_pagination:
            cursor = page.next_pagination["cursor"]
            number = zlib.crc32(cursor.encode())
            CURSORS[number] = cursor
            page.next_pagination = {"page": number}
        return page
