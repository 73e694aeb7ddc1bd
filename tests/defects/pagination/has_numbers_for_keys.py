"""The pagination has numbers for keys, which JSON turns into text."""

from tests.good.keyset_post_body import CONTRACT as GOOD
from tests.good.keyset_post_body import Source as Good

BREAKS = frozenset({"pagination.json_safe"})
MAY_BREAK = frozenset()
CONTRACT = GOOD


class Source(Good):
    def get(self, pagination=None):
        page = super().get({"after": pagination["after"]} if pagination else {})
        if page.next_pagination:
            page.next_pagination["seen"] = {len(page.records): page.records[-1].id}
        return page
