"""A server behind a proxy writes links with its internal name; path and query are taken from them, the rest is as configured."""

from urllib.parse import urlsplit

from tests.good._shared import next_link
from tests.good.link_header_session import CONTRACT as PUBLIC
from tests.good.link_header_session import STREAM
from tests.good.link_header_session import Source as Plain

ISSUES = STREAM | {"paging": STREAM["paging"] | {"host": "http://git-7f9c.internal:8080"}}
CONTRACT = PUBLIC | {"api": PUBLIC["api"] | {"streams": {"issues": ISSUES}}}


class Source(Plain):
    def onward(self, asked: str, link: str) -> str:
        return next_link(asked, urlsplit(link)._replace(scheme="", netloc="").geturl())
