"""endCursor is followed wherever it is there; hasNextPage is not read."""

from bizon.source.models import SourceIteration

from tests.defects._contract import only
from tests.good._shared import moment_of, records_of
from tests.good.relay_variables import CONTRACT as GOOD
from tests.good.relay_variables import Source as Good

BREAKS = frozenset({"pagination.next_on_last_page"})
MAY_BREAK = frozenset({"integrity.contradiction"})
CONTRACT = only(GOOD, "orders")


class Source(Good):
    def get(self, pagination=None):
        asked = (pagination or {}).get("cursor")
        page = self.connection(self.config.page_size, asked)
        rows = [edge["node"] for edge in page["edges"]]
        onward = page["pageInfo"]["endCursor"]
        if onward and onward == asked:
            raise ValueError("the cursor does not move on")
        records = records_of(self.config.stream, rows, moment=lambda row: moment_of(row.get("updatedAt")))
        return SourceIteration(next_pagination={"cursor": onward} if onward else {}, records=records)
