"""The number of the next page in a header, as GitLab has it, by a session of the connector's own with a retrying adapter."""

from typing import Any, Literal

import requests
from bizon.source.auth.config import AuthConfig
from bizon.source.config import SourceConfig
from bizon.source.models import SourceIteration
from bizon.source.source import AbstractSource
from pydantic import Field
from requests.auth import AuthBase

from tests.good._shared import Patient, authenticator, decode, reason, records_of, rows_of

API = "https://code.acme.test/api"


class Config(SourceConfig):
    stream: Literal["commits", "branches"]
    authentication: AuthConfig | None = Field(None, repr=False)
    size: int = Field(50, ge=1, le=100)


class Source(AbstractSource):
    @staticmethod
    def streams() -> list[str]:
        return ["commits", "branches"]

    @staticmethod
    def get_config_class() -> type[SourceConfig]:
        return Config

    def get_session(self) -> requests.Session:
        return requests.Session()

    def get_authenticator(self) -> AuthBase:
        return authenticator(self.config.authentication, "basic", "cookies")

    def page(self, number: str, size: int) -> requests.Response:
        params = {"page": number, "per_page": size}
        return Patient(self.session.request).get(f"{API}/{self.config.stream}", params=params)

    def check_connection(self) -> tuple[bool, Any | None]:
        try:
            rows_of(decode(self.page("1", 1)))
        except Exception as error:
            return False, reason(error)
        return True, None

    def get(self, pagination: dict | None = None) -> SourceIteration:
        asked = (pagination or {}).get("page", "1")
        answer = self.page(asked, self.config.size)
        onward = answer.headers.get("X-Next-Page")
        if onward == asked:
            raise ValueError("the next page is the one just asked")
        return SourceIteration(
            next_pagination={"page": onward} if onward else {},
            records=records_of(self.config.stream, rows_of(decode(answer))),
        )

    def get_total_records_count(self) -> int | None:
        try:
            return int(self.page("1", 1).headers["X-Total"]) or None
        except Exception:
            return None


STREAM = {
    "path": "/commits",
    "paging": {"style": "next_header", "send": "page"},
    "page_size": {"send": "per_page", "option": "size", "max": 100},
    "total": "header:X-Total",
}
CONTRACT: dict[str, Any] = {
    "config": {
        "name": "next_header_pages",
        "authentication": {"type": "basic", "params": {"username": "ada", "password": "acme-test-password"}},
    },
    "api": {
        "base_url": API,
        "auth": [
            {"type": "basic", "username": "ada", "password": "acme-test-password"},
            {"type": "cookies", "cookies": {"session": "acme-test-session"}},
        ],
        "streams": {"commits": STREAM, "branches": STREAM | {"path": "/branches"}},
    },
}
