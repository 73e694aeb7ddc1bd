"""A search that timed out on the server is a 422 with the reason in its body; every 4xx counts as final, and a passing fault ends the sync.

Seen in estuary/connectors#4894.
"""

from tests.good._shared import Patient, decode
from tests.good.keyset_post_body import API
from tests.good.keyset_post_body import CONTRACT as GOOD
from tests.good.keyset_post_body import Source as Good

BREAKS = frozenset({"retry.transient_in_body"})
MAY_BREAK = frozenset()
CONTRACT = GOOD


class Source(Good):
    def ask(self, method, path, wanted=None):
        return decode(Patient(self.session.request, self.session.auth.renew).ask(method, API + path, json=wanted))
