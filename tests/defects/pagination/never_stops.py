"""The last page points at itself for ever."""

from tests.good.offset_requests import CONTRACT as GOOD
from tests.good.offset_requests import Source as Good

BREAKS = frozenset({"pagination.terminates"})
MAY_BREAK = frozenset(
    {
        "pagination.complete",
        "pagination.empty_collection",
        "pagination.empty_page_midway",
        "pagination.short_pages",
        "pagination.filters",
        "retry.transient_status",
        "retry.network_faults",
        "retry.retry_after",
        "retry.retry_after_capped",
        "retry.retry_after_malformed",
        "retry.faults_together",
        "retry.rate_limited_api",
        "auth.dispatch",
        "pagination.first_page",
        "records.charset",
    }
)
CONTRACT = GOOD


class Source(Good):
    def get(self, pagination=None):
        iteration = super().get(pagination)
        return iteration.model_copy(update={"next_pagination": iteration.next_pagination or {"offset": 0}})
