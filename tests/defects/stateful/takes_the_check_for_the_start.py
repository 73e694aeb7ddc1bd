"""The next window begins when the connection was checked, which a job that is resumed does anew: what changed since it was interrupted is lost."""

import datetime as dt
import os

from tests.good.cursor_newest_first import CONTRACT as GOOD
from tests.good.cursor_newest_first import Source as Good

BREAKS = frozenset({"stateful.engine"})
MAY_BREAK = frozenset[str]()
CONTRACT = GOOD

CHECKED: dict[str, dt.datetime] = {}
"""By pipeline: bizon checks with one source, and reads with another."""


class Source(Good):
    def check_connection(self):
        if "BIZON_SYNC_NAME" in os.environ:
            CHECKED[os.environ["BIZON_SYNC_NAME"]] = dt.datetime.now(dt.UTC)
        return super().check_connection()

    def get(self, pagination=None):
        return self.checked(super().get(pagination))

    def get_records_after(self, source_state, pagination=None):
        since = (source_state.state or {}).get("since")
        if since is not None:
            source_state = source_state.model_copy(update={"last_run": dt.datetime.fromisoformat(since)})
        return self.checked(super().get_records_after(source_state, pagination))

    def checked(self, page):
        at = CHECKED.get(os.environ.get("BIZON_SYNC_NAME"))
        page.next_state = {"since": at.isoformat()} if at else None
        return page
