"""A 422 that says that the search timed out is final."""

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
