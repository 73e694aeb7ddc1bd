"""hasNextPage is true, endCursor is null, and the stream ends."""

from tests.good.relay_inlined import CONTRACT as GOOD
from tests.good.relay_inlined import Source as Good

BREAKS = frozenset({"integrity.contradiction"})
MAY_BREAK = frozenset()
CONTRACT = GOOD


class Source(Good):
    def films(self, size, after=None):
        page = super().films(size, after)
        page["pageInfo"]["hasNextPage"] = bool(page["pageInfo"]["hasNextPage"] and page["pageInfo"].get("endCursor"))
        return page
