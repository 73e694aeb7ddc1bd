"""A new session is made for every request."""

from tests.good.relay_inlined import CONTRACT as GOOD
from tests.good.relay_inlined import Source as Good

BREAKS = frozenset({"footprint.connections"})
MAY_BREAK = frozenset()
CONTRACT = GOOD


class Source(Good):
    def films(self, size, after=None):
        self.session = self.get_session()
        return super().films(size, after)
