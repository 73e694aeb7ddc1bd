"""Links, newest change first; increments by a state of its own in seconds, one second early because the API's bound is exclusive.

Quiet times are not asked for again: each answer says up to when it is complete. What was reached is carried in the
pagination: a resumed run has seen no earlier page. It never goes beyond the start of the run: what changed meanwhile on a
page already read comes with the next one.
"""

import time
from typing import Any

import requests
from bizon.source.auth.config import AuthConfig
from bizon.source.config import SourceConfig
from bizon.source.models import SourceIncrementalState, SourceIteration
from bizon.source.source import AbstractSource
from pydantic import Field
from requests.auth import AuthBase

from tests.good._shared import Patient, authenticator, decode, next_link, reason, records_of, rows_of

API = "https://pay.acme.test"


class Config(SourceConfig):
    authentication: AuthConfig | None = Field(None, repr=False)
    limit: int = Field(100, ge=1, le=100)


class Source(AbstractSource):
    def __init__(self, config: SourceConfig) -> None:
        if config.stream != "charges":
            raise ValueError(f"there is no stream {config.stream}; there is charges")
        super().__init__(config)
        self.plain = requests.Session()

    @staticmethod
    def streams() -> list[str]:
        return ["charges"]

    @staticmethod
    def get_config_class() -> type[SourceConfig]:
        return Config

    def get_authenticator(self) -> AuthBase:
        self.auth = authenticator(self.config.authentication, "basic")
        return self.auth

    def ask(self, url: str, params: dict[str, Any] | None = None) -> requests.Response:
        return Patient(self.plain.request).get(url, params=params, auth=self.auth)

    def check_connection(self) -> tuple[bool, Any | None]:
        try:
            rows_of(decode(self.ask(f"{API}/charges", {"limit": 1})), "data")
        except Exception as error:
            return False, reason(error)
        return True, None

    def iteration(self, pagination: dict, began: int, **params: int) -> SourceIteration:
        if pagination:
            answer = self.ask(pagination["link"])
            began = pagination["began"]
        else:
            answer = self.ask(f"{API}/charges", {"limit": self.config.limit} | params)
        body = decode(answer)
        rows = rows_of(body, "data")
        records = records_of("charges", rows)
        known = (pagination.get("newest", 0), self.complete_until(body), *(row["updated"] for row in rows))
        newest = min(max(known), began)
        if body["next"]:
            onward = {"link": next_link(answer.url, body["next"]), "newest": newest, "began": began}
            return SourceIteration(next_pagination=onward, records=records)
        state = {"after": newest - 1} if newest else None
        return SourceIteration(next_pagination={}, records=records, next_state=state)

    @staticmethod
    def complete_until(body: dict[str, Any]) -> int:
        """Up to when the API says that it has answered, whether anything came or not."""
        return body["complete_until"]

    def get(self, pagination: dict | None = None) -> SourceIteration:
        return self.iteration(pagination or {}, began=int(time.time()))

    def get_records_after(
        self, source_state: SourceIncrementalState, pagination: dict | None = None
    ) -> SourceIteration:
        after = source_state.state.get("after", int(source_state.last_run.timestamp()) - 1)
        return self.iteration(pagination or {}, began=int(source_state.run_started_at.timestamp()), updated_after=after)

    def get_total_records_count(self) -> int | None:
        return None


CONTRACT: dict[str, Any] = {
    "config": {
        "name": "next_url_own_state",
        "authentication": {"type": "basic", "params": {"username": "ada", "password": "acme-test-password"}},
    },
    "api": {
        "base_url": API,
        "auth": [{"type": "basic", "username": "ada", "password": "acme-test-password"}],
        "streams": {
            "charges": {
                "path": "/charges",
                "records": "data",
                "paging": {"style": "next_url", "next": "next"},
                "page_size": {"send": "limit", "option": "limit", "max": 100},
                "incremental": {
                    "send": "updated_after",
                    "field": "updated",
                    "bound": "exclusive",
                    "format": "epoch",
                    "order": "descending",
                    "complete_until": "complete_until",
                },
                "record": {"id": "ch_1", "amount": 1250, "paid": True, "updated": 1714557600},
            }
        },
    },
}
