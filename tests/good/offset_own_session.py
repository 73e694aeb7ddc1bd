"""Offset paging over a bare array, through a session of its own with urllib3's Retry; the total is in a header."""

import json
from typing import Any

import requests
from bizon.source.auth.config import AuthConfig
from bizon.source.config import SourceConfig
from bizon.source.models import SourceIteration, SourceRecord
from bizon.source.source import AbstractSource
from pydantic import Field
from requests.adapters import HTTPAdapter
from requests.auth import AuthBase
from urllib3.exceptions import InvalidHeader
from urllib3.util import Retry

from tests.good._shared import authenticator, decode, reason, records_of, rows_of

STREAMS = ("contacts", "deals")


class Calm(Retry):
    """Honours Retry-After up to two minutes, and backs off where it makes no sense."""

    def get_retry_after(self, response: Any) -> float | None:
        try:
            asked = super().get_retry_after(response)
        except InvalidHeader:
            return None
        return min(asked, 120.0) if asked else None


class Timed(requests.Session):
    """Every request has a timeout, and is read to its end before it counts as answered."""

    def __init__(self) -> None:
        super().__init__()
        policy = Calm(5, backoff_factor=1.5, status_forcelist=[429, 500, 502, 503, 504], allowed_methods=["GET"])
        self.mount("https://", HTTPAdapter(max_retries=policy))

    def request(self, method: str, url: str, **kwargs: Any) -> requests.Response:
        for left in (3, 2, 1, 0):
            try:
                answer = super().request(method, url, **{"timeout": (5, 30)} | kwargs)
            except (requests.exceptions.ChunkedEncodingError, requests.exceptions.ConnectionError) as error:
                if not left or isinstance(error, requests.exceptions.RetryError):
                    raise
                continue
            answer.raise_for_status()
            return answer
        raise AssertionError("the last attempt returns or raises")


class Config(SourceConfig):
    authentication: AuthConfig | None = Field(None, repr=False)
    api_host: str = "https://crm.acme.test/api"
    batch: int = Field(100, ge=1, le=200, description="Records a page.")


class Source(AbstractSource):
    @staticmethod
    def streams() -> list[str]:
        return list(STREAMS)

    @staticmethod
    def get_config_class() -> type[SourceConfig]:
        return Config

    def get_session(self) -> requests.Session:
        return Timed()

    def get_authenticator(self) -> AuthBase:
        return authenticator(self.config.authentication, "api_key")

    def ask(self, path: str, **params: Any) -> requests.Response:
        return self.session.get(f"{self.config.api_host.rstrip('/')}{path}", params=params)

    def check_connection(self) -> tuple[bool, Any | None]:
        try:
            decode(self.ask(f"/{self.config.stream}", limit=1))
        except requests.exceptions.RetryError as error:
            return False, f"{self.config.api_host}: {str(error.args[0].reason)[:100]}"
        except Exception as error:
            return False, reason(error)
        return True, None

    def get(self, pagination: dict | None = None) -> SourceIteration:
        if self.config.stream not in STREAMS:
            raise ValueError(f"there is no stream {self.config.stream!r}; there are {json.dumps(STREAMS)}")
        skip = (pagination or {}).get("skip", 0)
        rows = rows_of(decode(self.ask(f"/{self.config.stream}", skip=skip, limit=self.config.batch)))
        return SourceIteration(
            next_pagination={"skip": skip + len(rows)} if rows else {},
            records=self.records(rows),
        )

    def records(self, rows: list[Any]) -> list[SourceRecord]:
        return records_of(self.config.stream, rows)

    def get_total_records_count(self) -> int | None:
        try:
            return int(self.ask(f"/{self.config.stream}", limit=1).headers["X-Total-Count"]) or None
        except (requests.RequestException, KeyError, ValueError):
            return None


STREAM = {
    "path": "/contacts",
    "paging": {"style": "offset", "send": "skip"},
    "page_size": {"send": "limit", "option": "batch", "default": 50, "max": 200, "over": "cap"},
    "total": "header:X-Total-Count",
    "optional": ["total"],
}
CONTRACT: dict[str, Any] = {
    "config": {
        "name": "offset_own_session",
        "authentication": {"type": "api_key", "params": {"token": "acme-test-key", "auth_method": "Token"}},
    },
    "api": {
        "base_url": "https://crm.acme.test/api",
        "option": "api_host",
        "auth": [{"type": "api_key", "send": "header:Authorization", "prefix": "Token", "token": "acme-test-key"}],
        "streams": {"contacts": STREAM, "deals": STREAM | {"path": "/deals"}},
    },
}
