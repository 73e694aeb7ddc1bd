"""Statuses are tried again, broken connections are not."""

from tests.defects._contract import only
from tests.good._shared import Patient
from tests.good.cursor_session import CONTRACT as GOOD
from tests.good.cursor_session import Source as Good

BREAKS = frozenset({"retry.network_faults"})
MAY_BREAK = frozenset()
CONTRACT = only(GOOD, "customers")


class Source(Good):
    @property
    def http(self):
        good = super().http
        return Proud(good.send, good.renew)


class Proud(Patient):
    broken = ()
