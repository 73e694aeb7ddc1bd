"""The cursor is at some place in the body; another place is read, so every request is for the first page, which is all that arrives.

Seen in NangoHQ/nango-sync#20.
"""

from tests.defects._contract import only
from tests.good.cursor_session import CONTRACT as GOOD
from tests.good.cursor_session import Source as Good

BREAKS = frozenset({"pagination.complete"})
MAY_BREAK = frozenset()
CONTRACT = only(GOOD, "customers")


class Source(Good):
    def params(self, pagination):
        return super().params({})
