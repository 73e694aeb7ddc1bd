"""Times are whole seconds; what an increment brings is let through if it is newer than the last run, so others of that second are discarded.

Seen in estuary/connectors#5205.
"""

from tests.good.cursor_incremental import CONTRACT as GOOD
from tests.good.cursor_incremental import Source as Good

BREAKS = frozenset({"incremental.window", "incremental.ties", "incremental.late_visible"})
MAY_BREAK = frozenset({"incremental.resolution", "incremental.tiles"})
CONTRACT = GOOD


class Source(Good):
    def get_records_after(self, source_state, pagination=None):
        iteration = super().get_records_after(source_state, pagination)
        checkpoint = source_state.last_run.replace(microsecond=0)
        iteration.records = [record for record in iteration.records if record.timestamp > checkpoint]
        return iteration
