"""An exhausted quota is a 200 with errors of type RATE_LIMIT, and a header says when it is over; only the older spelling RATE_LIMITED is known.

What is not known is asked again five times within seconds, and the sync fails with an error of its own. Seen in
airbytehq/airbyte#83256.
"""

import copy
import time

from tests.good._shared import Patient, decode, rows_of
from tests.good.relay_variables import CONTRACT as GOOD
from tests.good.relay_variables import QUERIES, URL
from tests.good.relay_variables import Source as Good

BREAKS = frozenset({"retry.rate_limit_headers", "integrity.reason"})
MAY_BREAK = frozenset()
EXHAUSTED = {"errors": [{"type": "RATE_LIMIT", "message": "API rate limit exceeded"}], "data": None}
CONTRACT = copy.deepcopy(GOOD)
del CONTRACT["api"]["transient"]
CONTRACT["api"]["rate_limit"] = {"status": 200, "body": EXHAUSTED, "reset": "X-RateLimit-Reset"}


class Source(Good):
    def connection(self, size, cursor=None):
        variables = {"size": size, "cursor": cursor, "status": self.config.status}
        asked = {"query": QUERIES[self.config.stream], "variables": variables}
        http = Patient(self.session.request, getattr(self.session.auth, "renew", None))
        for _ in range(5):
            body = decode(http.ask("POST", URL, json=asked))
            kinds = [error.get("type") for error in body.get("errors", [])]
            if not kinds:
                rows_of(body, "data", self.config.stream, "edges")
                return body["data"][self.config.stream]
            time.sleep(60 if "RATE_LIMITED" in kinds else 1)
        raise ValueError("the query failed")
