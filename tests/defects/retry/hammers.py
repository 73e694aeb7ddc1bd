"""Attempts follow one another without a wait."""

import time

from tests.defects._contract import only
from tests.good._shared import Patient, seconds_of
from tests.good.cursor_session import CONTRACT as GOOD
from tests.good.cursor_session import Source as Good

BREAKS = frozenset({"retry.backoff", "retry.retry_after_malformed"})
MAY_BREAK = frozenset({"auth.early_revocation"})
CONTRACT = only(GOOD, "customers")


class Source(Good):
    @property
    def http(self):
        return Hasty(super().http.send)


class Hasty(Patient):
    def wait(self, attempt, asked):
        time.sleep(min(seconds_of(asked), self.longest_wait))
