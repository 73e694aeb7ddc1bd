"""The API lives under a prefix; joining URLs drops the last segment of a base URL without a slash at its end, and other endpoints are called.

Seen in datahub-project/datahub#13217.
"""

from urllib.parse import urljoin

from tests.good.offset_own_session import CONTRACT as GOOD
from tests.good.offset_own_session import Source as Good

BREAKS = frozenset({"interface.dispatch"})
MAY_BREAK = frozenset({"connection.accepts"})
CONTRACT = GOOD


class Source(Good):
    def ask(self, path, **params):
        return self.session.get(urljoin(self.config.api_host, path.lstrip("/")), params=params)
