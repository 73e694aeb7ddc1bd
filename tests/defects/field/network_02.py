"""The retry knows connection errors and time-outs: a chunked body that ends inside a chunk passes it by.

Seen in PostHog/posthog#65728.
"""

import requests

from tests.defects.field._patience import CUSTOMERS, Patience
from tests.good._shared import Patient

BREAKS = frozenset({"retry.network_faults"})
MAY_BREAK = frozenset()
CONTRACT = CUSTOMERS


class Framework(Patient):
    broken = (requests.ConnectionError, requests.Timeout)


class Source(Patience):
    patience = Framework
