"""The newest time is kept on self and committed nowhere: every run is asked from the initial time on.

Seen in castorm/kafka-connect-http#127.
"""

from tests.good.cursor_incremental import CONTRACT as GOOD
from tests.good.cursor_incremental import Source as Good

BREAKS = frozenset({"incremental.window", "incremental.state", "incremental.quiet_period"})
MAY_BREAK = frozenset({"incremental.paging"})
CONTRACT = GOOD


class Source(Good):
    newest = "2015-01-01T00:00:00Z"

    def get_records_after(self, source_state, pagination=None):
        iteration = self.iteration(pagination or {}, changed_since=self.newest)
        if not iteration.next_pagination and iteration.records:
            self.newest = max(record.timestamp for record in iteration.records).isoformat()
        return iteration
