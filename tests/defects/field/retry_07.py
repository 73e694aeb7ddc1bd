"""Every answer says how many requests are left, and when the limit starts anew; it is waited for although there are many.

Seen in airbytehq/airbyte#7373.
"""

import time

from tests.defects._contract import only
from tests.good.link_header_session import CONTRACT as GOOD
from tests.good.link_header_session import Source as Good

BREAKS = frozenset({"retry.budget_left"})
MAY_BREAK = frozenset()
CONTRACT = only(GOOD, "issues")


class Source(Good):
    def ask(self, url, params=None):
        answer = super().ask(url, params)
        if "X-RateLimit-Remaining" in answer.headers:
            time.sleep(max(0, int(answer.headers["X-RateLimit-Reset"]) - time.time()))
        return answer
