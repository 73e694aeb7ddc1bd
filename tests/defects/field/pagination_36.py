"""A next link comes without the API's path prefix; it is joined to the host, and page two is asked at a path that does not exist.

Seen in airbytehq/airbyte#41107.
"""

from tests.good.next_url_below_base import CONTRACT as GOOD
from tests.good.next_url_requests import Source as Joined

BREAKS = frozenset({"pagination.complete", "pagination.next_link"})
MAY_BREAK = frozenset()
CONTRACT = GOOD


class Source(Joined):
    """Right where links are relative to the host."""
