"""Links that begin behind the base URL, which is put before them; now and then a whole one comes."""

from tests.good._shared import next_link
from tests.good.next_url_requests import CONTRACT as HOST_RELATIVE
from tests.good.next_url_requests import STREAM
from tests.good.next_url_requests import Source as Joined

ACCOUNTS = STREAM | {"paging": STREAM["paging"] | {"form": "base_relative"}}
CONTRACT = HOST_RELATIVE | {"api": HOST_RELATIVE["api"] | {"streams": {"accounts": ACCOUNTS}}}


class Source(Joined):
    def onward(self, asked: str, link: str) -> str:
        return next_link(asked, self.config.tenant.rstrip("/") + link if link.startswith("/") else link)
