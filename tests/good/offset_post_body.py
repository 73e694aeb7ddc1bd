"""Offset and limit in the body of a POST; the answer says which page is the last, and its total is not to be trusted."""

from enum import StrEnum
from typing import Any

from bizon.source.auth.config import AuthConfig
from bizon.source.config import SourceConfig
from bizon.source.models import SourceIteration
from bizon.source.source import AbstractSource
from pydantic import Field
from requests.auth import AuthBase
from urllib3.util import Retry

from tests.good._shared import ONE_ATTEMPT, Patient, authenticator, decode, reason, records_of, rows_of

URL = "https://search.acme.test/query"


class Streams(StrEnum):
    DOCUMENTS = "documents"


class Config(SourceConfig):
    stream: Streams
    authentication: AuthConfig | None = Field(None, repr=False)
    page_size: int = Field(25, ge=1, le=100)
    kinds: tuple[str, ...] = ()


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
        return authenticator(self.config.authentication, "bearer", "api_key")

    def ask(self, start: int, size: int) -> Any:
        wanted = {"from": start, "size": size} | ({"kinds": [*self.config.kinds]} if self.config.kinds else {})
        return decode(Patient(self.session.request).ask("POST", URL, json=wanted))

    def check_connection(self) -> tuple[bool, Any | None]:
        try:
            self.ask(0, 1)
        except Exception as error:
            return False, reason(error)
        return True, None

    def get(self, pagination: dict | None = None) -> SourceIteration:
        start = (pagination or {"from": 0})["from"]
        body = self.ask(start, self.config.page_size)
        rows = rows_of(body, "hits", "hits")
        if not rows and not body["hits"]["is_last"]:
            raise ValueError(f"the page at {start} is empty, and is said not to be the last")
        return SourceIteration(
            next_pagination={} if body["hits"]["is_last"] else {"from": start + len(rows)},
            records=records_of("documents", rows, "_id"),
        )

    def get_total_records_count(self) -> int | None:
        return None


CONTRACT: dict[str, Any] = {
    "config": {
        "name": "offset_post_body",
        "authentication": {"type": "bearer", "params": {"token": "acme-test-token"}},
    },
    "api": {
        "base_url": "https://search.acme.test",
        "auth": [{"type": "bearer", "token": "acme-test-token"}],
        "streams": {
            "documents": {
                "path": "/query",
                "method": "POST",
                "records": "hits.hits",
                "id": "_id",
                "paging": {"style": "offset", "send": "body.from", "last": "hits.is_last"},
                "page_size": {"send": "body.size", "option": "page_size", "max": 100},
                "total": "hits.total",
                "optional": ["total"],
                "filters": {"kinds": {"send": "body.kinds", "match": "_id", "separator": ","}},
            }
        },
    },
}
