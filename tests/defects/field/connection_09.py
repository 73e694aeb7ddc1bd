"""What the token endpoint answers is indexed blindly: its refusal becomes the reason 'access_token'.

Seen in airbytehq/airbyte#21849.
"""

import requests

from tests.good._shared import Patient, Tokens
from tests.good.keyset_post_body import CONTRACT as GOOD
from tests.good.keyset_post_body import Source as Good

BREAKS = frozenset({"connection.message", "auth.oauth_refresh"})
MAY_BREAK = frozenset()
CONTRACT = GOOD


class Source(Good):
    def get_authenticator(self):
        return Blind(super().get_authenticator().params)


class Blind(Tokens):
    def renew(self):
        self.held = self.fetch()["access_token"]

    def fetch(self):
        client = {"client_id": self.params.client_id, "client_secret": self.params.client_secret}
        grant = client | {"grant_type": "client_credentials"}
        try:
            return Patient(requests.request).ask("POST", self.params.token_refresh_endpoint, data=grant).json()
        except requests.HTTPError as error:
            return error.response.json()
