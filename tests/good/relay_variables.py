"""A GraphQL connection by edges, its cursor and page size in variables; errors come with status 200."""

import time
from typing import Any, Literal

from bizon.source.auth.config import AuthConfig
from bizon.source.config import SourceConfig
from bizon.source.models import SourceIteration
from bizon.source.source import AbstractSource
from pydantic import Field
from requests.auth import AuthBase
from urllib3.util import Retry

from tests.good._shared import ONE_ATTEMPT, Patient, authenticator, decode, moment_of, reason, records_of, rows_of

URL = "https://api.acme.test/graphql"
QUERIES = {
    stream: f"""query Page($size: Int!, $cursor: String, $status: String) {{
      {stream}(first: $size, after: $cursor, status: $status) {{
        totalCount
        edges {{ node {{ id status updatedAt }} }}
        pageInfo {{ hasNextPage endCursor }}
      }}
    }}"""
    for stream in ("orders", "refunds")
}

WAITS = (2, 4, 8, 16, 32)
"""Seconds to wait for the quota to fill again."""


def throttled(body: Any) -> bool:
    """Whether the API says, with status 200, that it was asked too often."""
    errors = body.get("errors") if isinstance(body, dict) else None
    return isinstance(errors, list) and any(
        isinstance(each, dict) and each.get("extensions") == {"code": "THROTTLED"} for each in errors
    )


class Config(SourceConfig):
    stream: Literal["orders", "refunds"]
    authentication: AuthConfig | None = Field(None, repr=False)
    page_size: int = Field(50, ge=1, le=250)
    status: str | None = None


class Source(AbstractSource):
    @staticmethod
    def streams() -> list[str]:
        return list(QUERIES)

    @staticmethod
    def get_config_class() -> type[SourceConfig]:
        return Config

    def get_retry_policy(self) -> Retry:
        return ONE_ATTEMPT

    def get_authenticator(self) -> AuthBase:
        return authenticator(self.config.authentication, "bearer", "api_key", "oauth")

    @property
    def query(self) -> str:
        return QUERIES[self.config.stream]

    def ask(self, query: str, **variables: Any) -> Any:
        asked = {"query": query, "variables": variables}
        http = Patient(self.session.request, getattr(self.session.auth, "renew", None))
        for wait in WAITS:
            body = decode(http.ask("POST", URL, json=asked))
            if not throttled(body):
                break
            time.sleep(wait)
        return body

    def connection(self, size: int, cursor: str | None = None) -> dict[str, Any]:
        body = self.ask(self.query, size=size, cursor=cursor, status=self.config.status)
        rows_of(body, "data", self.config.stream, "edges")
        return body["data"][self.config.stream]

    def check_connection(self) -> tuple[bool, Any | None]:
        try:
            self.connection(1)
        except Exception as error:
            return False, reason(error)
        return True, None

    def get(self, pagination: dict | None = None) -> SourceIteration:
        asked = (pagination or {}).get("cursor")
        page = self.connection(self.config.page_size, asked)
        info, onward = page["pageInfo"], {}
        if info["hasNextPage"]:
            if not info["endCursor"] or info["endCursor"] == asked:
                raise ValueError("there is a next page, and the way to it is missing or leads back")
            onward = {"cursor": info["endCursor"]}
        rows = [edge["node"] for edge in page["edges"]]
        return SourceIteration(
            next_pagination=onward,
            records=records_of(self.config.stream, rows, moment=lambda row: moment_of(row.get("updatedAt"))),
        )

    def get_total_records_count(self) -> int | None:
        try:
            return self.connection(1)["totalCount"] or None
        except Exception:
            return None


def stream(name: str) -> dict[str, Any]:
    return {
        "path": "/graphql",
        "method": "POST",
        "records": f"data.{name}",
        "paging": {"style": "relay"},
        "page_size": {"send": "argument:first", "option": "page_size", "max": 250},
        "total": f"data.{name}.totalCount",
        "filters": {"status": {"send": "argument:status", "match": "status"}},
        "timestamp": "updatedAt",
        "record": {"id": "o1", "status": "paid", "updatedAt": "2024-05-06T07:08:09Z"},
    }


THROTTLED = {"errors": [{"message": "Throttled", "extensions": {"code": "THROTTLED"}}]}
CONTRACT: dict[str, Any] = {
    "config": {
        "name": "relay_variables",
        "authentication": {"type": "bearer", "params": {"token": "acme-test-token"}},
    },
    "api": {
        "base_url": "https://api.acme.test",
        "auth": [
            {"type": "bearer", "token": "acme-test-token"},
            {
                "type": "oauth",
                "token_url": "https://login.acme.test/token",
                "client_id": "acme-client",
                "client_secret": "acme-test-secret",
            },
        ],
        "error_body": {"errors": [{"message": "{reason}"}]},
        "transient": [{"status": 200, "body": THROTTLED}],
        "rate_limit": {"status": 200, "body": THROTTLED},
        "streams": {name: stream(name) for name in QUERIES},
    },
}
