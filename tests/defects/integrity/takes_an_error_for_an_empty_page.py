"""GraphQL errors are not looked for: what is not there is an empty connection."""

from tests.defects._contract import only
from tests.good._shared import Patient, decode
from tests.good.relay_variables import CONTRACT as GOOD
from tests.good.relay_variables import QUERIES, URL
from tests.good.relay_variables import Source as Good

BREAKS = frozenset({"integrity.error_envelope", "integrity.missing_records_key"})
MAY_BREAK = frozenset(
    {"integrity.wrong_shape", "retry.rate_limit_headers", "retry.rate_limited_api", "retry.transient_in_body"}
)
CONTRACT = only(GOOD, "orders")


class Source(Good):
    def connection(self, size, cursor=None):
        variables = {"size": size, "cursor": cursor, "status": self.config.status}
        asked = {"query": QUERIES[self.config.stream], "variables": variables}
        http = Patient(self.session.request, getattr(self.session.auth, "renew", None))
        data = decode(http.ask("POST", URL, json=asked)).get("data") or {}
        nothing = {"edges": [], "pageInfo": {"hasNextPage": False, "endCursor": None}, "totalCount": None}
        return nothing | (data.get(self.config.stream) or {})
