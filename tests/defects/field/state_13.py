"""The changes start where the history's read began, but that start is kept by the process: after a restart it is the restart's.

Seen in estuary/connectors#2938.
"""

import datetime as dt

from tests.good.cursor_incremental import CONTRACT as GOOD
from tests.good.cursor_incremental import Source as Good

BREAKS = frozenset({"incremental.tiles"})
MAY_BREAK = frozenset()
CONTRACT = GOOD


class Source(Good):
    def __init__(self, config):
        super().__init__(config)
        self.began = dt.datetime.now(dt.UTC)

    def get(self, pagination=None):
        iteration = super().get(pagination)
        if not iteration.next_pagination:
            iteration.next_state = {"changes from": self.began.isoformat()}
        return iteration

    def get_records_after(self, source_state, pagination=None):
        start = source_state.state.get("changes from")
        begins = dt.datetime.fromisoformat(start) if start else source_state.last_run
        iteration = super().get_records_after(source_state.model_copy(update={"last_run": begins}), pagination)
        if not iteration.next_pagination:
            iteration.next_state = {"changes from": source_state.run_started_at.isoformat()}
        return iteration
