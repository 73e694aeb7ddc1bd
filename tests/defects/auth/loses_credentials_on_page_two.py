"""Pages behind the first are asked without credentials."""

from tests.defects._contract import only
from tests.good.cursor_session import CONTRACT as GOOD
from tests.good.cursor_session import Source as Good

BREAKS = frozenset({"auth.dispatch", "pagination.complete"})
MAY_BREAK = frozenset(
    {
        "pagination.terminates",
        "pagination.short_pages",
        "pagination.empty_page_midway",
        "pagination.filters",
        "pagination.opaque_cursor",
        "pagination.live_changes",
        "pagination.next_on_last_page",
        "records.timestamp",
        "records.charset",
        "retry.transient_status",
        "retry.network_faults",
        "retry.retry_after",
        "retry.retry_after_malformed",
        "retry.rate_limited_api",
        "retry.backoff",
        "retry.same_request",
        "auth.oauth_refresh",
        "auth.token_response_variants",
        "auth.early_revocation",
        "auth.rejected",
        "retry.gives_up",
        "retry.client_errors",
        "retry.faults_together",
        "connection.reports",
        "auth.rotating_refresh_token",
    }
)
CONTRACT = only(GOOD, "customers")


class Source(Good):
    def get(self, pagination=None):
        self.session.auth = None if pagination else self.get_authenticator()
        return super().get(pagination)
