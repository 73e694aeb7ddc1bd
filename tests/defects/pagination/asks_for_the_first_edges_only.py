"""The cursor does not reach the query: every page is the first one."""

from tests.defects._contract import only
from tests.good.relay_variables import CONTRACT as GOOD
from tests.good.relay_variables import Source as Good

BREAKS = frozenset({"pagination.complete"})
MAY_BREAK = frozenset()
CONTRACT = only(GOOD, "orders")


class Source(Good):
    def connection(self, size, cursor=None):
        return super().connection(size)
