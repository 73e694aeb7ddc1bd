"""The total is read from a filtered page, on which the API tells that of all records."""

from tests.defects._contract import described
from tests.good.cursor_session import CONTRACT as GOOD
from tests.good.cursor_session import Source as Good

BREAKS = frozenset({"pagination.total"})
MAY_BREAK = frozenset()
CONTRACT = described(GOOD, "customers", totals={"unfiltered": True})


class Source(Good):
    """Right where the total is that of what was asked for."""
