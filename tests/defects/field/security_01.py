"""A guard compares the origins, but of the link with itself: user name and password go to whatever host a next link names.

Seen in DataZooDE/erpl-web#183.
"""

from urllib.parse import urljoin, urlsplit

from bizon.source.models import SourceIteration

from tests.good._shared import decode, records_of, rows_of
from tests.good.link_header_session import CONTRACT as GOOD
from tests.good.link_header_session import Source as Good

BREAKS = frozenset({"security.off_origin"})
MAY_BREAK = frozenset({"security.downgrade"})
CONTRACT = GOOD


class Source(Good):
    def get(self, pagination=None):
        answer = self.ask(pagination["link"]) if pagination else self.first(self.config.per_page)
        link = answer.links.get("next", {}).get("url")
        if link and (urlsplit(link).netloc != urlsplit(link).netloc or link == answer.url):
            raise ValueError("the next link leads to another host, or back")
        return SourceIteration(
            next_pagination={"link": urljoin(answer.url, link)} if link else {},
            records=records_of(self.config.stream.value, rows_of(decode(answer)), "iid"),
        )
