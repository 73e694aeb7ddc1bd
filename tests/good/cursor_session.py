"""Cursor paging with has_more through the session that bizon makes, five authentication types, two streams, filters."""

from enum import Enum
from typing import Any

from bizon.source.auth.config import AuthConfig
from bizon.source.config import SourceConfig
from bizon.source.models import SourceIteration
from bizon.source.source import AbstractSource
from pydantic import Field
from requests.auth import AuthBase
from urllib3.util import Retry

from tests.good._shared import (
    ONE_ATTEMPT,
    Patient,
    authenticator,
    decode,
    moment_of,
    reason,
    records_of,
    rows_of,
)


class Streams(str, Enum):
    CUSTOMERS = "customers"
    INVOICES = "invoices"


class Config(SourceConfig):
    stream: Streams
    authentication: AuthConfig | None = Field(None, repr=False)
    base_url: str = "https://api.acme.test/v2"
    page_size: int = Field(100, ge=1, le=250)
    ids: tuple[str, ...] = ()
    region: str | None = None


class Source(AbstractSource):
    @staticmethod
    def streams() -> list[str]:
        return [stream.value for stream in Streams]

    @staticmethod
    def get_config_class() -> type[SourceConfig]:
        return Config

    def get_retry_policy(self) -> Retry:
        return ONE_ATTEMPT

    def get_authenticator(self) -> AuthBase:
        return authenticator(self.config.authentication, "api_key", "bearer", "basic", "oauth", "cookies")

    @property
    def http(self) -> Patient:
        return Patient(self.session.request, getattr(self.session.auth, "renew", None))

    def url(self, path: str) -> str:
        return self.config.base_url.rstrip("/") + path

    def params(self, pagination: dict[str, Any]) -> dict[str, Any]:
        params: dict[str, Any] = {"limit": self.config.page_size}
        if self.config.ids:
            params["ids"] = ",".join(self.config.ids)
        if self.config.region is not None:
            params["region"] = self.config.region
        if pagination:
            params["cursor"] = pagination["cursor"]
        return params

    def page(self, pagination: dict[str, Any]) -> Any:
        return decode(self.http.get(self.url(f"/{self.config.stream.value}"), params=self.params(pagination)))

    def onward(self, body: dict[str, Any], pagination: dict[str, Any]) -> dict[str, Any]:
        if not body["has_more"]:
            return {}
        cursor = body.get("next_cursor")
        if not cursor or cursor == pagination.get("cursor"):
            raise ValueError("the API says that there is more, and gives no way to it")
        return {"cursor": cursor}

    def check_connection(self) -> tuple[bool, Any | None]:
        try:
            decode(self.http.get(self.url("/me")))
        except Exception as error:
            return False, reason(error)
        return True, None

    def get(self, pagination: dict | None = None) -> SourceIteration:
        pagination = pagination or {}
        body = self.page(pagination)
        rows = rows_of(body, "data")
        return SourceIteration(
            next_pagination=self.onward(body, pagination),
            records=records_of(self.config.stream.value, rows, moment=lambda row: moment_of(row.get("updated_at"))),
        )

    def get_total_records_count(self) -> int | None:
        try:
            return self.page({})["total"] or None
        except Exception:
            return None


CONTRACT: dict[str, Any] = {
    "config": {
        "name": "cursor_session",
        "authentication": {"type": "bearer", "params": {"token": "acme-test-token"}},
        "page_size": 10,
    },
    "examples": "cursor_session.example.yml",
    "api": {
        "base_url": "https://api.acme.test/v2",
        "auth": [
            {"type": "bearer", "token": "acme-test-token"},
            {"type": "basic", "username": "ada", "password": "acme-test-password"},
            {
                "type": "oauth",
                "token_url": "https://login.acme.test/token",
                "client_id": "acme-client",
                "client_secret": "acme-client-secret",
            },
            {"type": "cookies", "cookies": {"sid": "acme-test-session"}},
        ],
        "check": {"path": "/me", "body": {"id": "me"}},
        "streams": {
            "customers": {
                "path": "/customers",
                "records": "data",
                "paging": {"style": "cursor", "send": "cursor", "next": "next_cursor", "more": "has_more"},
                "page_size": {"send": "limit", "option": "page_size", "max": 250},
                "total": "total",
                "filters": {"ids": {"send": "ids", "match": "id", "separator": ","}},
                "timestamp": "updated_at",
            },
            "invoices": {
                "path": "/invoices",
                "records": "data",
                "paging": {"style": "cursor", "send": "cursor", "next": "next_cursor", "more": "has_more"},
                "page_size": {"send": "limit", "option": "page_size", "max": 250},
                "total": "total",
                "filters": {"region": {"send": "region", "match": "region"}},
                "record": {"id": "i-1", "region": "north", "amount": 12.5, "lines": [{"sku": "a", "count": 1}]},
            },
        },
    },
}
