"""The token is fetched once and never again."""

import math

from tests.good._shared import Patient, decode
from tests.good.keyset_post_body import API
from tests.good.keyset_post_body import CONTRACT as GOOD
from tests.good.keyset_post_body import Source as Good

BREAKS = frozenset({"auth.oauth_refresh"})
MAY_BREAK = frozenset({"auth.early_revocation", "auth.rotating_refresh_token", "retry.transient_in_body"})
CONTRACT = GOOD


class Source(Good):
    def get_authenticator(self):
        tokens = super().get_authenticator()
        tokens.lifetime = lambda answer: math.inf
        tokens.renew_on_401 = False
        return tokens

    def ask(self, method, path, wanted=None):
        return decode(Patient(self.session.request).ask(method, API + path, json=wanted))
