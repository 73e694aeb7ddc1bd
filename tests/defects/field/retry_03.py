"""Retry-After: 0, or a date in the past, is obeyed: all attempts are made within a moment.

Seen in dlt-hub/dlt#4043.
"""

import time

from tests.defects.field._patience import CUSTOMERS, Patience
from tests.good._shared import Patient, seconds_of

BREAKS = frozenset({"retry.retry_after_malformed"})
MAY_BREAK = frozenset()
CONTRACT = CUSTOMERS


class Obedient(Patient):
    attempts = 5

    def wait(self, attempt, asked):
        time.sleep(2.0**attempt if asked is None else min(seconds_of(asked), self.longest_wait))


class Source(Patience):
    patience = Obedient
