"""A body has a text type without a charset; the library's default is ISO-8859-1, and the first Vietnamese name is lost.

Seen in airbytehq/airbyte#20973.
"""

import json

from tests.good.keyset_bare_array import CONTRACT as GOOD
from tests.good.keyset_bare_array import Source as Good
from tests.good.offset_requests import refuse, strict

BREAKS = frozenset({"records.charset"})
MAY_BREAK = frozenset({"integrity.reason"})
CONTRACT = GOOD


class Source(Good):
    @staticmethod
    def read(answer):
        return json.loads(
            answer.content.decode(answer.encoding or "iso-8859-1"), parse_constant=refuse, object_pairs_hook=strict
        )
