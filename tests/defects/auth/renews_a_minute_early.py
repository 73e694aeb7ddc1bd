"""A token is renewed a minute before its end, also one that lives for half of that."""

from tests.good._shared import Tokens
from tests.good.keyset_post_body import CONTRACT as GOOD
from tests.good.keyset_post_body import Source as Good

BREAKS = frozenset({"auth.token_response_variants"})
MAY_BREAK = frozenset()
CONTRACT = GOOD


class Source(Good):
    def get_authenticator(self):
        return Early(super().get_authenticator().params)


class Early(Tokens):
    def lifetime(self, answer):
        return float(answer.get("expires_in", 3600)) - 60
