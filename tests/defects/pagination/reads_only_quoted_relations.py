"""A Link header is matched with a pattern that wants quotes, and nothing between the URL and them."""

import re

from tests.good.link_header_requests import CONTRACT as GOOD
from tests.good.link_header_requests import Source as Good

BREAKS = frozenset({"pagination.next_link"})
MAY_BREAK = frozenset()
CONTRACT = GOOD


class Source(Good):
    @staticmethod
    def following(header):
        found = re.search(r'<([^>]+)>; rel="next"', header)
        return found and found[1]
