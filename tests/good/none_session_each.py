"""Everything in one nested answer, read in a session of its own for each request, with basic credentials."""

from time import sleep
from typing import Any

import requests
from bizon.source.auth.config import AuthConfig
from bizon.source.config import SourceConfig
from bizon.source.models import SourceIteration
from bizon.source.source import AbstractSource
from pydantic import Field
from requests.auth import AuthBase

from tests.good._shared import (
    BROKEN,
    TRANSIENT,
    authenticator,
    decode,
    moment_of,
    reason,
    records_of,
    rows_of,
    seconds_of,
)

URL = "https://hr.acme.test/export"


class Config(SourceConfig):
    authentication: AuthConfig | None = Field(None, repr=False)


class Source(AbstractSource):
    @staticmethod
    def streams() -> list[str]:
        return ["employees"]

    @staticmethod
    def get_config_class() -> type[SourceConfig]:
        return Config

    def get_authenticator(self) -> AuthBase:
        self.auth = authenticator(self.config.authentication, "basic")
        return self.auth

    def export(self) -> Any:
        for wait in (1, 5, 20, 60, None):
            try:
                with requests.Session() as session, session.get(URL, auth=self.auth, timeout=30, stream=True) as answer:
                    answer.raise_for_status()
                    _ = answer.content
                    return decode(answer)
            except (requests.HTTPError, *BROKEN) as error:
                refused = error.response is not None and error.response.status_code not in TRANSIENT
                if wait is None or refused:
                    raise
                asked = None if error.response is None else error.response.headers.get("Retry-After")
                sleep(max(wait, min(120, seconds_of(asked))))
        raise AssertionError("the last attempt returns or raises")

    def check_connection(self) -> tuple[bool, Any | None]:
        try:
            self.export()
        except Exception as error:
            return False, reason(error)
        return True, None

    def get(self, pagination: dict | None = None) -> SourceIteration:
        if self.config.stream != "employees":
            raise ValueError(f"unknown stream {self.config.stream}; the only one is employees")
        rows = rows_of(self.export(), "export", "employees")
        return SourceIteration(
            next_pagination={}, records=records_of("employees", rows, moment=lambda row: moment_of(row["changed_on"]))
        )

    def get_total_records_count(self) -> int | None:
        try:
            return self.export()["export"]["count"] or None
        except Exception:
            return None


CONTRACT: dict[str, Any] = {
    "config": {
        "name": "none_session_each",
        "authentication": {"type": "basic", "params": {"username": "ada", "password": "acme-test-password"}},
    },
    "api": {
        "base_url": "https://hr.acme.test",
        "auth": [{"type": "basic", "username": "ada", "password": "acme-test-password"}],
        "streams": {
            "employees": {
                "path": "/export",
                "records": "export.employees",
                "paging": {"style": "none"},
                "total": "export.count",
                "timestamp": "changed_on",
                "record": {"id": 9, "name": "Ada", "changed_on": "2024-03-01", "manager": {"id": 1}},
            }
        },
    },
}
