"""Link headers read by requests itself, through the session that bizon makes; the last page has links, but no next one."""

import time
from enum import StrEnum
from typing import Any

from bizon.source.auth.config import AuthConfig
from bizon.source.config import SourceConfig
from bizon.source.models import SourceIteration
from bizon.source.source import AbstractSource
from pydantic import Field
from requests import HTTPError
from requests.auth import AuthBase
from urllib3.util import Retry

from tests.good._shared import ONE_ATTEMPT, Patient, authenticator, decode, next_link, reason, records_of, rows_of

API = "https://git.acme.test/api/v4"


class Streams(StrEnum):
    ISSUES = "issues"
    LABELS = "labels"


class Config(SourceConfig):
    stream: Streams
    authentication: AuthConfig | None = Field(None, repr=False)
    per_page: int = Field(100, ge=1, le=100)
    state: str | None = None


def until_reset(answer: Any) -> float | None:
    """Seconds until the rate limit is over; None where the answer is another 403, another error, or there is budget left."""
    used_up = answer.status_code == 403 or answer.headers.get("X-RateLimit-Remaining") == "0"
    if not used_up or "X-RateLimit-Reset" not in answer.headers:
        return None
    return min(max(int(answer.headers["X-RateLimit-Reset"]) - time.time(), 0) + 1, 3600)


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
        return authenticator(self.config.authentication, "bearer", "api_key")

    def ask(self, url: str, params: dict[str, Any] | None = None) -> Any:
        for _ in range(3):
            try:
                answer = Patient(self.session.request).get(url, params=params)
                time.sleep(until_reset(answer) or 0)
                return answer
            except HTTPError as error:
                wait = until_reset(error.response)
                if wait is None:
                    raise
            time.sleep(wait)
        raise TimeoutError("the API refuses every request: its rate limit is used up")

    def first(self, size: int) -> Any:
        chosen = {"state": self.config.state} if self.config.state is not None else {}
        return self.ask(f"{API}/{self.config.stream.value}", {"per_page": size} | chosen)

    def check_connection(self) -> tuple[bool, Any | None]:
        try:
            rows_of(decode(self.first(1)))
        except Exception as error:
            return False, reason(error)
        return True, None

    def get(self, pagination: dict | None = None) -> SourceIteration:
        answer = self.ask(pagination["link"]) if pagination else self.first(self.config.per_page)
        link = answer.links.get("next", {}).get("url")
        return SourceIteration(
            next_pagination={"link": self.onward(answer.url, link)} if link else {},
            records=records_of(self.config.stream.value, rows_of(decode(answer)), "iid"),
        )

    def onward(self, asked: str, link: str) -> str:
        return next_link(asked, link)

    def get_total_records_count(self) -> int | None:
        try:
            return int(self.first(1).headers["X-Total"]) or None
        except Exception:
            return None


STREAM = {
    "path": "/issues",
    "id": "iid",
    "paging": {"style": "link_header", "end": "others"},
    "page_size": {"send": "per_page", "option": "per_page", "max": 100},
    "total": "header:X-Total",
    "optional": ["total"],
    "filters": {"state": {"send": "state", "match": "state"}},
    "record": {"iid": 7, "state": "open", "title": "It is slow", "labels": ["bug"]},
}
CONTRACT: dict[str, Any] = {
    "config": {
        "name": "link_header_session",
        "authentication": {"type": "bearer", "params": {"token": "acme-test-token"}},
    },
    "api": {
        "base_url": API,
        "auth": [{"type": "bearer", "token": "acme-test-token"}],
        "rate_limit": {
            "status": 403,
            "body": {"message": "API rate limit exceeded"},
            "reset": "X-RateLimit-Reset",
            "remaining": "X-RateLimit-Remaining",
        },
        "streams": {"issues": STREAM, "labels": STREAM | {"path": "/labels"}},
    },
}
