"""Link headers read by a parser of the connector's own, relative to the host, by a session of its own; no key is needed.

Links leave out the fields that were asked for, so they are sent again; the last page has no Link header.
"""

import re
from typing import Any
from urllib.parse import urljoin

import requests
from bizon.source.config import SourceConfig
from bizon.source.models import SourceIteration
from bizon.source.source import AbstractSource
from pydantic import Field

from tests.good._shared import Patient, decode, next_link, reason, records_of, rows_of

LINK = re.compile(r"<([^>]*)>((?:\s*;\s*[^\s;,=]+\s*=\s*(?:\"[^\"]*\"|[^\s;,\"]+))*)")
REL = re.compile(r";\s*rel\s*=\s*(?:\"([^\"]*)\"|([^\s;,\"]+))", re.IGNORECASE)


class Config(SourceConfig):
    stream: str = Field("parcels", pattern="^parcels$")
    base_url: str = "https://open.acme.test"
    batch: int = Field(200, ge=10, le=200)


class Source(AbstractSource):
    def __init__(self, config: SourceConfig) -> None:
        super().__init__(config)
        self.plain = requests.Session()

    @staticmethod
    def streams() -> list[str]:
        return ["parcels"]

    @staticmethod
    def get_config_class() -> type[SourceConfig]:
        return Config

    def get_authenticator(self) -> None:
        if self.config.authentication is not None:
            raise ValueError("`authentication` is not used: this API is public; leave it out")

    def ask(self, url: str, params: dict[str, Any]) -> requests.Response:
        return Patient(self.plain.request).get(url, params=params)

    def first(self, size: int) -> requests.Response:
        return self.ask(urljoin(self.config.base_url.rstrip("/") + "/", "parcels"), {"batch": size, "fields": "all"})

    def check_connection(self) -> tuple[bool, Any | None]:
        try:
            rows_of(decode(self.first(10)), "parcels")
        except Exception as error:
            return False, reason(error)
        return True, None

    def get(self, pagination: dict | None = None) -> SourceIteration:
        asked = (pagination or {}).get("link")
        answer = self.ask(asked, {"fields": "all"}) if asked else self.first(self.config.batch)
        link = self.following(answer.headers.get("Link", ""))
        onward = next_link(answer.url, link) if link else None
        if onward and onward == asked:
            raise ValueError("the next link leads to the page that holds it")
        return SourceIteration(
            next_pagination={"link": onward} if onward else {},
            records=records_of("parcels", rows_of(decode(answer), "parcels"), "parcel"),
        )

    def get_total_records_count(self) -> int | None:
        return None

    @staticmethod
    def following(header: str) -> str | None:
        """The target of `rel=next` in a Link header (RFC 8288, section 3)."""
        for target, params in LINK.findall(header):
            rel = REL.search(params)
            if rel and "next" in (rel[1] or rel[2]).lower().split():
                return target
        return None


CONTRACT: dict[str, Any] = {
    "config": {"name": "link_header_requests"},
    "api": {
        "base_url": "https://open.acme.test",
        "streams": {
            "parcels": {
                "path": "/parcels",
                "records": "parcels",
                "id": "parcel",
                "paging": {"style": "link_header", "form": "host_relative", "drops": ["fields"]},
                "page_size": {"send": "batch", "option": "batch", "min": 10, "max": 200},
                "filters": {},
            }
        },
    },
}
