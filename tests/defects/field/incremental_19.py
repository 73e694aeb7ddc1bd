"""An answer, an empty one too, names the instant up to which it is complete; that is ignored, and quiet times are asked for again each time.

Seen in PostHog/posthog#94230.
"""

from tests.good.next_url_own_state import CONTRACT as GOOD
from tests.good.next_url_own_state import Source as Good

BREAKS = frozenset({"incremental.moves_on"})
MAY_BREAK = frozenset()
CONTRACT = GOOD


class Source(Good):
    @staticmethod
    def complete_until(body):
        return 0
