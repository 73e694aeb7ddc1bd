"""There is no last attempt."""

from tests.defects._contract import only
from tests.good.cursor_session import CONTRACT as GOOD
from tests.good.cursor_session import Source as Good

BREAKS = frozenset({"retry.gives_up"})
MAY_BREAK = frozenset({"connection.message", "connection.reports", "pagination.total"})
CONTRACT = only(GOOD, "customers")


class Source(Good):
    @property
    def http(self):
        patient = super().http
        patient.attempts = 10**9
        patient.longest_wait = 60
        return patient
