"""The total is a number on some endpoints and null on others; a null raises, although the next link tells the end as well.

Seen in dlt-hub/dlt#4429.
"""

from tests.good.next_url_requests import CONTRACT as GOOD
from tests.good.next_url_requests import Source as Good
from tests.good.next_url_requests import decode

BREAKS = frozenset({"pagination.optional_signals"})
MAY_BREAK = frozenset()
CONTRACT = GOOD


class Source(Good):
    def ask(self, url, params=None):
        answer = super().ask(url, params)
        if int(decode(answer).get("@odata.count", 0)) < 0:
            raise ValueError("a total is at least 0")
        return answer
