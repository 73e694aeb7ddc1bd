"""urllib3 retries without a total: as long as an API that bills each call answers 5xx, it is called.

Seen in estuary/connectors#3910.
"""

from tests.good.page_retry_policy import CONTRACT as GOOD
from tests.good.page_retry_policy import Policy
from tests.good.page_retry_policy import Source as Good

BREAKS = frozenset({"retry.gives_up"})
MAY_BREAK = frozenset({"connection.message", "connection.reports", "pagination.total"})
CONTRACT = GOOD


class Source(Good):
    def get_retry_policy(self):
        return Policy(
            None,
            connect=6,
            read=6,
            backoff_factor=2,
            backoff_max=60,
            status_forcelist=[429, 500, 502, 503, 504],
            allowed_methods=["GET"],
        )
