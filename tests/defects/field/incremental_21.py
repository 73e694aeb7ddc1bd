"""The watermark is set when the first pass begins, and a pass that is restarted goes by it already: what was not yet read never comes.

Seen in PostHog/posthog#21787.
"""

import datetime as dt

from tests.good.cursor_incremental import CONTRACT as GOOD
from tests.good.cursor_incremental import Source as Good

BREAKS = frozenset({"pagination.resume"})
MAY_BREAK = frozenset({"incremental.tiles"})
CONTRACT = GOOD


class Source(Good):
    begun = False

    def get(self, pagination=None):
        if pagination and not self.begun:
            return self.iteration({}, changed_since=pagination["watermark"])
        self.begun = True
        now = dt.datetime.now(dt.UTC).isoformat(timespec="seconds")
        watermark = pagination["watermark"] if pagination else now
        iteration = super().get({"cursor": pagination["cursor"]} if pagination else {})
        if iteration.next_pagination:
            iteration.next_pagination["watermark"] = watermark
        return iteration
