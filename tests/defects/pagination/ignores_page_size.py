"""The configured page size is not what is asked."""

from tests.good.offset_requests import CONTRACT as GOOD
from tests.good.offset_requests import Source as Good

BREAKS = frozenset({"pagination.page_size"})
MAY_BREAK = frozenset({"footprint.requests"})
CONTRACT = GOOD


class Source(Good):
    def params(self, offset):
        return super().params(offset) | {"limit": 20}
