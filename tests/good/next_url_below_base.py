"""Links that begin behind the base URL, which is put before them; now and then a whole one comes."""

from tests.defects._contract import described
from tests.good._shared import next_link
from tests.good.next_url_requests import CONTRACT as HOST_RELATIVE
from tests.good.next_url_requests import Source as Joined

PAGING = HOST_RELATIVE["api"]["streams"]["accounts"]["paging"]
CONTRACT = described(HOST_RELATIVE, "accounts", paging=PAGING | {"form": "base_relative"})


class Source(Joined):
    def onward(self, asked: str, link: str) -> str:
        return next_link(asked, self.config.tenant.rstrip("/") + link if link.startswith("/") else link)
