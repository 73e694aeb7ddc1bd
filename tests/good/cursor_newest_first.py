"""An API that sorts by the time of change, kept by the minute, and has no bound: increments stop by themselves at what is old."""

import copy
import datetime as dt
from typing import Any

from bizon.source.models import SourceIncrementalState, SourceIteration

from tests.good._shared import moment_of
from tests.good.cursor_incremental import CONTRACT as BOUNDED
from tests.good.cursor_incremental import Source as Bounded


class Source(Bounded):
    def get_records_after(
        self, source_state: SourceIncrementalState, pagination: dict | None = None
    ) -> SourceIteration:
        since = source_state.last_run.astimezone(dt.UTC).replace(second=0, microsecond=0)
        page = self.iteration(pagination or {}, sort="changed_at")
        new = [record for record in page.records if moment_of(record.data["changed_at"]) >= since]
        ended = len(new) < len(page.records)
        return SourceIteration(next_pagination={} if ended else page.next_pagination, records=new)


CONTRACT: dict[str, Any] = copy.deepcopy(BOUNDED)
CONTRACT["config"]["name"] = "cursor_newest_first"
STREAM = CONTRACT["api"]["streams"]["tickets"]
STREAM.pop("tombstone")
STREAM["incremental"] = {"sort": "sort", "field": "changed_at", "resolution": "minute", "order": "descending"}
