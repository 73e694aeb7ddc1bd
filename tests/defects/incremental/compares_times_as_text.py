"""What the API returns is filtered once more, by comparing texts: "…01.5Z" stands before "…01Z"."""

from tests.defects.incremental._contract import incremental
from tests.good.cursor_incremental import CONTRACT as GOOD
from tests.good.cursor_incremental import Source as Good

BREAKS = frozenset({"incremental.resolution"})
MAY_BREAK = frozenset({"incremental.tiles", "incremental.window"})
CONTRACT = incremental(GOOD, resolution="microsecond", lag=0, format="iso_z")


class Source(Good):
    def get_records_after(self, source_state, pagination=None):
        since = source_state.last_run.strftime("%Y-%m-%dT%H:%M:%SZ")
        iteration = self.iteration(pagination or {}, changed_since=since)
        iteration.records = [record for record in iteration.records if record.data["changed_at"] >= since]
        return iteration
