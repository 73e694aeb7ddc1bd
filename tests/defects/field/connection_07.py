"""One boolean stands for time-outs, 5xx, 403 and 401: during an outage users are told that their key is invalid.

Seen in PostHog/posthog#99636.
"""

from tests.good.offset_requests import CONTRACT as GOOD
from tests.good.offset_requests import Source as Good

BREAKS = frozenset({"connection.message"})
MAY_BREAK = frozenset()
CONTRACT = GOOD


class Source(Good):
    def is_valid(self):
        try:
            self.ask("/orders", {"limit": 1})
        except Exception:
            return False
        return True

    def check_connection(self):
        return (True, None) if self.is_valid() else (False, "Invalid API key")
