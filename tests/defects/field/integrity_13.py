"""A 200 has another envelope than the expected one; with a default of an empty list an error is an empty account.

Seen in PostHog/posthog#68567.
"""

from tests.defects._contract import only
from tests.good.cursor_session import CONTRACT as GOOD
from tests.good.cursor_session import Source as Good

BREAKS = frozenset({"integrity.missing_records_key"})
MAY_BREAK = frozenset()
CONTRACT = only(GOOD, "customers")


class Source(Good):
    def page(self, pagination):
        body = super().page(pagination)
        body.setdefault("data", [])
        return body
