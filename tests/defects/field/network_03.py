"""One export, read piece by piece outside the retry: a reset in the body ends 40 hours of work.

Seen in airbytehq/airbyte#24177.
"""

from tests.defects.field._patience import EXPORT, Export
from tests.good._shared import decode

BREAKS = frozenset({"retry.network_faults"})
MAY_BREAK = frozenset()
CONTRACT = EXPORT


class Source(Export):
    def export(self):
        answer = self.answer(stream=True)
        answer._content = b"".join(answer.iter_content(64))
        return decode(answer)
