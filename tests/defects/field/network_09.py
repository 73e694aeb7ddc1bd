"""Only a time-out is tried again while a connection is set up: every other failure there ends the sync.

Seen in estuary/connectors#3329.
"""

import requests

from tests.defects.field._patience import CUSTOMERS, Patience
from tests.good._shared import Patient

BREAKS = frozenset({"retry.network_faults"})
MAY_BREAK = frozenset()
CONTRACT = CUSTOMERS


class Timely(Patient):
    broken = (requests.Timeout, requests.exceptions.ChunkedEncodingError)


class Source(Patience):
    patience = Timely
