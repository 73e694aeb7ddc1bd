"""The API writes null for no records, and the connector iterates over it."""

from tests.good.keyset_post_body import CONTRACT as GOOD
from tests.good.keyset_post_body import Source as Good

BREAKS = frozenset({"integrity.documented_empty"})
MAY_BREAK = frozenset()
CONTRACT = GOOD


class Source(Good):
    def ask(self, method, path, wanted=None):
        body = super().ask(method, path, wanted)
        if "entries" in body and body["entries"] is None:
            raise TypeError("'NoneType' object is not iterable")
        return body
