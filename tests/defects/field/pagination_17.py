"""Each record embeds the first page of its associations, and a way to the rest; what is embedded is taken for the whole list.

Seen in dlt-hub/verified-sources#594.
"""

from tests.good._shared import rows_of
from tests.good.cursor_children import CONTRACT as GOOD
from tests.good.cursor_children import Source as Good

BREAKS = frozenset({"pagination.nested"})
MAY_BREAK = frozenset()
CONTRACT = GOOD


class Source(Good):
    def watchers(self, issue, first):
        return rows_of(first, "people")
