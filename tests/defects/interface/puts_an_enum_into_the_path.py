"""An f-string of a `str` Enum is the path: it asks /Streams.CUSTOMERS."""

from tests.defects._contract import only
from tests.good._shared import decode
from tests.good.cursor_session import CONTRACT as GOOD
from tests.good.cursor_session import Source as Good

BREAKS = frozenset({"interface.dispatch"})
MAY_BREAK = frozenset({"retry.network_faults"})
CONTRACT = only(GOOD, "customers")


class Source(Good):
    def page(self, pagination):
        return decode(self.http.get(self.url(f"/{self.config.stream}"), params=self.params(pagination)))
