"""Lines are numbered anew in each invoice; the number alone is the id, and lines of different invoices are taken for one.

Seen in PostHog/posthog#63241.
"""

from tests.good._shared import records_of
from tests.good.offset_compound_ids import CONTRACT as REPORT
from tests.good.offset_compound_ids import Source as Good
from tests.good.offset_own_session import STREAM

BREAKS = frozenset({"records.identity"})
MAY_BREAK = frozenset()
LINES = STREAM | {"id": "line", "id_with": ["invoice"], "record": {"line": 1, "invoice": "i-1", "amount": 9.5}}
CONTRACT = REPORT | {"api": REPORT["api"] | {"streams": {"contacts": LINES}}}


class Source(Good):
    def records(self, rows):
        return records_of(self.config.stream, rows, "line")
