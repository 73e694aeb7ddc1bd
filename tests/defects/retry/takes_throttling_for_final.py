"""A 200 that says THROTTLED is an error like any other."""

from tests.defects._contract import only
from tests.good._shared import Patient, decode, rows_of
from tests.good.relay_variables import CONTRACT as GOOD
from tests.good.relay_variables import QUERIES, URL
from tests.good.relay_variables import Source as Good

BREAKS = frozenset({"retry.transient_in_body"})
MAY_BREAK = frozenset({"retry.rate_limited_api"})
CONTRACT = only(GOOD, "orders")


class Source(Good):
    def connection(self, size, cursor=None):
        variables = {"size": size, "cursor": cursor, "status": self.config.status}
        asked = {"query": QUERIES[self.config.stream], "variables": variables}
        http = Patient(self.session.request, getattr(self.session.auth, "renew", None))
        body = decode(http.ask("POST", URL, json=asked))
        rows_of(body, "data", self.config.stream, "edges")
        return body["data"][self.config.stream]
