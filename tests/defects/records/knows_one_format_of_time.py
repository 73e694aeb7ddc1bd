"""Times are read with one fixed format."""

import datetime as dt

from tests.defects._contract import only
from tests.good.cursor_session import CONTRACT as GOOD
from tests.good.cursor_session import Source as Good

BREAKS = frozenset({"records.timestamp"})
MAY_BREAK = frozenset(
    {
        "pagination.complete",
        "pagination.terminates",
        "pagination.resume",
        "pagination.stateless",
        "pagination.json_safe",
        "pagination.short_pages",
        "pagination.filters",
        "pagination.opaque_cursor",
        "pagination.live_changes",
        "pagination.first_page",
        "records.charset",
        "records.stable_ids",
        "interface.dispatch",
    }
)
CONTRACT = only(GOOD, "customers")


class Source(Good):
    def get(self, pagination=None):
        iteration = super().get(pagination)
        for record in iteration.records:
            dt.datetime.strptime(record.data["updated_at"], "%Y-%m-%dT%H:%M:%S%z")
        return iteration
