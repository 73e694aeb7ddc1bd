"""A second less than Retry-After is waited, so that one second is none."""

import time

from tests.defects._contract import only
from tests.good._shared import Patient, seconds_of
from tests.good.cursor_session import CONTRACT as GOOD
from tests.good.cursor_session import Source as Good

BREAKS = frozenset({"retry.rate_limited_api"})
MAY_BREAK = frozenset()
CONTRACT = only(GOOD, "customers")


class Source(Good):
    @property
    def http(self):
        good = super().http
        return Hurried(good.send, good.renew)


class Hurried(Patient):
    def wait(self, attempt, asked):
        if seconds := seconds_of(asked):
            time.sleep(min(max(seconds - 1, 0), self.longest_wait))
        else:
            super().wait(attempt, None)
