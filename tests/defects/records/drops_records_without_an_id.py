"""A record without an id is passed over."""

from tests.defects._contract import only
from tests.good._shared import rows_of
from tests.good.cursor_session import CONTRACT as GOOD
from tests.good.cursor_session import Source as Good

BREAKS = frozenset({"records.missing_id"})
MAY_BREAK = frozenset()
CONTRACT = only(GOOD, "customers")


class Source(Good):
    def page(self, pagination):
        body = super().page(pagination)
        body["data"] = [row for row in rows_of(body, "data") if row.get("id")]
        return body
