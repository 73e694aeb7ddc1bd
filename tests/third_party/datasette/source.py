"""Datasette's JSON API (https://docs.datasette.io/en/stable/json_api.html): by its `next` token, and by its `next_url`."""

from typing import Any, Literal

from bizon.source.config import SourceConfig
from bizon.source.models import SourceIteration
from bizon.source.source import AbstractSource
from loguru import logger
from pydantic import Field
from urllib3.util import Retry

from tests.good._shared import ONE_ATTEMPT, Patient, decode, next_link, reason, records_of, rows_of

API = "https://datasette.test/library"


class Config(SourceConfig):
    stream: Literal["books", "loans"]
    size: int = Field(100, ge=1, le=1000)


class Source(AbstractSource):
    @staticmethod
    def streams() -> list[str]:
        return ["books", "loans"]

    @staticmethod
    def get_config_class() -> type[SourceConfig]:
        return Config

    def get_retry_policy(self) -> Retry:
        return ONE_ATTEMPT

    def get_authenticator(self) -> None:
        if self.config.authentication is not None:
            logger.warning("`authentication` is not used: this API is public")

    def ask(self, url: str, **params: Any) -> tuple[str, dict[str, Any]]:
        answer = Patient(self.session.request).get(url, params=params)
        body = decode(answer)
        rows_of(body, "rows")
        return answer.url, body

    def page(self, size: int, **params: Any) -> tuple[str, dict[str, Any]]:
        return self.ask(f"{API}/{self.config.stream}.json", _shape="objects", _size=size, **params)

    def check_connection(self) -> tuple[bool, Any | None]:
        try:
            self.page(1)
        except Exception as error:
            return False, reason(error)
        return True, None

    def get(self, pagination: dict | None = None) -> SourceIteration:
        asked = pagination or {}
        if "url" in asked:
            url, body = self.ask(asked["url"])
        else:
            url, body = self.page(self.config.size, **({"_next": asked["next"]} if asked else {}))
        return SourceIteration(
            next_pagination=self.onward(url, body, asked),
            records=records_of(self.config.stream, rows_of(body, "rows")),
        )

    def onward(self, url: str, body: dict[str, Any], asked: dict[str, Any]) -> dict[str, Any]:
        if self.config.stream == "loans":
            return {"url": next_link(url, body["next_url"])} if body["next_url"] else {}
        if body["next"] and body["next"] == asked.get("next"):
            raise ValueError("books: the token that came is the one just sent")
        return {"next": body["next"]} if body["next"] else {}

    def get_total_records_count(self) -> int | None:
        try:
            return self.page(1)[1]["filtered_table_rows_count"] or None
        except Exception:
            return None
