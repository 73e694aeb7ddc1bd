"""Every page links on, the last one to itself, and only has_more tells the end; the link is followed wherever there is one.

Seen in PostHog/posthog#75813.
"""

from urllib.parse import urljoin

from tests.good._shared import next_link
from tests.good.next_url_oauth import CONTRACT as GOOD
from tests.good.next_url_oauth import Source as Good

BREAKS = frozenset({"pagination.next_on_last_page", "pagination.stuck_cursor"})
MAY_BREAK = frozenset({"integrity.contradiction"})
CONTRACT = GOOD


class Source(Good):
    @staticmethod
    def onward(asked, body):
        link = body["links"].get("next")
        if not link:
            return {}
        # The guard is against other hosts alone: a link back to the same page passes it.
        return {"next": urljoin(asked, link) if urljoin(asked, link) == asked else next_link(asked, link)}
