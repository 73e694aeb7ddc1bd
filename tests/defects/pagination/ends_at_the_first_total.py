"""The total of the first page ends the stream, however many records come before the end meanwhile."""

from tests.defects._contract import only
from tests.good.offset_requests import CONTRACT as GOOD
from tests.good.offset_requests import Source as Good

BREAKS = frozenset({"pagination.live_changes"})
MAY_BREAK = frozenset({"pagination.empty_page_midway"})
CONTRACT = only(GOOD, "orders")


class Source(Good):
    def get(self, pagination=None):
        self.known = (pagination or {}).get("total")
        read = super().get(pagination)
        onward = {**read.next_pagination, "total": self.known} if read.next_pagination else {}
        return read.model_copy(update={"next_pagination": onward})

    def ask(self, path, params=None):
        body = super().ask(path, params)
        if isinstance(body, dict) and "total" in body and "orders" in body:
            self.known = body["total"] = getattr(self, "known", None) or body["total"]
        return body
