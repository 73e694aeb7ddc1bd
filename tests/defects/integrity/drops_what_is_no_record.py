"""What is no object in the list of records is left out."""

from bizon.source.models import SourceIteration

from tests.defects._contract import only
from tests.good._shared import decode, next_link, records_of, rows_of
from tests.good.link_header_session import CONTRACT as GOOD
from tests.good.link_header_session import Source as Good

BREAKS = frozenset({"integrity.wrong_shape"})
MAY_BREAK = frozenset()
CONTRACT = only(GOOD, "issues")


class Source(Good):
    def get(self, pagination=None):
        answer = self.ask(pagination["link"]) if pagination else self.first(self.config.per_page)
        link = answer.links.get("next", {}).get("url")
        rows = [row for row in rows_of(decode(answer)) if isinstance(row, dict)]
        return SourceIteration(
            next_pagination={"link": next_link(answer.url, link)} if link else {},
            records=records_of(self.config.stream.value, rows, "iid"),
        )
