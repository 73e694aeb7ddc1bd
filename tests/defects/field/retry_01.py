"""int() of a Retry-After that two proxies wrote (`50, 53`): the rate limit becomes a ValueError.

Seen in airbytehq/airbyte#14112.
"""

from tests.defects.field._patience import CUSTOMERS, Patience
from tests.good._shared import Patient

BREAKS = frozenset({"retry.retry_after_malformed"})
MAY_BREAK = frozenset()
CONTRACT = CUSTOMERS


class Numeric(Patient):
    def wait(self, attempt, asked):
        super().wait(attempt, str(int(asked or 0)))


class Source(Patience):
    patience = Numeric
