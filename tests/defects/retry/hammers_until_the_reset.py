"""A 403 of the rate limit is asked again every half second."""

import time

from requests import HTTPError

from tests.defects._contract import only
from tests.good._shared import Patient
from tests.good.link_header_session import CONTRACT as GOOD
from tests.good.link_header_session import Source as Good

BREAKS = frozenset({"retry.rate_limit_headers"})
MAY_BREAK = frozenset()
CONTRACT = only(GOOD, "issues")


class Source(Good):
    def ask(self, url, params=None):
        for _ in range(200):
            try:
                return Patient(self.session.request).get(url, params=params)
            except HTTPError as error:
                if "X-RateLimit-Reset" not in error.response.headers:
                    raise
            time.sleep(0.5)
        raise TimeoutError("the rate limit is used up")
