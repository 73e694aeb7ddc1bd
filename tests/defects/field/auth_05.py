"""The token is handed on as a string, taken once: nothing that renews it reaches the requests of a job of hours.

Seen in airbytehq/airbyte#75283.
"""

from functools import cached_property

import requests

from tests.good._shared import Patient, Tokens, decode
from tests.good.keyset_post_body import API
from tests.good.keyset_post_body import CONTRACT as GOOD
from tests.good.keyset_post_body import Source as Good

BREAKS = frozenset({"auth.oauth_refresh", "auth.early_revocation"})
MAY_BREAK = frozenset({"auth.rotating_refresh_token", "footprint.connections", "retry.transient_in_body"})
CONTRACT = GOOD | {"api": GOOD["api"] | {"auth": [GOOD["api"]["auth"][0] | {"expires_in": 7200}]}}


class Source(Good):
    @cached_property
    def token(self):
        return Tokens(self.config.authentication.params).token()

    def ask(self, method, path, wanted=None):
        headers = {"Authorization": f"Bearer {self.token}"}
        return decode(Patient(requests.request).ask(method, API + path, json=wanted, headers=headers))
