"""Three attempts, a fifth of a second apart, and Retry-After unread: a full history never gets through.

Seen in airbytehq/airbyte#2376.
"""

import time

from tests.defects.field._patience import CUSTOMERS, Patience
from tests.good._shared import Patient

BREAKS = frozenset({"retry.retry_after", "retry.rate_limited_api", "retry.backoff"})
MAY_BREAK = frozenset({"retry.retry_after_malformed"})
CONTRACT = CUSTOMERS


class Constant(Patient):
    attempts = 3

    def wait(self, attempt, asked):
        time.sleep(0.2)


class Source(Patience):
    patience = Constant
