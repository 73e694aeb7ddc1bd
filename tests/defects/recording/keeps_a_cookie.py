"""A recording that was made without filters: the cookie of the session is in it, URL-encoded as the client sent it."""

from tests.good.page_bare_array import CONTRACT as GOOD
from tests.good.page_bare_array import Source as Good

BREAKS = frozenset({"recording.clean"})
MAY_BREAK = frozenset()
CONTRACT = GOOD | {"cassettes": "leaking"}


class Source(Good):
    """The connector is as it should be."""
