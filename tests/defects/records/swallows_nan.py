"""NaN and keys that come twice are taken as Python takes them."""

import json

from tests.defects._contract import only
from tests.good.cursor_session import CONTRACT as GOOD
from tests.good.cursor_session import Source as Good

BREAKS = frozenset({"records.hostile_json"})
MAY_BREAK = frozenset()
CONTRACT = only(GOOD, "customers")


class Source(Good):
    def page(self, pagination):
        answer = self.http.get(self.url(f"/{self.config.stream.value}"), params=self.params(pagination))
        return json.loads(answer.content.decode("utf-8-sig"))
