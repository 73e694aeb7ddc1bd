"""Records are read with `.get("data", [])`."""

from tests.defects._contract import only
from tests.good.cursor_session import CONTRACT as GOOD
from tests.good.cursor_session import Source as Good

BREAKS = frozenset({"integrity.missing_records_key"})
MAY_BREAK = frozenset()
CONTRACT = only(GOOD, "customers")


class Source(Good):
    def page(self, pagination):
        body = super().page(pagination)
        return {"has_more": False, "data": []} | body
