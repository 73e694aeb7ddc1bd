"""A Relay connection as Strawberry serves it (https://strawberry.rocks/docs/guides/relay): its cursors and ids are opaque."""

from typing import Any, Literal

from bizon.source.config import SourceConfig
from bizon.source.models import SourceIteration
from bizon.source.source import AbstractSource
from loguru import logger
from pydantic import Field
from urllib3.util import Retry

from tests.good._shared import ONE_ATTEMPT, Patient, decode, reason, records_of, rows_of

URL = "https://tracker.test/graphql"
QUERY = """query Issues($first: Int!, $after: String) {
  issues(first: $first, after: $after) {
    edges { node { id title points labels } }
    pageInfo { hasNextPage endCursor }
  }
}"""


class Config(SourceConfig):
    stream: Literal["issues"]
    page_size: int = Field(50, ge=1, le=100)


class Source(AbstractSource):
    @staticmethod
    def streams() -> list[str]:
        return ["issues"]

    @staticmethod
    def get_config_class() -> type[SourceConfig]:
        return Config

    def get_retry_policy(self) -> Retry:
        return ONE_ATTEMPT

    def get_authenticator(self) -> None:
        if self.config.authentication is not None:
            logger.warning("`authentication` is not used: this API is public")

    def page(self, size: int, after: str | None = None) -> dict[str, Any]:
        asked = {"query": QUERY, "variables": {"first": size, "after": after}}
        body = decode(Patient(self.session.request).ask("POST", URL, json=asked))
        rows_of(body, "data", "issues", "edges")
        return body["data"]["issues"]

    def check_connection(self) -> tuple[bool, Any | None]:
        try:
            self.page(1)
        except Exception as error:
            return False, reason(error)
        return True, None

    def get(self, pagination: dict | None = None) -> SourceIteration:
        asked = (pagination or {}).get("after")
        page = self.page(self.config.page_size, asked)
        info = page["pageInfo"]
        if info["hasNextPage"] and info["endCursor"] in (None, "", asked):
            raise ValueError("issues: there is a next page, and the way to it is missing or leads back")
        return SourceIteration(
            next_pagination={"after": info["endCursor"]} if info["hasNextPage"] else {},
            records=records_of("issues", [edge["node"] for edge in page["edges"]]),
        )

    def get_total_records_count(self) -> None:
        return None
