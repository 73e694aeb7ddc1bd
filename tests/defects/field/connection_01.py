"""The check asks what the API tells everybody, so a wrong account or key passes it.

Seen in airbytehq/airbyte#663.
"""

from tests.good._shared import decode, reason
from tests.good.cursor_session import CONTRACT as GOOD
from tests.good.cursor_session import Source as Good

BREAKS = frozenset({"connection.reports"})
MAY_BREAK = frozenset()
REGIONS = GOOD["api"]["streams"]["invoices"] | {"path": "/regions", "public": True}
CONTRACT = GOOD | {"api": GOOD["api"] | {"streams": GOOD["api"]["streams"] | {"invoices": REGIONS}}}


class Source(Good):
    def url(self, path):
        return super().url("/regions" if path == "/invoices" else path)

    def check_connection(self):
        try:
            decode(self.http.get(self.url("/regions"), params={"limit": 1}))
        except Exception as error:
            return False, reason(error)
        return True, None
