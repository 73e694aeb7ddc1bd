"""int() of whatever Retry-After says."""

from tests.defects._contract import only
from tests.good._shared import Patient
from tests.good.cursor_session import CONTRACT as GOOD
from tests.good.cursor_session import Source as Good

BREAKS = frozenset({"retry.retry_after_malformed"})
MAY_BREAK = frozenset()
CONTRACT = only(GOOD, "customers")


class Source(Good):
    @property
    def http(self):
        return Literal(super().http.send, getattr(self.session.auth, "renew", None))


class Literal(Patient):
    def wait(self, attempt, asked):
        super().wait(attempt, str(int(asked)) if asked else None)
