"""Fields that are null are left out."""

from tests.defects._contract import only
from tests.good._shared import rows_of
from tests.good.cursor_session import CONTRACT as GOOD
from tests.good.cursor_session import Source as Good

BREAKS = frozenset({"records.payload"})
MAY_BREAK = frozenset()
CONTRACT = only(GOOD, "customers")


class Source(Good):
    def page(self, pagination):
        body = super().page(pagination)
        body["data"] = [
            {key: value for key, value in row.items() if value is not None or key == "id"}
            for row in rows_of(body, "data")
        ]
        return body
