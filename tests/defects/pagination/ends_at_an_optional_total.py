"""The stream ends where the total says, which the API does not promise."""

from tests.good._shared import rows_of
from tests.good.offset_post_body import CONTRACT as GOOD
from tests.good.offset_post_body import Source as Good

BREAKS = frozenset({"pagination.optional_signals"})
MAY_BREAK = frozenset()
CONTRACT = GOOD


class Source(Good):
    def ask(self, start, size):
        body = super().ask(start, size)
        rows_of(body, "hits", "hits")
        hits = body["hits"]
        hits["is_last"] = start + len(hits["hits"]) >= (hits.get("total") or 0)
        return body
