"""Nobody can have what is behind the cap; the sync ends there, and nothing says that there is more."""

from tests.good.link_header_capped import CAP
from tests.good.link_header_capped import CONTRACT as GOOD
from tests.good.link_header_session import Source as Deep

BREAKS = frozenset({"pagination.depth_cap"})
MAY_BREAK = frozenset()
CONTRACT = GOOD


class Source(Deep):
    def get(self, pagination=None):
        page = super().get(pagination)
        read = (pagination or {}).get("read", 0) + len(page.records)
        page.next_pagination = page.next_pagination | {"read": read} if page.next_pagination and read < CAP else {}
        return page
