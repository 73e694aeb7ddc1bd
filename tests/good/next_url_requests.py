"""Links under a key with a dot in it, relative to the host, followed by a plain session of its own; the last page has none."""

from typing import Any

import requests
from bizon.source.auth.config import AuthConfig
from bizon.source.config import SourceConfig
from bizon.source.models import SourceIteration
from bizon.source.source import AbstractSource
from pydantic import Field
from requests.auth import AuthBase

from tests.good._shared import Patient, authenticator, decode, next_link, reason, records_of, rows_of

PATHS = {"accounts": "/Accounts", "leads": "/Leads"}


class Config(SourceConfig):
    authentication: AuthConfig | None = Field(None, repr=False)
    tenant: str = Field("https://crm.acme.test/odata", description="The tenant's own address.")
    top: int = Field(40, ge=1, le=1000)
    owners: tuple[str, ...] = ()


class Source(AbstractSource):
    def __init__(self, config: SourceConfig) -> None:
        if config.stream not in PATHS:
            raise ValueError(f"there is no stream {config.stream}; there are {', '.join(PATHS)}")
        super().__init__(config)
        self.plain = requests.Session()

    @staticmethod
    def streams() -> list[str]:
        return list(PATHS)

    @staticmethod
    def get_config_class() -> type[SourceConfig]:
        return Config

    def get_authenticator(self) -> AuthBase:
        self.auth = authenticator(self.config.authentication, "basic", "bearer", "api_key")
        return self.auth

    def ask(self, url: str, params: dict[str, Any] | None = None) -> requests.Response:
        headers = {"Accept": "application/json", "OData-Version": "4.0"}
        return Patient(self.plain.request).get(url, params=params, auth=self.auth, headers=headers, timeout=(10, 100))

    def first(self, size: int) -> tuple[str, dict[str, Any]]:
        chosen = {"owner": "|".join(self.config.owners)} if self.config.owners else {}
        return self.config.tenant.rstrip("/") + PATHS[self.config.stream], {"$top": size} | chosen

    def check_connection(self) -> tuple[bool, Any | None]:
        try:
            rows_of(decode(self.ask(*self.first(1))), "value")
        except Exception as error:
            return False, reason(error)
        return True, None

    def get(self, pagination: dict | None = None) -> SourceIteration:
        answer = self.ask(pagination["link"]) if pagination else self.ask(*self.first(self.config.top))
        body = decode(answer)
        link = body.get("@odata.nextLink")
        return SourceIteration(
            next_pagination={"link": self.onward(answer.url, link)} if link else {},
            records=records_of(self.config.stream, rows_of(body, "value"), "accountid"),
        )

    def onward(self, asked: str, link: str) -> str:
        return next_link(asked, link)

    def get_total_records_count(self) -> int | None:
        try:
            return decode(self.ask(*self.first(1))).get("@odata.count") or None
        except Exception:
            return None


STREAM = {
    "path": "/Accounts",
    "headers": {"OData-Version": "4.0"},
    "records": "value",
    "id": "accountid",
    "paging": {"style": "next_url", "next": ["@odata.nextLink"], "form": "host_relative", "end": "absent"},
    "page_size": {"send": "$top", "option": "top", "default": 500, "max": 1000},
    "total": ["@odata.count"],
    "optional": ["total"],
    "filters": {"owners": {"send": "owner", "match": "accountid", "separator": "|"}},
}
CONTRACT: dict[str, Any] = {
    "config": {
        "name": "next_url_requests",
        "authentication": {"type": "basic", "params": {"username": "ada", "password": "acme-test-password"}},
    },
    "api": {
        "base_url": "https://crm.acme.test/odata",
        "option": "tenant",
        "auth": [
            {"type": "basic", "username": "ada", "password": "acme-test-password"},
            {"type": "bearer", "token": "acme-test-token"},
        ],
        "streams": {"accounts": STREAM, "leads": STREAM | {"path": "/Leads"}},
    },
}
