"""Login and maintenance pages come as HTML with status 200; the JSON error is not classified, and the same page is fetched until the budget is gone.

Seen in PostHog/posthog#73278.
"""

import time

from tests.good.page_retry_policy import CONTRACT as GOOD
from tests.good.page_retry_policy import Source as Good

BREAKS = frozenset({"integrity.not_json"})
MAY_BREAK = frozenset({"connection.reports", "pagination.total", "records.hostile_json"})
CONTRACT = GOOD


class Source(Good):
    def ask(self, path, params=None):
        while True:
            try:
                return super().ask(path, params)
            except ValueError:
                time.sleep(1)
