"""Each record of the list is asked for once more."""

from tests.defects._contract import only
from tests.good._shared import rows_of
from tests.good.cursor_session import CONTRACT as GOOD
from tests.good.cursor_session import Source as Good

BREAKS = frozenset({"footprint.requests", "pagination.one_page_per_get"})
MAY_BREAK = frozenset({"pagination.filters", "pagination.page_size", "records.hostile_json", "records.missing_id"})
CONTRACT = only(GOOD, "customers")


class Source(Good):
    def page(self, pagination):
        body = super().page(pagination)
        for row in rows_of(body, "data"):
            self.http.get(self.url("/customers"), params={"limit": 1, "ids": row["id"]})
        return body
