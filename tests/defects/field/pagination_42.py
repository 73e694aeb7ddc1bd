"""The page number is a placeholder in the request; the first replacement overwrites the template, and the start page is read again and again.

Seen in apache/seatunnel#9442.
"""

from tests.good.page_retry_policy import CONTRACT as GOOD
from tests.good.page_retry_policy import Source as Good

BREAKS = frozenset({"pagination.complete"})
MAY_BREAK = frozenset({"pagination.resume"})
CONTRACT = GOOD


class Source(Good):
    template = None

    def params(self, page):
        self.template = self.template or super().params(page)
        return self.template
