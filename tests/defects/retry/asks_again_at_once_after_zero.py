"""Retry-After: 0 is waited for, which is not at all."""

import time

from tests.defects._contract import only
from tests.good._shared import Patient, seconds_of
from tests.good.cursor_session import CONTRACT as GOOD
from tests.good.cursor_session import Source as Good

BREAKS = frozenset({"retry.retry_after_malformed"})
MAY_BREAK = frozenset()
CONTRACT = only(GOOD, "customers")


class Source(Good):
    @property
    def http(self):
        good = super().http
        return Literal(good.send, good.renew)


class Literal(Patient):
    def wait(self, attempt, asked):
        if asked is None:
            super().wait(attempt, asked)
        else:
            time.sleep(min(seconds_of(asked), self.longest_wait))
