"""The cursor has another name than in the last release, and what is not there means the first page."""

from bizon.source.models import SourceIteration

from tests.good.relay_inlined import CONTRACT as GOOD
from tests.good.relay_inlined import Source as Good

BREAKS = frozenset({"checkpoints.compatible"})
MAY_BREAK = frozenset()
CONTRACT = GOOD


class Source(Good):
    def get(self, pagination=None):
        known = (pagination or {}).get("position")
        page = super().get({"after": known} if known else {})
        return SourceIteration(
            next_pagination={"position": page.next_pagination["after"]} if page.next_pagination else {},
            records=page.records,
        )
