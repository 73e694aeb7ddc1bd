"""Text is decoded as the Content-Type says, Latin-1 where it says so."""

import json

from tests.defects._contract import only
from tests.good._shared import decode
from tests.good.cursor_session import CONTRACT as GOOD
from tests.good.cursor_session import Source as Good

BREAKS = frozenset({"records.charset"})
MAY_BREAK = frozenset()
CONTRACT = only(GOOD, "customers")


class Source(Good):
    def page(self, pagination):
        answer = self.http.get(self.url(f"/{self.config.stream.value}"), params=self.params(pagination))
        decode(answer)
        return json.loads(answer.text)
