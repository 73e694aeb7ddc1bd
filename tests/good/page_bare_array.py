"""Pages from 0 over a bare array that ends with an empty page; the session lives in cookies; no options at all."""

from enum import StrEnum
from typing import Any

from bizon.source.auth.config import AuthConfig
from bizon.source.config import SourceConfig
from bizon.source.models import SourceIteration
from bizon.source.source import AbstractSource
from pydantic import Field
from requests.auth import AuthBase
from urllib3.util import Retry

from tests.good._shared import ONE_ATTEMPT, Patient, authenticator, decode, moment_of, reason, records_of, rows_of


class Streams(StrEnum):
    POSTS = "posts"


class Config(SourceConfig):
    stream: Streams
    authentication: AuthConfig | None = Field(None, repr=False)


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
        return authenticator(self.config.authentication, "cookies")

    def page(self, number: int) -> list[Any]:
        answer = Patient(self.session.request).get("https://blog.acme.test/posts.json", params={"p": number, "n": 3})
        return rows_of(decode(answer))

    def check_connection(self) -> tuple[bool, Any | None]:
        try:
            self.page(0)
        except Exception as error:
            return False, reason(error)
        return True, None

    def get(self, pagination: dict | None = None) -> SourceIteration:
        number = pagination["page"] if pagination else 0
        rows = self.page(number)
        return SourceIteration(
            next_pagination={"page": number + 1} if rows else {},
            records=records_of("posts", rows, moment=lambda row: moment_of(row["meta"]["changed"])),
        )

    def get_total_records_count(self) -> int | None:
        return None


CONTRACT: dict[str, Any] = {
    "config": {
        "name": "page_bare_array",
        "authentication": {"type": "cookies", "params": {"cookies": {"session": "acme-test-session", "theme": "dark"}}},
    },
    "api": {
        "base_url": "https://blog.acme.test",
        "auth": [{"type": "cookies", "cookies": {"session": "acme-test-session"}}],
        "streams": {
            "posts": {
                "path": "/posts.json",
                "paging": {"style": "page", "send": "p", "start": 0},
                "page_size": {"send": "n", "default": 10, "max": 30},
                "timestamp": "meta.changed",
                "record": {"id": 3, "title": "Zoë", "meta": {"changed": "2024-05-01T10:00:00.250+02:00", "by": "ada"}},
            }
        },
    },
}
