"""Connections are listed by a start; one request is made, and what does not fit into it never appears.

Seen in open-metadata/OpenMetadata#25263.
"""

from tests.good.keyset_post_body import CONTRACT as GOOD
from tests.good.keyset_post_body import Source as Good

BREAKS = frozenset({"pagination.complete"})
MAY_BREAK = frozenset({"pagination.live_changes"})
CONTRACT = GOOD


class Source(Good):
    def get(self, pagination=None):
        page = super().get(pagination)
        page.next_pagination = {}
        return page
