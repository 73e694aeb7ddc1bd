"""The cursor is put into the URL as it is."""

from tests.defects._contract import only
from tests.good._shared import decode
from tests.good.cursor_session import CONTRACT as GOOD
from tests.good.cursor_session import Source as Good

BREAKS = frozenset({"pagination.opaque_cursor"})
MAY_BREAK = frozenset()
CONTRACT = only(GOOD, "customers")


class Source(Good):
    def page(self, pagination):
        query = "&".join(f"{name}={value}" for name, value in self.params(pagination).items())
        return decode(self.http.get(self.url(f"/{self.config.stream.value}?{query}")))
