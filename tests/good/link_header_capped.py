"""An API of which the first two hundred records can be had, and no more: the sync ends there, and says so."""

from bizon.source.models import SourceIteration
from loguru import logger

from tests.good.link_header_session import CONTRACT as DEEP
from tests.good.link_header_session import STREAM
from tests.good.link_header_session import Source as Deep

CAP = 200
ISSUES = STREAM | {"depth_cap": CAP, "cap_is_end": True}
CONTRACT = DEEP | {"api": DEEP["api"] | {"streams": {"issues": ISSUES}}}


class Source(Deep):
    def get(self, pagination: dict | None = None) -> SourceIteration:
        page = super().get(pagination)
        read = (pagination or {}).get("read", 0) + len(page.records)
        if page.next_pagination and read >= CAP:
            logger.warning(f"issues: the API does not show more than {CAP}; there are more")
            page.next_pagination = {}
        elif page.next_pagination:
            page.next_pagination |= {"read": read}
        return page
