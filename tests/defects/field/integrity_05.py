"""The list is under another key than the one assumed, which has a default: run after run succeeds with nothing.

Seen in PostHog/posthog#91426.
"""

from bizon.source.models import SourceIteration

from tests.defects._contract import only
from tests.good._shared import records_of
from tests.good.cursor_session import CONTRACT as GOOD
from tests.good.cursor_session import Source as Good

BREAKS = frozenset({"integrity.missing_records_key", "pagination.complete"})
MAY_BREAK = frozenset(
    {
        "integrity.error_envelope",
        "integrity.reason",
        "integrity.wrong_shape",
        "pagination.live_changes",
        "records.missing_id",
    }
)
CONTRACT = only(GOOD, "customers")


class Source(Good):
    def get(self, pagination=None):
        body = self.page(pagination or {})
        return SourceIteration(
            next_pagination=self.onward(body, pagination or {}), records=records_of("customers", body.get("items", []))
        )
