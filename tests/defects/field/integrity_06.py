"""The API answers what it does not know with no rows; the report is asked by a name of the connector's own, and 51 runs succeed with none.

Seen in PostHog/posthog#85782.
"""

from tests.good.next_url_requests import CONTRACT as GOOD
from tests.good.next_url_requests import Source as Good

BREAKS = frozenset({"pagination.complete"})
MAY_BREAK = frozenset({"pagination.live_changes"})
CONTRACT = GOOD | {"api": GOOD["api"] | {"unknown_parameters": "empty"}}


class Source(Good):
    def first(self, size):
        url, params = super().first(size)
        return url, params | {"report": "standard"}
