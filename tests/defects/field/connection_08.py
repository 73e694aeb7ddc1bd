"""One message for a key of another region, for missing permissions and for an outage.

Seen in PostHog/posthog#95543.
"""

import requests

from tests.good._shared import decode
from tests.good.cursor_session import CONTRACT as GOOD
from tests.good.cursor_session import Source as Good

BREAKS = frozenset({"connection.message"})
MAY_BREAK = frozenset()
CONTRACT = GOOD


class Source(Good):
    def check_connection(self):
        try:
            decode(self.http.get(self.url("/me")))
        except (requests.RequestException, ValueError):
            return False, "Check your key, that it belongs to this region, and that it has all permissions."
        return True, None
