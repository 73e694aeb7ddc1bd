"""The pagination holds the Authorization header, which is the password in base64."""

import requests

from tests.good.offset_requests import CONTRACT as GOOD
from tests.good.offset_requests import Source as Good

BREAKS = frozenset({"security.checkpoints"})
MAY_BREAK = frozenset()
CONTRACT = GOOD


class Source(Good):
    def get(self, pagination=None):
        page = super().get(pagination)
        if page.next_pagination:
            asked = self.credentials(requests.Request("GET", self.config.base_url).prepare())
            page.next_pagination["header"] = asked.headers["Authorization"]
        return page
