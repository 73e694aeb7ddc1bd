"""The description tells of a header with the total, which the recorded API does not send."""

from tests.good.page_bare_array import CONTRACT as GOOD
from tests.good.page_bare_array import Source as Good

BREAKS = frozenset({"recording.agrees"})
MAY_BREAK = frozenset({"integrity.contradiction"})
POSTS = GOOD["api"]["streams"]["posts"] | {"total": "header:X-Total"}
CONTRACT = GOOD | {"cassettes": "recorded", "api": GOOD["api"] | {"streams": {"posts": POSTS}}}


class Source(Good):
    """The connector is as it should be."""
