"""A page without records is taken for the end."""

from tests.defects._contract import only
from tests.good.cursor_session import CONTRACT as GOOD
from tests.good.cursor_session import Source as Good

BREAKS = frozenset({"pagination.empty_page_midway"})
MAY_BREAK = frozenset()
CONTRACT = only(GOOD, "customers")


class Source(Good):
    def get(self, pagination=None):
        iteration = super().get(pagination)
        if not iteration.records:
            iteration.next_pagination = {}
        return iteration
