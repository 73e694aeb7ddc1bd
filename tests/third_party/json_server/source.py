"""json-server 0.17 (https://github.com/typicode/json-server/tree/v0.17.4): pages by the Link header, and slices by their start."""

from typing import Any, Literal

import requests
from bizon.source.config import SourceConfig
from bizon.source.models import SourceIteration
from bizon.source.source import AbstractSource
from loguru import logger
from pydantic import Field
from urllib3.util import Retry

from tests.good._shared import ONE_ATTEMPT, Patient, decode, next_link, reason, records_of, rows_of

API = "https://json.test"


class Config(SourceConfig):
    stream: Literal["albums", "posts"]
    limit: int = Field(100, ge=1, le=1000)


class Source(AbstractSource):
    @staticmethod
    def streams() -> list[str]:
        return ["albums", "posts"]

    @staticmethod
    def get_config_class() -> type[SourceConfig]:
        return Config

    def get_retry_policy(self) -> Retry:
        return ONE_ATTEMPT

    def get_authenticator(self) -> None:
        if self.config.authentication is not None:
            logger.warning("`authentication` is not used: this API is public")

    def ask(self, url: str, **params: Any) -> requests.Response:
        return Patient(self.session.request).get(url, params=params)

    def first(self, size: int, start: int = 0) -> requests.Response:
        position = {"_page": 1} if self.config.stream == "posts" else {"_start": start}
        return self.ask(f"{API}/{self.config.stream}", **position, _limit=size)

    def check_connection(self) -> tuple[bool, Any | None]:
        try:
            rows_of(decode(self.first(1)))
        except Exception as error:
            return False, reason(error)
        return True, None

    def get(self, pagination: dict | None = None) -> SourceIteration:
        rows, onward = getattr(self, self.config.stream)(pagination or {})
        return SourceIteration(next_pagination=onward, records=records_of(self.config.stream, rows))

    def posts(self, asked: dict[str, Any]) -> tuple[list[Any], dict[str, Any]]:
        answer = self.ask(asked["url"]) if asked else self.first(self.config.limit)
        link = answer.links.get("next", {}).get("url")
        return rows_of(decode(answer)), {"url": next_link(answer.url, link)} if link else {}

    def albums(self, asked: dict[str, Any]) -> tuple[list[Any], dict[str, Any]]:
        start = asked.get("start", 0)
        answer = self.first(self.config.limit, start)
        rows = rows_of(decode(answer))
        if not rows and start < int(answer.headers.get("X-Total-Count", 0)):
            raise ValueError(f"albums: nothing came from {start} on, of {answer.headers['X-Total-Count']}")
        return rows, {"start": start + len(rows)} if rows else {}

    def get_total_records_count(self) -> int | None:
        try:
            return int(self.first(1).headers["X-Total-Count"]) or None
        except Exception:
            return None
