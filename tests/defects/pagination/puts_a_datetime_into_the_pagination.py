"""The pagination holds a datetime."""

import datetime as dt

from tests.good.offset_requests import CONTRACT as GOOD
from tests.good.offset_requests import Source as Good

BREAKS = frozenset({"pagination.json_safe"})
MAY_BREAK = frozenset()
CONTRACT = GOOD


class Source(Good):
    def get(self, pagination=None):
        iteration = super().get(pagination)
        if iteration.next_pagination:
            iteration.next_pagination["read_at"] = dt.datetime.now(dt.UTC)
        return iteration
