"""The first link of a Link header is followed, whatever its relation."""

from tests.good.link_header_requests import CONTRACT as GOOD
from tests.good.link_header_requests import Source as Good

BREAKS = frozenset({"pagination.next_link"})
MAY_BREAK = frozenset()
CONTRACT = GOOD


class Source(Good):
    @staticmethod
    def following(header):
        return header.partition("<")[2].partition(">")[0] or None
