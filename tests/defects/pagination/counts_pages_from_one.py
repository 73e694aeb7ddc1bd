"""The first page of an API that counts from 0 is asked with 1."""

from tests.good.page_bare_array import CONTRACT as GOOD
from tests.good.page_bare_array import Source as Good

BREAKS = frozenset({"pagination.complete"})
MAY_BREAK = frozenset(
    {
        "pagination.short_pages",
        "retry.transient_status",
        "retry.network_faults",
        "retry.retry_after",
        "retry.retry_after_malformed",
        "retry.faults_together",
        "retry.rate_limited_api",
        "records.missing_id",
    }
)
CONTRACT = GOOD


class Source(Good):
    def page(self, number):
        return super().page(number + 1)
