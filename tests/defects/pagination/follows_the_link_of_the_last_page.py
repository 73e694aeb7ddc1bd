"""The next link is followed whenever there is one, has_more or not."""

from tests.good._shared import next_link
from tests.good.next_url_oauth import CONTRACT as GOOD
from tests.good.next_url_oauth import Source as Good

BREAKS = frozenset({"pagination.next_on_last_page"})
MAY_BREAK = frozenset({"integrity.contradiction"})
CONTRACT = GOOD


class Source(Good):
    def onward(self, asked, body):
        link = body["links"].get("next")
        return {"next": next_link(asked, link)} if link else {}
