"""The stream goes on while the total says so, which the API need not send."""

from tests.defects._contract import only
from tests.good.next_url_requests import CONTRACT as GOOD
from tests.good.next_url_requests import Source as Good

BREAKS = frozenset({"pagination.optional_signals"})
MAY_BREAK = frozenset({"retry.rate_limited_api", "pagination.one_page_per_get"})
CONTRACT = only(GOOD, "accounts")


class Source(Good):
    def get(self, pagination=None):
        iteration = super().get(pagination)
        if not self.get_total_records_count():
            iteration.next_pagination = {}
        return iteration
