"""Cursors in the body of a POST, sent by `session.call`, repeated by bizon's own adapter as `source.http` says.

The key is in a header of the API's own; the last page has no cursor at all; ids are numbers.
"""

from enum import StrEnum
from typing import Any

from bizon.source.auth.config import AuthConfig
from bizon.source.config import HttpConfig, SourceConfig
from bizon.source.models import SourceIteration
from bizon.source.session import CappedRetry
from bizon.source.source import AbstractSource
from pydantic import Field
from requests.auth import AuthBase
from urllib3.exceptions import InvalidHeader
from urllib3.util import Retry

from tests.good._shared import BROKEN, authenticator, decode, reason, records_of, rows_of

API = "https://api.acme.test"
READINGS = 4


class Streams(StrEnum):
    EVENTS = "events"


class Config(SourceConfig):
    stream: Streams
    authentication: AuthConfig | None = Field(None, repr=False)
    http: HttpConfig = HttpConfig()
    page_size: int = Field(50, ge=1, le=100)


class Forgiving(CappedRetry):
    """Reads a Retry-After that is no wait as no Retry-After, and backs off then."""

    def get_retry_after(self, response: Any) -> float | None:
        try:
            return super().get_retry_after(response) or None
        except InvalidHeader:
            return None


class Source(AbstractSource):
    @staticmethod
    def streams() -> list[str]:
        return [stream.value for stream in Streams]

    @staticmethod
    def get_config_class() -> type[SourceConfig]:
        return Config

    def get_retry_policy(self) -> Retry:
        policy = self.config.http.retries
        return Forgiving(
            total=policy.total,
            backoff_factor=policy.backoff_factor,
            status_forcelist=policy.status_forcelist,
            allowed_methods=policy.allowed_methods,
            max_retry_after=policy.retry_after_max,
            raise_on_status=False,
        )

    def get_authenticator(self) -> AuthBase:
        return authenticator(self.config.authentication, "api_key")

    def call(self, method: str, path: str, **kwargs: Any) -> Any:
        """The adapter repeats what fails before the body; what fails inside it is repeated here."""
        for reading in range(1, READINGS + 1):
            try:
                answer = self.session.call(method, f"{API}{path}", allow_redirects=False, **kwargs)
                if answer.is_redirect:
                    raise ValueError("the API redirects, which is not followed: the key would go along")
                return decode(answer)
            except BROKEN:
                if reading == READINGS:
                    raise
        raise AssertionError("the last reading returns or raises")

    def check_connection(self) -> tuple[bool, Any | None]:
        try:
            self.call("GET", "/v1/ping")
        except Exception as error:
            return False, reason(error)
        return True, None

    def get(self, pagination: dict | None = None) -> SourceIteration:
        asked = (pagination or {}).get("after")
        page = {"size": self.config.page_size} | ({"after": asked} if asked else {})
        body = self.call("POST", "/v1/events/search", json={"type": "event", "page": page})
        rows = rows_of(body, "result", "events")
        onward = body["result"].get("after")
        if onward and onward == asked:
            raise ValueError("the cursor that came is the one just sent")
        return SourceIteration(
            next_pagination={"after": onward} if onward else {},
            records=records_of(self.config.stream.value, rows, "number"),
        )

    def get_total_records_count(self) -> int | None:
        return None


CONTRACT: dict[str, Any] = {
    "config": {
        "name": "cursor_post_body",
        "authentication": {
            "type": "api_key",
            "params": {"token": "acme-test-key", "auth_header": "X-Acme-Key", "auth_method": ""},
        },
        "http": {"timeout": [5, 30], "retries": {"total": 8}},
    },
    "api": {
        "base_url": "https://api.acme.test",
        "auth": [{"type": "api_key", "send": "header:X-Acme-Key", "token": "acme-test-key"}],
        "check": {"path": "/v1/ping", "body": {"ok": True}},
        "streams": {
            "events": {
                "path": "/v1/events/search",
                "method": "POST",
                "body": {"type": "event"},
                "records": "result.events",
                "id": "number",
                "paging": {"style": "cursor", "send": "body.page.after", "next": "result.after", "end": "absent"},
                "page_size": {"send": "body.page.size", "option": "page_size", "max": 100},
                "record": {"number": 7, "name": "signed up", "attributes": {"plan": "free", "seats": 3, "trial": True}},
            }
        },
    },
}
