"""The window is kept on self: a resumed run has another one, which begins at its own start."""

from datetime import UTC, datetime

from tests.good.offset_windows import CONTRACT as GOOD
from tests.good.offset_windows import Source as Good

BREAKS = frozenset({"incremental.descending_interrupted", "incremental.paging"})
MAY_BREAK = frozenset({"incremental.window_limit"})
CONTRACT = GOOD


class Source(Good):
    def get_records_after(self, source_state, pagination=None):
        if not pagination:
            self.last_run = source_state.last_run
        last_run = getattr(self, "last_run", datetime.now(UTC))
        place = {key: value for key, value in (pagination or {}).items() if key == "offset"}
        since = last_run.isoformat(timespec="milliseconds").replace("+00:00", "Z")
        if place:
            place["from"] = since
        iteration = super().get_records_after(source_state.model_copy(update={"last_run": last_run}), place)
        iteration.next_pagination.pop("from", None)
        return iteration
