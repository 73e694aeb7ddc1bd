"""The wait between two attempts is a second and does not grow."""

from tests.defects._contract import only
from tests.good._shared import Patient
from tests.good.cursor_session import CONTRACT as GOOD
from tests.good.cursor_session import Source as Good

BREAKS = frozenset({"retry.backoff"})
MAY_BREAK = frozenset()
CONTRACT = only(GOOD, "customers")


class Source(Good):
    @property
    def http(self):
        good = super().http
        return Steady(good.send, good.renew)


class Steady(Patient):
    def wait(self, attempt, asked):
        super().wait(0, asked)
