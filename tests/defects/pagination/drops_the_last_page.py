"""The last page ends the stream and its records are thrown away."""

from bizon.source.models import SourceIteration

from tests.good.offset_requests import CONTRACT as GOOD
from tests.good.offset_requests import Source as Good

BREAKS = frozenset({"pagination.complete"})
MAY_BREAK = frozenset()
CONTRACT = GOOD


class Source(Good):
    def get(self, pagination=None):
        iteration = super().get(pagination)
        if pagination and not iteration.next_pagination:
            return SourceIteration(next_pagination={}, records=[])
        return iteration
