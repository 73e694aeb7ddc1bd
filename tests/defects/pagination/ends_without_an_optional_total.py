"""A page without the total, which the API need not send, is taken for the last one."""

from tests.defects._contract import only
from tests.good._shared import decode
from tests.good.next_url_requests import CONTRACT as GOOD
from tests.good.next_url_requests import Source as Good

BREAKS = frozenset({"pagination.optional_signals"})
MAY_BREAK = frozenset()
CONTRACT = only(GOOD, "accounts")


class Source(Good):
    def ask(self, url, params=None):
        self.answer = super().ask(url, params)
        return self.answer

    def get(self, pagination=None):
        iteration = super().get(pagination)
        if not decode(self.answer).get("@odata.count"):
            iteration.next_pagination = {}
        return iteration
