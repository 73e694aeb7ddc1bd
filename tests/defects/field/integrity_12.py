"""Errors come as 200 with a code and no data; the answer is read as data, and people see a missing key in place of the API's reason.

Seen in airbytehq/airbyte#66938.
"""

from bizon.source.models import SourceIteration

from tests.defects._contract import only
from tests.good._shared import records_of
from tests.good.cursor_session import CONTRACT as GOOD
from tests.good.cursor_session import Source as Good

BREAKS = frozenset({"integrity.reason"})
MAY_BREAK = frozenset()
CONTRACT = only(GOOD, "invoices")
CONTRACT["api"]["error_body"] = {"code": "{status}", "message": "{reason}"}


class Source(Good):
    def get(self, pagination=None):
        body = self.page(pagination or {})
        return SourceIteration(
            records=records_of("invoices", list(body["data"])), next_pagination=self.onward(body, pagination or {})
        )
