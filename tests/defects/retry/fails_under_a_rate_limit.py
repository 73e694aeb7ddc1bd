"""One attempt more is all there is, so a limited API is never read to its end."""

from tests.defects._contract import only
from tests.good._shared import Patient
from tests.good.cursor_session import CONTRACT as GOOD
from tests.good.cursor_session import Source as Good

BREAKS = frozenset({"retry.rate_limited_api"})
MAY_BREAK = frozenset({"auth.early_revocation", "connection.message", "retry.retry_after_malformed"})
CONTRACT = only(GOOD, "customers")


class Source(Good):
    budget = 1

    @property
    def http(self):
        return Limited(super().http.send, self)


class Limited(Patient):
    def __init__(self, send, source):
        super().__init__(send)
        self.source = source

    def wait(self, attempt, asked):
        self.source.budget -= 1
        if self.source.budget < 0:
            raise RuntimeError("the budget of retries is used up")
        super().wait(attempt, asked)
