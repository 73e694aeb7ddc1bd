"""The key is in a header of the API's own, and redirects are followed."""

from requests.exceptions import ChunkedEncodingError

from tests.good.keyset_bare_array import CONTRACT as GOOD
from tests.good.keyset_bare_array import URL
from tests.good.keyset_bare_array import Source as Good

BREAKS = frozenset({"security.redirects", "security.downgrade"})
MAY_BREAK = frozenset()
CONTRACT = GOOD


class Source(Good):
    def messages(self, limit, after=None):
        asked = {"limit": limit} | ({"after": after} if after else {})
        for attempt in (1, 2, 3):
            try:
                return self.read(self.session.get(URL, params=asked))
            except ChunkedEncodingError:
                if attempt == 3:
                    raise
        raise AssertionError("the last attempt returns or raises")
