"""Each request is made by `requests.request`, which has a session for it alone."""

import requests

from tests.defects._contract import only
from tests.good.next_url_requests import CONTRACT as GOOD
from tests.good.next_url_requests import Source as Good

BREAKS = frozenset({"footprint.connections"})
MAY_BREAK = frozenset()
CONTRACT = only(GOOD, "accounts")


class Source(Good):
    def __init__(self, config):
        super().__init__(config)
        self.plain = requests
