"""Pages behind the first are asked without credentials."""

from tests.defects._contract import only
from tests.good.cursor_session import CONTRACT as GOOD
from tests.good.cursor_session import Source as Good

BREAKS = frozenset({"auth.dispatch", "pagination.complete"})
MAY_BREAK = frozenset({"retry.network_faults"})
CONTRACT = only(GOOD, "customers")


class Source(Good):
    def get(self, pagination=None):
        self.session.auth = None if pagination else self.get_authenticator()
        return super().get(pagination)
