"""A page token may come twice; the loop has no token and no answer as its only exits, and nothing compares a token with the one before.

Seen in airbytehq/airbyte-python-cdk#1148.
"""

from tests.defects._contract import only
from tests.good.cursor_session import CONTRACT as GOOD
from tests.good.cursor_session import Source as Good

BREAKS = frozenset({"pagination.stuck_cursor", "integrity.contradiction"})
MAY_BREAK = frozenset()
CONTRACT = only(GOOD, "invoices")


class Source(Good):
    def onward(self, body, pagination):
        return {"cursor": body["next_cursor"]} if body["has_more"] else {}
