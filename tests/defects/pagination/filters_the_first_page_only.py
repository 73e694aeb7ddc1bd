"""The filter is sent with the first page and forgotten behind it."""

from tests.defects._contract import only
from tests.good.cursor_session import CONTRACT as GOOD
from tests.good.cursor_session import Source as Good

BREAKS = frozenset({"pagination.filters"})
MAY_BREAK = frozenset()
CONTRACT = only(GOOD, "customers")


class Source(Good):
    def params(self, pagination):
        params = super().params(pagination)
        if pagination:
            params.pop("ids", None)
        return params
