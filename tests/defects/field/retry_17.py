"""Retries are configured, and the base class says `not retryable` of everything: no connector ever overrode it.

Seen in OWOX/owox-data-marts#1379.
"""

from tests.defects.field._patience import CUSTOMERS, Patience
from tests.good._shared import Patient

BREAKS = frozenset({"retry.transient_status", "retry.network_faults", "retry.retry_after_malformed"})
MAY_BREAK = frozenset({"retry.rate_limited_api"})
CONTRACT = CUSTOMERS


class Retryable(Patient):
    attempts = 5

    def is_retryable(self, error):
        return False

    def ask(self, method, url, **kwargs):
        self.transient = frozenset(status for status in self.transient if self.is_retryable(status))
        self.broken = tuple(kind for kind in self.broken if self.is_retryable(kind))
        return super().ask(method, url, **kwargs)


class Source(Patience):
    patience = Retryable
