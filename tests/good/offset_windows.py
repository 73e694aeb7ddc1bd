"""Newest first, by offset; increments in windows of at most a day that touch, from last_run to the start of the run."""

import datetime as dt
from typing import Any

from bizon.source.auth.config import AuthConfig
from bizon.source.config import SourceConfig
from bizon.source.models import SourceIncrementalState, SourceIteration
from bizon.source.source import AbstractSource
from pydantic import Field
from requests.auth import AuthBase
from urllib3.util import Retry

from tests.good._shared import ONE_ATTEMPT, Patient, authenticator, decode, reason, records_of, rows_of

API = "https://log.acme.test/api"
DAY = dt.timedelta(days=1)


class Config(SourceConfig):
    authentication: AuthConfig | None = Field(None, repr=False)
    page_size: int = Field(50, ge=1, le=500)


def text(at: dt.datetime) -> str:
    """As the API reads it: UTC, milliseconds, Z; what is finer is cut off."""
    return at.astimezone(dt.UTC).isoformat(timespec="milliseconds").replace("+00:00", "Z")


class Source(AbstractSource):
    def __init__(self, config: SourceConfig) -> None:
        if config.stream not in self.streams():
            raise ValueError(f"there is no stream {config.stream}; there are {', '.join(self.streams())}")
        super().__init__(config)

    @staticmethod
    def streams() -> list[str]:
        return ["entries"]

    @staticmethod
    def get_config_class() -> type[SourceConfig]:
        return Config

    def get_retry_policy(self) -> Retry:
        return ONE_ATTEMPT

    def get_authenticator(self) -> AuthBase:
        return authenticator(self.config.authentication, "api_key", "bearer")

    def ask(self, **params: Any) -> Any:
        return decode(Patient(self.session.request).get(f"{API}/entries", params=params))

    def check_connection(self) -> tuple[bool, Any | None]:
        try:
            rows_of(self.ask(limit=1), "entries")
        except Exception as error:
            return False, reason(error)
        return True, None

    def page(self, offset: int, **window: str) -> tuple[list[dict[str, Any]], int | None]:
        """The rows at an offset, and the next offset; None at the end."""
        body = self.ask(offset=offset, limit=self.config.page_size, **window)
        rows = rows_of(body, "entries")
        onward = offset + len(rows)
        if not rows and onward < body["total"]:
            raise ValueError(f"entries: {body['total']} are announced, and none comes at {offset}")
        return rows, onward if onward < body["total"] else None

    def get(self, pagination: dict | None = None) -> SourceIteration:
        rows, onward = self.page((pagination or {}).get("offset", 0))
        return SourceIteration(
            next_pagination={} if onward is None else {"offset": onward}, records=records_of("entries", rows)
        )

    def get_records_after(
        self, source_state: SourceIncrementalState, pagination: dict | None = None
    ) -> SourceIteration:
        place = pagination or {"from": text(source_state.last_run), "offset": 0}
        end = dt.datetime.fromisoformat(text(source_state.run_started_at))
        until = min(dt.datetime.fromisoformat(place["from"]) + DAY, end)
        rows, onward = self.page(place["offset"], since=place["from"], until=text(until))
        if onward is not None:
            after = place | {"offset": onward}
        else:
            after = {"from": text(until), "offset": 0} if until < end else {}
        return SourceIteration(next_pagination=after, records=records_of("entries", rows))

    def get_total_records_count(self) -> int | None:
        return None


CONTRACT: dict[str, Any] = {
    "config": {
        "name": "offset_windows",
        "authentication": {"type": "api_key", "params": {"token": "acme-test-token"}},
    },
    "api": {
        "base_url": API,
        "auth": [{"type": "bearer", "token": "acme-test-token"}],
        "streams": {
            "entries": {
                "path": "/entries",
                "records": "entries",
                "paging": {"style": "offset", "send": "offset"},
                "page_size": {"send": "limit", "option": "page_size", "max": 500},
                "total": "total",
                "incremental": {
                    "send": "since",
                    "field": "meta.at",
                    "format": "iso_z",
                    "resolution": "millisecond",
                    "order": "descending",
                    "until": "until",
                    "window_limit": 86400,
                },
                "record": {
                    "type": "object",
                    "required": ["id"],
                    "properties": {"id": {"type": "integer"}, "line": {"type": "string"}},
                },
            }
        },
    },
}
