"""The next link is asked with the credentials, wherever it leads."""

from urllib.parse import urljoin

from bizon.source.models import SourceIteration

from tests.defects._contract import only
from tests.good._shared import decode, records_of, rows_of
from tests.good.next_url_requests import CONTRACT as GOOD
from tests.good.next_url_requests import Source as Good

BREAKS = frozenset({"security.off_origin", "security.downgrade"})
MAY_BREAK = frozenset()
CONTRACT = only(GOOD, "accounts")


class Source(Good):
    def get(self, pagination=None):
        answer = self.ask(pagination["link"]) if pagination else self.ask(*self.first(self.config.top))
        body = decode(answer)
        link = body.get("@odata.nextLink")
        target = urljoin(answer.url, link) if link else None
        if target == answer.url:
            raise ValueError("the next link leads to the page that holds it")
        records = records_of(self.config.stream, rows_of(body, "value"), "accountid")
        return SourceIteration(next_pagination={"link": target} if target else {}, records=records)
