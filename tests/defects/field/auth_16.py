"""Under an API key the check takes what its logger returns for the response: only the other type was ever tried.

Seen in airbytehq/airbyte#48413.
"""

from bizon.source.auth.config import AuthType
from loguru import logger

from tests.defects._contract import only
from tests.good._shared import decode, reason
from tests.good.cursor_session import CONTRACT as GOOD
from tests.good.cursor_session import Source as Good

BREAKS = frozenset({"auth.dispatch"})
MAY_BREAK = frozenset()
CONTRACT = only(GOOD, "customers")
CONTRACT["api"]["auth"] = [auth for auth in CONTRACT["api"]["auth"] if auth["type"] in ("bearer", "oauth")]


class Source(Good):
    def check_connection(self):
        try:
            if self.config.authentication.type is AuthType.API_KEY:
                response = logger.info("the key is used as it is")
            else:
                response = self.http.get(self.url("/me"))
            decode(response)
        except Exception as error:
            return False, reason(error)
        return True, None
