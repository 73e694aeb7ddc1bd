"""The parser takes the lines of an export from the open connection: an invalid chunk surfaces in it, where nobody retries.

Seen in airbytehq/airbyte#7558.
"""

from tests.defects.field._patience import EXPORT, Export
from tests.good._shared import decode

BREAKS = frozenset({"retry.network_faults"})
MAY_BREAK = frozenset()
CONTRACT = EXPORT


class Source(Export):
    def export(self):
        answer = self.answer(stream=True)
        answer._content = b"".join(line for line in answer.iter_lines() if line)
        return decode(answer)
