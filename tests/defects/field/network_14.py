"""There is a limit for connecting and none for reading: an export that goes silent is waited for until somebody looks.

Seen in airbytehq/airbyte#26459.
"""

from tests.defects.field._patience import EXPORT, Export
from tests.good._shared import Patient, decode

BREAKS = frozenset({"retry.timeouts"})
MAY_BREAK = frozenset()
CONTRACT = EXPORT


class Silent(Patient):
    timeout = (10, None)


class Source(Export):
    patience = Silent

    def export(self):
        return decode(self.answer())
