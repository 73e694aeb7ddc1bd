"""Since the recording was made the connector has begun to ask for an order: what was recorded is not what it does."""

from tests.good._shared import Patient, decode, rows_of
from tests.good.page_bare_array import CONTRACT as GOOD
from tests.good.page_bare_array import Source as Good

BREAKS = frozenset({"recording.all_played"})
MAY_BREAK = frozenset()
CONTRACT = GOOD | {"cassettes": "recorded"}


class Source(Good):
    def page(self, number):
        wanted = {"p": number, "n": 3, "sort": "id"}
        return rows_of(decode(Patient(self.session.request).get("https://blog.acme.test/posts.json", params=wanted)))
