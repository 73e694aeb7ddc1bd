"""A token is renewed when its 3,600 seconds are over and no sooner: a request of the last moment is refused, and that is final.

Seen in airbytehq/airbyte#60240.
"""

from tests.good._shared import Patient, Tokens, decode
from tests.good.keyset_post_body import API
from tests.good.keyset_post_body import CONTRACT as GOOD
from tests.good.keyset_post_body import Source as Good

BREAKS = frozenset({"auth.oauth_refresh", "auth.early_revocation"})
MAY_BREAK = frozenset({"retry.transient_in_body"})
CONTRACT = GOOD


class Punctual(Tokens):
    def lifetime(self, answer):
        return float(answer.get("expires_in", 3600))


class Source(Good):
    def get_authenticator(self):
        return Punctual(super().get_authenticator().params)

    def ask(self, method, path, wanted=None):
        return decode(Patient(self.session.request).ask(method, API + path, json=wanted))
