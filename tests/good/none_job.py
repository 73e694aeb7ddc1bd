"""A job that is created and polled, and a signed link to its file on another host, which is asked without credentials."""

from time import sleep
from typing import Any

import requests
from bizon.source.auth.config import AuthConfig
from bizon.source.config import SourceConfig
from bizon.source.models import SourceIteration
from bizon.source.source import AbstractSource
from pydantic import Field
from requests.auth import AuthBase
from urllib3.util import Retry

from tests.good._shared import ONE_ATTEMPT, Patient, authenticator, decode, reason, records_of, rows_of

URL = "https://api.exports.test/v1"


class Config(SourceConfig):
    authentication: AuthConfig | None = Field(None, repr=False)


class Source(AbstractSource):
    polls = 100
    every = 3
    """Seconds between two of them."""

    @staticmethod
    def streams() -> list[str]:
        return ["accounts"]

    @staticmethod
    def get_config_class() -> type[SourceConfig]:
        return Config

    def get_retry_policy(self) -> Retry:
        return ONE_ATTEMPT

    def get_authenticator(self) -> AuthBase:
        return authenticator(self.config.authentication, "bearer", "api_key")

    def ask(self, method: str, path: str, **kwargs: Any) -> Any:
        return decode(Patient(self.session.request).ask(method, URL + path, **kwargs))

    def download(self, link: str) -> Any:
        """Who has the link may read the file: the session's credentials are not for its host."""
        return decode(Patient(requests.request).get(link))

    def check_connection(self) -> tuple[bool, Any | None]:
        try:
            self.ask("GET", "/me")
        except Exception as error:
            return False, reason(error)
        return True, None

    def get(self, pagination: dict | None = None) -> SourceIteration:
        if self.config.stream != "accounts":
            raise ValueError(f"unknown stream {self.config.stream}; the only one is accounts")
        return SourceIteration(next_pagination={}, records=records_of("accounts", self.export("accounts")))

    def export(self, table: str) -> list[Any]:
        job = self.ask("POST", "/exports", json={"table": table})["job"]
        for _ in range(self.polls):
            if job["state"] == "done":
                return rows_of(self.download(job["file"]), "rows")
            if job["state"] not in ("queued", "running"):
                raise RuntimeError(f"the export of {table} is {job['state']}: {job.get('error')}")
            sleep(self.every)
            job = self.ask("GET", f"/exports/{job['id']}")["job"]
        raise TimeoutError(f"the export of {table} is not done after {self.polls} polls")

    def get_total_records_count(self) -> int | None:
        return None


CONTRACT: dict[str, Any] = {
    "config": {"name": "none_job", "authentication": {"type": "api_key", "params": {"token": "acme-test-token"}}},
    "api": {
        "base_url": "https://api.exports.test",
        "auth": [{"type": "bearer", "token": "acme-test-token"}],
        "handlers": ["_job_api.py"],
        "check": {"path": "/v1/me", "body": {"id": "me"}},
        "streams": {
            "accounts": {"path": "/v1/exports", "method": "POST", "records": "rows", "paging": {"style": "none"}}
        },
    },
}
