"""A 429 is asked again at once, twice: streams that are read side by side fail together at the limit they share.

Seen in airbytehq/airbyte#52151.
"""

from tests.defects.field._patience import CUSTOMERS, Patience
from tests.good._shared import Patient

BREAKS = frozenset({"retry.rate_limited_api", "retry.retry_after", "retry.retry_after_malformed"})
MAY_BREAK = frozenset()
CONTRACT = CUSTOMERS


class Unlimited(Patient):
    attempts = 3

    def wait(self, attempt, asked):
        if asked is None:
            super().wait(attempt, asked)


class Source(Patience):
    patience = Unlimited
