"""The retry is around the request and not around the reading: a body that breaks off ends the sync.

Seen in airbytehq/airbyte#36385.
"""

from tests.defects.field._patience import CUSTOMERS, Patience
from tests.good._shared import Patient

BREAKS = frozenset({"retry.network_faults"})
MAY_BREAK = frozenset()
CONTRACT = CUSTOMERS


class Streaming(Patient):
    def ask(self, method, url, **kwargs):
        return super().ask(method, url, stream=True, **kwargs)


class Source(Patience):
    patience = Streaming
