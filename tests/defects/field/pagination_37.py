"""Behind a proxy the server writes next links with its internal name and port; they are followed there, and page two always fails.

Seen in dagster-io/dagster#32271.
"""

from urllib.parse import urljoin

from tests.good.link_header_behind_proxy import CONTRACT as GOOD
from tests.good.link_header_session import Source as Good

BREAKS = frozenset({"pagination.complete", "security.off_origin"})
MAY_BREAK = frozenset({"security.redirects"})
CONTRACT = GOOD


class Source(Good):
    def onward(self, asked, link):
        return urljoin(asked, link)
