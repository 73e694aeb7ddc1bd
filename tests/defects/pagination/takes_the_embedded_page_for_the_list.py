"""The first page that is embedded in an issue is taken for all of its watchers."""

from tests.good.cursor_children import CONTRACT as GOOD
from tests.good.cursor_children import Source as Good

BREAKS = frozenset({"pagination.nested"})
MAY_BREAK = frozenset()
CONTRACT = GOOD


class Source(Good):
    def watchers(self, issue, first):
        return first["people"]
