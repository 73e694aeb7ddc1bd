"""Offset paging by a plain session of its own, with its own timeouts and its own loop of attempts; ids are numbers."""

import json
import time
from enum import StrEnum
from typing import Any

import requests
from bizon.source.auth.config import AuthConfig, AuthType
from bizon.source.config import SourceConfig
from bizon.source.models import SourceIteration, SourceRecord
from bizon.source.source import AbstractSource
from pydantic import Field
from requests.auth import HTTPBasicAuth

WAITS = (1, 2, 5, 15, 45, 90)


class Streams(StrEnum):
    ORDERS = "orders"


class Config(SourceConfig):
    stream: Streams
    authentication: AuthConfig | None = Field(None, repr=False)
    base_url: str = "https://api.acme.test/v1"
    page_size: int = Field(20, gt=0, lt=51)
    status: str | None = None


def strict(pairs: list[tuple[str, Any]]) -> dict[str, Any]:
    if len(dict(pairs)) < len(pairs):
        raise ValueError("a key is there twice")
    return dict(pairs)


def refuse(text: str) -> Any:
    raise ValueError(f"{text} is not JSON")


class Source(AbstractSource):
    def __init__(self, config: SourceConfig) -> None:
        super().__init__(config)
        self.plain = requests.Session()

    @staticmethod
    def streams() -> list[str]:
        return ["orders"]

    @staticmethod
    def get_config_class() -> type[SourceConfig]:
        return Config

    def get_authenticator(self) -> HTTPBasicAuth:
        """Nothing goes through the session of bizon; what is made here is given to each request."""
        given = self.config.authentication
        if given is None or given.type is not AuthType.BASIC:
            raise ValueError("this API takes `authentication.type: basic` and no other")
        user, password = getattr(given.params, "username", None), getattr(given.params, "password", None)
        if user is None or password is None:
            raise ValueError("`authentication.params` needs `username` and `password`")
        self.credentials = HTTPBasicAuth(user.encode(), password.encode())
        return self.credentials

    def ask(self, path: str, params: dict[str, Any] | None = None) -> Any:
        url = self.config.base_url.rstrip("/") + path
        for wait in (*WAITS, None):
            try:
                answer = self.plain.get(url, params=params, auth=self.credentials, timeout=(5, 45))
            except (requests.ConnectionError, requests.Timeout, requests.exceptions.ChunkedEncodingError):
                if wait is None:
                    raise
                time.sleep(wait)
                continue
            if wait is None or not (answer.status_code == 429 or answer.status_code >= 500):
                answer.raise_for_status()
                return json.loads(answer.content.decode("utf-8-sig"), parse_constant=refuse, object_pairs_hook=strict)
            time.sleep(max(wait, self.wanted(answer)))
        raise AssertionError("the last attempt returns or raises")

    @staticmethod
    def wanted(answer: requests.Response) -> float:
        """The wait that the server asks for, in either form; two minutes at the most."""
        asked = answer.headers.get("Retry-After", "").strip()
        if asked.isascii() and asked.isdigit():
            return min(float(asked), 120)
        try:
            at = time.mktime(time.strptime(asked, "%a, %d %b %Y %H:%M:%S GMT")) - time.timezone
        except ValueError:
            return 0
        return min(max(at - time.time(), 0), 120)

    def check_connection(self) -> tuple[bool, str | None]:
        try:
            self.ask("/orders", {"limit": 1})
        except requests.HTTPError as error:
            return False, f"HTTP {error.response.status_code} at {self.config.base_url}"
        except requests.RequestException as error:
            return False, f"{type(error).__name__} at {self.config.base_url}"
        except Exception as error:
            return False, f"{self.config.base_url} is not this API: {str(error).splitlines()[0]}"
        return True, None

    def params(self, offset: int) -> dict[str, Any]:
        chosen = {} if self.config.status is None else {"status": self.config.status}
        return chosen | {"offset": offset, "limit": self.config.page_size}

    def get(self, pagination: dict | None = None) -> SourceIteration:
        offset = pagination["offset"] if pagination else 0
        body = self.ask("/orders", self.params(offset))
        if "orders" not in body:
            raise ValueError(f"orders: the API says {json.dumps(body.get('error'))[:200]}")
        rows = body["orders"]
        if not isinstance(rows, list):
            raise TypeError(f"orders: the page at {offset} is no list")
        onward = offset + len(rows)
        if not rows and offset < body["total"]:
            raise ValueError(f"orders: {body['total']} are announced, and none comes at {offset}")
        return SourceIteration(
            next_pagination={"offset": onward} if onward < body["total"] else {},
            records=[self.record(row, offset + place) for place, row in enumerate(rows)],
        )

    @staticmethod
    def record(row: dict[str, Any], place: int) -> SourceRecord:
        number = row.get("order_id")
        if number in (None, ""):
            raise ValueError(f"orders: the record at offset {place} has no order_id")
        return SourceRecord(id=number, data=row)

    def get_total_records_count(self) -> int | None:
        try:
            return self.ask("/orders", self.params(0) | {"limit": 1})["total"] or None
        except Exception:
            return None


CONTRACT: dict[str, Any] = {
    "config": {
        "name": "offset_requests",
        "authentication": {"type": "basic", "params": {"username": "ada", "password": "acme-test-password"}},
    },
    "api": {
        "base_url": "https://api.acme.test/v1",
        "auth": [{"type": "basic", "username": "ada", "password": "acme-test-password"}],
        "streams": {
            "orders": {
                "path": "/orders",
                "records": "orders",
                "id": "order_id",
                "depth_cap": 200,
                "paging": {"style": "offset", "send": "offset"},
                "page_size": {"send": "limit", "option": "page_size", "max": 50},
                "total": "total",
                "filters": {"status": {"send": "status", "match": "status"}},
                "record": {"order_id": 12, "status": "open", "total": 99.5, "notes": [None]},
            }
        },
    },
}
