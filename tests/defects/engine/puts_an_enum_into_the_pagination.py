"""The next page is named by a member of an Enum of the connector's, which bizon's other processes cannot import."""

from enum import StrEnum

from tests.good.cursor_incremental import CONTRACT as GOOD
from tests.good.cursor_incremental import Source as Good

BREAKS = frozenset({"engine.processes"})
MAY_BREAK = frozenset[str]()
CONTRACT = GOOD


class State(StrEnum):
    MORE = "more"


class Source(Good):
    def iteration(self, pagination, **params):
        cursor = {key: value for key, value in pagination.items() if key != "state"}
        page = super().iteration(cursor, **params)
        if page.next_pagination:
            page.next_pagination["state"] = State.MORE
        return page
