"""A dataset is read page by page from one host; every request is made by a client of its own.

Seen in mimiro-io/datahub#335.
"""

import requests

from tests.good.offset_requests import CONTRACT as GOOD
from tests.good.offset_requests import Source as Good

BREAKS = frozenset({"footprint.connections"})
MAY_BREAK = frozenset()
CONTRACT = GOOD


class Source(Good):
    def ask(self, path, params=None):
        self.plain = requests.Session()
        return super().ask(path, params)
