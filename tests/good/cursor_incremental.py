"""Cursors, oldest change first; increments begin at bizon's last_run, cut to the second, minus what the API is late."""

import datetime as dt
from enum import StrEnum
from typing import Any

from bizon.source.auth.config import AuthConfig
from bizon.source.config import SourceConfig
from bizon.source.models import SourceIncrementalState, SourceIteration
from bizon.source.source import AbstractSource
from pydantic import Field
from requests.auth import AuthBase
from urllib3.util import Retry

from tests.good._shared import ONE_ATTEMPT, Patient, authenticator, decode, moment_of, reason, records_of, rows_of

API = "https://desk.acme.test/v3"
LAG = dt.timedelta(seconds=90)


def buried(row: Any) -> bool:
    """Whether a row stands for a ticket that was deleted."""
    return isinstance(row, dict) and row.keys() == {"deleted"}


class Streams(StrEnum):
    TICKETS = "tickets"


class Config(SourceConfig):
    stream: Streams
    authentication: AuthConfig | None = Field(None, repr=False)
    page_size: int = Field(100, ge=1, le=200)
    team: str | None = None


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
        return authenticator(self.config.authentication, "api_key", "bearer")

    def ask(self, path: str, **params: Any) -> Any:
        return decode(Patient(self.session.request).get(API + path, params=params))

    def check_connection(self) -> tuple[bool, Any | None]:
        try:
            self.ask("/me")
        except Exception as error:
            return False, reason(error)
        return True, None

    def iteration(self, pagination: dict, **params: Any) -> SourceIteration:
        if self.config.team is not None:
            params["team"] = self.config.team
        body = self.ask("/tickets", limit=self.config.page_size, **params, **pagination)
        rows = rows_of(body, "tickets")
        cursor = body.get("next")
        if cursor and cursor == pagination.get("cursor"):
            raise ValueError("tickets: the next cursor is the one just asked")
        return SourceIteration(
            next_pagination={"cursor": cursor} if cursor else {},
            records=records_of(
                "tickets", [row for row in rows if not buried(row)], moment=lambda row: moment_of(row.get("changed_at"))
            ),
        )

    def get(self, pagination: dict | None = None) -> SourceIteration:
        return self.iteration(pagination or {})

    def get_records_after(
        self, source_state: SourceIncrementalState, pagination: dict | None = None
    ) -> SourceIteration:
        since = (source_state.last_run.astimezone(dt.UTC) - LAG).replace(microsecond=0)
        return self.iteration(pagination or {}, changed_since=since.isoformat())

    def get_total_records_count(self) -> int | None:
        return None


CONTRACT: dict[str, Any] = {
    "config": {
        "name": "cursor_incremental",
        "authentication": {"type": "bearer", "params": {"token": "acme-test-token"}},
    },
    "api": {
        "base_url": API,
        "auth": [{"type": "bearer", "token": "acme-test-token"}],
        "check": {"path": "/me", "body": {"id": "me"}},
        "streams": {
            "tickets": {
                "path": "/tickets",
                "records": "tickets",
                "paging": {"style": "cursor", "send": "cursor", "next": "next"},
                "page_size": {"send": "limit", "option": "page_size", "max": 200},
                "filters": {"team": {"send": "team", "match": "team"}},
                "timestamp": "changed_at",
                "tombstone": {"deleted": {"ticket": "{id}"}},
                "incremental": {
                    "send": "changed_since",
                    "field": "changed_at",
                    "resolution": "second",
                    "order": "ascending",
                    "lag": 90,
                },
                "record": {
                    "type": "object",
                    "required": ["id", "team", "changed_at"],
                    "properties": {
                        "id": {"type": "string"},
                        "team": {"enum": ["blue", "red"]},
                        "subject": {"type": ["string", "null"]},
                        "changed_at": {"type": "string", "format": "date-time"},
                    },
                },
            }
        },
    },
}
