"""A token answer without expires_in is a KeyError."""

from tests.good.keyset_post_body import CONTRACT as GOOD
from tests.good.keyset_post_body import Source as Good

BREAKS = frozenset({"auth.token_response_variants"})
MAY_BREAK = frozenset()
CONTRACT = GOOD


class Source(Good):
    def get_authenticator(self):
        tokens = super().get_authenticator()
        tokens.lifetime = lambda answer: 0.9 * float(answer["expires_in"])
        return tokens
