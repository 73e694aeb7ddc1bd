"""The API filters by what the config says; the option is used only once there is a position, and the first page is unfiltered.

Seen in airbytehq/airbyte#13659.
"""

from tests.defects._contract import only
from tests.good.cursor_session import CONTRACT as GOOD
from tests.good.cursor_session import Source as Good

BREAKS = frozenset({"pagination.filters"})
MAY_BREAK = frozenset({"pagination.total"})
CONTRACT = only(GOOD, "customers")


class Source(Good):
    def params(self, pagination):
        params = super().params(pagination)
        if not pagination:
            params.pop("ids", None)
        return params
