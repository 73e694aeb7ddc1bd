"""bizon's own authenticator fetches the tokens: without a timeout, and only where expires_in is there."""

from bizon.source.auth.builder import AuthBuilder

from tests.good.next_url_oauth import CONTRACT as GOOD
from tests.good.next_url_oauth import Source as Good

BREAKS = frozenset(
    {
        "auth.token_response_variants",
        "auth.early_revocation",
        "auth.rotating_refresh_token",
        "retry.timeouts",
        "retry.network_faults",
    }
)
MAY_BREAK = frozenset({"connection.message", "security.redirects", "security.downgrade"})
CONTRACT = GOOD


class Source(Good):
    def get_authenticator(self):
        return AuthBuilder.oauth2(super().get_authenticator().params)
