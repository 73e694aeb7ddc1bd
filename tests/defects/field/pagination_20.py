"""Ordinary pages; the position never reaches the request, and the same page is asked for again and again.

Seen in airbytehq/airbyte#4284.
"""

from tests.good.keyset_bare_array import CONTRACT as GOOD
from tests.good.keyset_bare_array import Source as Good

BREAKS = frozenset({"pagination.complete", "pagination.terminates"})
MAY_BREAK = frozenset()
CONTRACT = GOOD


class Source(Good):
    def messages(self, limit, after=None):
        return super().messages(limit)
