"""Cookies are a header of the session, and redirects are followed."""

from tests.good._shared import Patient, decode, rows_of
from tests.good.page_bare_array import CONTRACT as GOOD
from tests.good.page_bare_array import Source as Good

BREAKS = frozenset({"security.redirects", "security.downgrade"})
MAY_BREAK = frozenset()
CONTRACT = GOOD


class Source(Good):
    def page(self, number):
        url, params = "https://blog.acme.test/posts.json", {"p": number, "n": 3}
        return rows_of(decode(Patient(self.session.request).get(url, params=params, allow_redirects=True)))
