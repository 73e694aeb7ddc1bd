"""The position is kept on the source, and the pagination that is passed in is not read."""

from tests.good.offset_requests import CONTRACT as GOOD
from tests.good.offset_requests import Source as Good

BREAKS = frozenset({"pagination.resume", "pagination.stateless"})
MAY_BREAK = frozenset()
CONTRACT = GOOD


class Source(Good):
    offset = 0

    def get(self, pagination=None):
        if not pagination:
            self.offset = 0
        iteration = super().get({"offset": self.offset} if self.offset else {})
        self.offset = iteration.next_pagination.get("offset", 0)
        return iteration
