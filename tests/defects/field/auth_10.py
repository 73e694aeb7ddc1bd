"""Every task fetches a token of its own, and each token ends the one before: who was first sends a dead one.

Seen in estuary/connectors#4138.
"""

import requests
from loguru import logger

from tests.good._shared import Patient, Tokens, decode
from tests.good.keyset_post_body import API
from tests.good.keyset_post_body import CONTRACT as GOOD
from tests.good.keyset_post_body import Source as Good

BREAKS = frozenset({"auth.oauth_refresh", "pagination.complete"})
MAY_BREAK = frozenset()
CONTRACT = GOOD | {"api": GOOD["api"] | {"auth": [GOOD["api"]["auth"][0] | {"single": True}]}}


class Source(Good):
    def get_authenticator(self):
        self.tasks = {}
        return super().get_authenticator()

    def ask(self, method, path, wanted=None):
        tokens = self.tasks.setdefault(path, Tokens(self.config.authentication.params))
        return decode(Patient(requests.request).ask(method, API + path, json=wanted, auth=tokens))

    def get(self, pagination=None):
        iteration = super().get(pagination)
        logger.info(f"of {self.get_total_records_count()} entries")
        return iteration
