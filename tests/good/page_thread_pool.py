"""Pages with has_more; a pool inside get() asks for the page and, beside the first one, for the total."""

from concurrent.futures import ThreadPoolExecutor
from enum import StrEnum
from typing import Any

from bizon.source.auth.config import AuthConfig
from bizon.source.config import SourceConfig
from bizon.source.models import SourceIteration
from bizon.source.source import AbstractSource
from loguru import logger
from pydantic import Field
from requests.auth import AuthBase
from urllib3.util import Retry

from tests.good._shared import ONE_ATTEMPT, Patient, authenticator, decode, reason, records_of, rows_of

API = "https://tickets.acme.test/v1"


class Streams(StrEnum):
    TICKETS = "tickets"
    AGENTS = "agents"


class Config(SourceConfig):
    stream: Streams
    authentication: AuthConfig | None = Field(None, repr=False)
    page_size: int = Field(30, ge=1, le=60)
    queue: str | None = None


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
        return authenticator(self.config.authentication, "oauth")

    def ask(self, path: str, params: dict[str, Any]) -> Any:
        return decode(Patient(self.session.request, self.session.auth.renew).get(API + path, params=params))

    def params(self) -> dict[str, Any]:
        return {} if self.config.queue is None else {"queue": self.config.queue}

    def page(self, number: int) -> Any:
        wanted = {"page[number]": number, "page[size]": self.config.page_size}
        return self.ask(f"/{self.config.stream.value}", self.params() | wanted)

    def check_connection(self) -> tuple[bool, Any | None]:
        try:
            self.ask("/me", {})
        except Exception as error:
            return False, reason(error)
        return True, None

    def get(self, pagination: dict | None = None) -> SourceIteration:
        number = (pagination or {}).get("page", 1)
        with ThreadPoolExecutor(2) as pool:
            asked = pool.submit(self.page, number)
            total = pool.submit(self.get_total_records_count) if number == 1 else None
        body = asked.result()
        if total is not None:
            logger.info(f"{total.result()} {self.config.stream.value} are announced")
        rows = rows_of(body, "items")
        if body["more"] and not rows:
            raise ValueError(f"page {number} is empty, and is said not to be the last")
        return SourceIteration(
            next_pagination={"page": number + 1} if body["more"] else {},
            records=records_of(self.config.stream.value, rows),
        )

    def get_total_records_count(self) -> int | None:
        try:
            return self.ask(f"/{self.config.stream.value}/count", self.params())["count"] or None
        except Exception:
            return None


STREAM = {
    "path": "/tickets",
    "records": "items",
    "paging": {"style": "page", "send": "page[number]", "more": "more"},
    "page_size": {"send": "page[size]", "option": "page_size", "max": 60},
    "count": {"path": "/tickets/count", "total": "count"},
    "filters": {"queue": {"send": "queue", "match": "queue"}},
    "record": {"id": 4, "queue": "billing", "subject": "Invoice", "open": True},
}
CONTRACT: dict[str, Any] = {
    "config": {
        "name": "page_thread_pool",
        "authentication": {
            "type": "oauth",
            "params": {
                "token_refresh_endpoint": "https://tickets.acme.test/token",
                "client_id": "acme-client",
                "client_secret": "acme-client-secret",
                "refresh_token": "acme-refresh-token",
            },
        },
    },
    "api": {
        "base_url": "https://tickets.acme.test/v1",
        "auth": [
            {
                "type": "oauth",
                "token_url": "https://tickets.acme.test/token",
                "client_id": "acme-client",
                "client_secret": "acme-client-secret",
                "refresh_token": "acme-refresh-token",
            }
        ],
        "check": {"path": "/me", "body": {"id": 1}},
        "streams": {
            "tickets": STREAM,
            "agents": STREAM | {"path": "/agents", "count": {"path": "/agents/count", "total": "count"}},
        },
    },
}
