"""The records key is there and its value is null; iterating over it ends the sync with a message that names neither stream nor request.

Seen in singer-io/tap-xero#50.
"""

from tests.defects._contract import described
from tests.good.cursor_session import CONTRACT as GOOD
from tests.good.cursor_session import Source as Good

BREAKS = frozenset({"integrity.documented_empty"})
MAY_BREAK = frozenset({"integrity.reason"})
CONTRACT = described(GOOD, "invoices", empty=["null"])


class Source(Good):
    def page(self, pagination):
        body = super().page(pagination)
        for row in body["data"]:
            row.pop("links", None)
        return body
