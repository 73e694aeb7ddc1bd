"""The key is the first query parameter; an error quotes the URL, cut at 120 characters, which keeps the key.

Seen in DarriEy/Auramaur#406.
"""

from tests.defects.field._query_key import CONTRACT as GOOD
from tests.defects.field._query_key import Source as Good

BREAKS = frozenset({"security.errors", "security.logs"})
MAY_BREAK = frozenset()
CONTRACT = GOOD


class Source(Good):
    def failed(self, error):
        return RuntimeError(str(error)[:120])
