"""Retries are left to urllib3, whose work ends with the headers: a body shorter than announced is fatal.

Seen in airbytehq/airbyte#3458.
"""

from tests.good._shared import decode
from tests.good.page_retry_policy import API
from tests.good.page_retry_policy import CONTRACT as GOOD
from tests.good.page_retry_policy import Source as Good

BREAKS = frozenset({"retry.network_faults"})
MAY_BREAK = frozenset()
CONTRACT = GOOD


class Source(Good):
    def ask(self, path, params=None):
        return decode(self.session.get(API + path, params=params, timeout=(3.5, 30)))
