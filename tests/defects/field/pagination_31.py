"""Pages beyond a number are refused to everybody, yet the last one before it links on; the link is followed, and the whole import fails.

Seen in PostHog/posthog#103652.
"""

from tests.good.link_header_capped import CONTRACT as GOOD
from tests.good.link_header_session import Source as Deep

BREAKS = frozenset({"pagination.depth_cap"})
MAY_BREAK = frozenset()
CONTRACT = GOOD


class Source(Deep):
    """Right where the API pages to the end."""
