"""Only the clock decides about renewal: a 401 with time left is final."""

from tests.good._shared import Patient, decode
from tests.good.keyset_post_body import API
from tests.good.keyset_post_body import CONTRACT as GOOD
from tests.good.keyset_post_body import Source as Good

BREAKS = frozenset({"auth.early_revocation"})
MAY_BREAK = frozenset({"retry.transient_in_body"})
CONTRACT = GOOD


class Source(Good):
    def ask(self, method, path, wanted=None):
        return decode(Patient(self.session.request).ask(method, API + path, json=wanted))
