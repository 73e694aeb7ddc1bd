"""No request sets a timeout and the library has none: a response that never comes stops everything, silently.

Seen in estuary/connectors#2380.
"""

from tests.defects.field._patience import CUSTOMERS, Patience
from tests.good._shared import Patient

BREAKS = frozenset({"retry.timeouts"})
MAY_BREAK = frozenset()
CONTRACT = CUSTOMERS


class Endless(Patient):
    timeout = None


class Source(Patience):
    patience = Endless
