"""The dict that is passed in is updated in place."""

from tests.good.offset_requests import CONTRACT as GOOD
from tests.good.offset_requests import Source as Good

BREAKS = frozenset({"pagination.stateless"})
MAY_BREAK = frozenset()
CONTRACT = GOOD


class Source(Good):
    def get(self, pagination=None):
        iteration = super().get(pagination)
        if pagination and iteration.next_pagination:
            pagination.update(iteration.next_pagination)
        return iteration
