"""A 403 is final, whatever X-RateLimit-Reset says."""

from tests.defects._contract import only
from tests.good._shared import Patient
from tests.good.link_header_session import CONTRACT as GOOD
from tests.good.link_header_session import Source as Good

BREAKS = frozenset({"retry.rate_limit_headers", "retry.rate_limited_api"})
MAY_BREAK = frozenset()
CONTRACT = only(GOOD, "issues")


class Source(Good):
    def ask(self, url, params=None):
        return Patient(self.session.request).get(url, params=params)
