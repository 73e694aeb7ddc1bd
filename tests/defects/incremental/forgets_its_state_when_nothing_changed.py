"""A run without records puts the state back to the beginning of time."""

from tests.good.cursor_incremental import CONTRACT as GOOD
from tests.good.cursor_incremental import Source as Good

BREAKS = frozenset({"incremental.quiet_period", "incremental.state"})
MAY_BREAK = frozenset({"incremental.tiles"})
CONTRACT = GOOD


class Source(Good):
    def get_records_after(self, source_state, pagination=None):
        if since := source_state.state.get("since"):
            iteration = self.iteration(pagination or {}, changed_since=since)
        else:
            iteration = super().get_records_after(source_state, pagination)
        if not iteration.next_pagination:
            changed = pagination or iteration.records
            iteration.next_state = {"since": source_state.last_run.isoformat() if changed else "2000-01-01T00:00:00Z"}
        return iteration
