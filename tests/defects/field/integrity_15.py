"""The API says that there are more pages and serves nothing on them; the walk ends at a bound of its own with a warning, which is a success.

Seen in PostHog/posthog#101793.
"""

from bizon.source.models import SourceIteration
from loguru import logger

from tests.good._shared import records_of, rows_of
from tests.good.page_retry_policy import CONTRACT as GOOD
from tests.good.page_retry_policy import Source as Good

BREAKS = frozenset({"integrity.contradiction"})
MAY_BREAK = frozenset()
MOST_PAGES = 20
CONTRACT = GOOD


class Source(Good):
    def get(self, pagination=None):
        page = pagination["page"] if pagination else 1
        body = self.ask("/products", self.params(page))
        rows, pages = rows_of(body, "products"), body["meta"]["page_count"]
        seen = (pagination or {}).get("seen", 0) + len(rows)
        # A page may be served twice: what counts is how many rows were announced.
        onward = {} if seen >= body["meta"]["count"] and page >= pages else {"page": page + 1, "seen": seen}
        if page >= MOST_PAGES and onward:
            logger.warning(f"products: stopped at page {page}, {seen} of {body['meta']['count']} rows were read")
            onward = {}
        return SourceIteration(next_pagination=onward, records=records_of("products", rows, "sku"))
