"""Where the first record comes again, the sync ends: the API began anew at a cursor that had expired."""

import copy

from bizon.source.models import SourceIteration

from tests.defects._contract import only
from tests.good.cursor_session import CONTRACT as GOOD
from tests.good.cursor_session import Source as Good

BREAKS = frozenset({"pagination.expired_cursor"})
MAY_BREAK = frozenset()
CONTRACT = only(copy.deepcopy(GOOD), "customers")
CONTRACT["api"]["streams"]["customers"]["paging"]["stale"] = "restart"


class Source(Good):
    def get(self, pagination=None):
        read = super().get(pagination)
        known = (pagination or {}).get("first")
        came = read.records[0].id if read.records else None
        if known and came == known:
            return SourceIteration(next_pagination={}, records=[])
        onward = {**read.next_pagination, "first": known or came} if read.next_pagination else {}
        return SourceIteration(next_pagination=onward, records=read.records)
