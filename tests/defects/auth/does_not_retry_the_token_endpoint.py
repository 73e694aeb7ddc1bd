"""One 503 of the token endpoint ends the sync."""

import requests

from tests.good._shared import Tokens
from tests.good.keyset_post_body import CONTRACT as GOOD
from tests.good.keyset_post_body import Source as Good

BREAKS = frozenset({"auth.oauth_refresh"})
MAY_BREAK = frozenset({"retry.transient_status", "retry.network_faults"})
CONTRACT = GOOD


class Source(Good):
    def get_authenticator(self):
        return Once(super().get_authenticator().params)


class Once(Tokens):
    def fetch(self):
        client = (self.params.client_id, self.params.client_secret)
        grant = {"grant_type": "client_credentials"}
        answer = requests.post(self.params.token_refresh_endpoint, grant, auth=client, timeout=30)
        answer.raise_for_status()
        return answer.json()
