"""The total has been reached, and has_more still says true; it is looked at last, and overrules every other reason to stop.

Seen in dlt-hub/dlt#4225.
"""

from bizon.source.models import SourceIteration

from tests.defects._contract import described
from tests.good._shared import records_of, rows_of
from tests.good.offset_windows import CONTRACT as GOOD
from tests.good.offset_windows import Source as Good

BREAKS = frozenset({"pagination.optional_signals"})
MAY_BREAK = frozenset()
PAGING = {"style": "offset", "send": "offset", "more": "has_more"}
CONTRACT = described(GOOD, "entries", paging=PAGING, optional=["more"], incremental=None)


class Source(Good):
    def get(self, pagination=None):
        offset = (pagination or {}).get("offset", 0)
        body = self.ask(offset=offset, limit=self.config.page_size)
        rows = rows_of(body, "entries")
        onward = offset + len(rows)
        if not rows and onward < body["total"]:
            raise ValueError(f"entries: {body['total']} are announced, and none comes at {offset}")
        stop = onward >= body["total"]
        if isinstance(body.get("has_more"), bool):
            stop = not body["has_more"]
        return SourceIteration(next_pagination={} if stop else {"offset": onward}, records=records_of("entries", rows))
