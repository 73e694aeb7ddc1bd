"""The probe asks the account, which the API closes to the kind of key that its guide recommends: set-up can never pass.

Seen in PostHog/posthog#78033.
"""

from tests.defects._contract import only
from tests.good._shared import decode, reason
from tests.good.cursor_session import CONTRACT as GOOD
from tests.good.cursor_session import Source as Good

BREAKS = frozenset({"connection.least_privilege"})
MAY_BREAK = frozenset()
CONTRACT = only(GOOD, "customers")
CONTRACT["api"]["check"] = {"path": "/account", "body": {"id": "account-1"}, "closed": 401}


class Source(Good):
    def check_connection(self):
        try:
            decode(self.http.get(self.url("/account")))
        except Exception as error:
            return False, reason(error)
        return True, None
