"""A fault during a retry is taken for the end of the stream."""

from tests.defects._contract import only
from tests.good._shared import Patient
from tests.good.cursor_session import CONTRACT as GOOD
from tests.good.cursor_session import Source as Good

BREAKS = frozenset({"retry.faults_together"})
MAY_BREAK = frozenset({"connection.message", "retry.gives_up", "retry.retry_after_malformed"})
CONTRACT = only(GOOD, "customers")


class Source(Good):
    @property
    def http(self):
        return Once(super().http.send, getattr(self.session.auth, "renew", None))

    def page(self, pagination):
        try:
            return super().page(pagination)
        except TwiceError:
            return {"data": [], "has_more": False}


class TwiceError(Exception):
    pass


class Once(Patient):
    def wait(self, attempt, asked):
        if attempt == 1:
            raise TwiceError
        super().wait(attempt, asked)
