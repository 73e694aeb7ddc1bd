"""A next link is good when it begins with the scheme and host of the API."""

from urllib.parse import urljoin

from bizon.source.models import SourceIteration

from tests.defects._contract import only
from tests.good._shared import decode, records_of, rows_of
from tests.good.link_header_session import CONTRACT as GOOD
from tests.good.link_header_session import Source as Good

BREAKS = frozenset({"security.off_origin"})
MAY_BREAK = frozenset()
CONTRACT = only(GOOD, "issues")


class Source(Good):
    def get(self, pagination=None):
        answer = self.ask(pagination["link"]) if pagination else self.first(self.config.per_page)
        link = answer.links.get("next", {}).get("url")
        target = urljoin(answer.url, link) if link else None
        if target and not target.startswith("https://git.acme.test"):
            raise ValueError("the next link leads to another host")
        if target == answer.url:
            raise ValueError("the next link leads to the page that holds it")
        records = records_of(self.config.stream, rows_of(decode(answer)), "iid")
        return SourceIteration(next_pagination={"link": target} if target else {}, records=records)
