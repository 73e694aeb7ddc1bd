"""The timestamp is when a record was read, not when it was changed."""

import datetime as dt

from tests.good.page_bare_array import CONTRACT as GOOD
from tests.good.page_bare_array import Source as Good

BREAKS = frozenset({"records.timestamp"})
MAY_BREAK = frozenset()
CONTRACT = GOOD


class Source(Good):
    def get(self, pagination=None):
        page = super().get(pagination)
        for record in page.records:
            record.timestamp = dt.datetime.now(dt.UTC)
        return page
