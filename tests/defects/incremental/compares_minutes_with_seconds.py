"""Times that are kept by the minute are compared with the second of the last run: what changes in the minute of a run is lost."""

import datetime as dt

from bizon.source.models import SourceIncrementalState, SourceIteration

from tests.good._shared import moment_of
from tests.good.cursor_newest_first import CONTRACT as CONTRACT
from tests.good.cursor_newest_first import Source as Good

BREAKS = frozenset({"incremental.tiles", "incremental.resolution", "incremental.ties"})
MAY_BREAK = frozenset({"incremental.window", "stateful.runs"})


class Source(Good):
    def get_records_after(
        self, source_state: SourceIncrementalState, pagination: dict | None = None
    ) -> SourceIteration:
        since = source_state.last_run.astimezone(dt.UTC)
        page = self.iteration(pagination or {}, sort="changed_at")
        new = [record for record in page.records if moment_of(record.data["changed_at"]) >= since]
        ended = len(new) < len(page.records)
        return SourceIteration(next_pagination={} if ended else page.next_pagination, records=new)
