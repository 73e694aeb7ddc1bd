"""Now and then an answer has no usable list of results; after the TypeError came a default of no results, and the same answer ends the sync in silence.

Seen in airbytehq/airbyte#27073.
"""

from tests.good.cursor_post_body import CONTRACT as GOOD
from tests.good.cursor_post_body import Source as Good

BREAKS = frozenset({"integrity.wrong_shape", "integrity.missing_records_key"})
MAY_BREAK = frozenset({"integrity.reason"})
CONTRACT = GOOD


class Source(Good):
    def call(self, method, path, **kwargs):
        body = super().call(method, path, **kwargs)
        if method == "POST":
            body["result"]["events"] = body["result"].get("events") or []
        return body
