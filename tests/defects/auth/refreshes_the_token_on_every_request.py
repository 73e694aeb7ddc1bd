"""A token is fetched for every request."""

from tests.good._shared import Tokens
from tests.good.keyset_post_body import CONTRACT as GOOD
from tests.good.keyset_post_body import Source as Good

BREAKS = frozenset({"auth.oauth_refresh", "auth.token_response_variants"})
MAY_BREAK = frozenset({"auth.unsupported_type", "auth.missing", "auth.wrong_params"})
CONTRACT = GOOD


class Source(Good):
    def get_authenticator(self):
        return Forgetful(self.config.authentication.params)


class Forgetful(Tokens):
    def token(self):
        self.held = None
        return super().token()
