"""The API is asked by the day: a run at noon is followed by one from tomorrow on, and the afternoon never comes.

Seen in PostHog/posthog#59033.
"""

import datetime as dt

from tests.good.page_since_day import CONTRACT as GOOD
from tests.good.page_since_day import Source as Good

BREAKS = frozenset({"incremental.window", "incremental.ties"})
MAY_BREAK = frozenset(
    {
        "incremental.future_dated",
        "incremental.paging",
        "incremental.quiet_period",
        "incremental.resolution",
        "incremental.state",
        "incremental.tiles",
    }
)
CONTRACT = GOOD


class Source(Good):
    def get_records_after(self, source_state, pagination=None):
        tomorrow = source_state.last_run + dt.timedelta(days=1)
        return super().get_records_after(source_state.model_copy(update={"last_run": tomorrow}), pagination)
