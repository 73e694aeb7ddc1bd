"""The cursor has another name in the pagination than it had in the last release."""

from bizon.source.models import SourceIteration

from tests.good.relay_inlined import CONTRACT as GOOD
from tests.good.relay_inlined import Source as Good

BREAKS = frozenset({"checkpoints.compatible"})
MAY_BREAK = frozenset()
CONTRACT = GOOD


class Source(Good):
    def get(self, pagination=None):
        page = super().get({"after": pagination["position"]} if pagination else {})
        return SourceIteration(
            next_pagination={"position": page.next_pagination["after"]} if page.next_pagination else {},
            records=page.records,
        )
