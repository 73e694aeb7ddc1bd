"""A next link may be absolute and lead to another host; every page is asked with Basic credentials, whatever its host is.

Seen in gkoos/confluence2md#73.
"""

from urllib.parse import urljoin

from bizon.source.models import SourceIteration

from tests.good._shared import decode, records_of, rows_of
from tests.good.next_url_requests import CONTRACT as GOOD
from tests.good.next_url_requests import Source as Good

BREAKS = frozenset({"security.off_origin"})
MAY_BREAK = frozenset({"security.downgrade"})
CONTRACT = GOOD


class Source(Good):
    def get(self, pagination=None):
        answer = self.ask(pagination["link"]) if pagination else self.ask(*self.first(self.config.top))
        body = decode(answer)
        link = body.get("@odata.nextLink")
        onward = {"link": urljoin(answer.url, link)} if link else {}
        if onward and onward == pagination:
            raise ValueError("the next link leads back")
        return SourceIteration(
            next_pagination=onward,
            records=records_of(self.config.stream, rows_of(body, "value"), "accountid"),
        )
