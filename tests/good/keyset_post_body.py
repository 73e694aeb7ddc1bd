"""After the last number, in the body of a POST, with has_more, under OAuth client credentials and a 401 that is renewed."""

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

from tests.good._shared import ONE_ATTEMPT, Patient, authenticator, decode, reason, records_of, rows_of

API = "https://ledger.acme.test"


class Streams(StrEnum):
    ENTRIES = "entries"


class Config(SourceConfig):
    stream: Streams
    authentication: AuthConfig | None = Field(None, repr=False)
    size: int = Field(50, ge=1, le=500)


def timed_out(answer: Any) -> bool:
    """Whether a 422 says that the search took too long, which another attempt may not."""
    return answer.status_code == 422 and "search timed out" in answer.text


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
        return authenticator(self.config.authentication, "oauth")

    def ask(self, method: str, path: str, wanted: dict[str, Any] | None = None) -> Any:
        for wait in (1, 2, 4, None):
            try:
                return decode(
                    Patient(self.session.request, self.session.auth.renew).ask(method, API + path, json=wanted)
                )
            except HTTPError as error:
                if wait is None or not timed_out(error.response):
                    raise
            time.sleep(wait)
        raise AssertionError("the last attempt returns or raises")

    def check_connection(self) -> tuple[bool, Any | None]:
        try:
            self.ask("GET", "/whoami")
        except Exception as error:
            return False, reason(error)
        return True, None

    def get(self, pagination: dict | None = None) -> SourceIteration:
        body = self.ask("POST", "/entries/list", {"size": self.config.size} | (pagination or {}))
        # This API writes null for an empty list.
        rows = [] if "entries" in body and body["entries"] is None else rows_of(body, "entries")
        if body["has_more"] and not rows:
            raise ValueError("the API says that there is more, and sends nothing to go on from")
        records = records_of("entries", rows, "seq")
        return SourceIteration(next_pagination={"after": rows[-1]["seq"]} if body["has_more"] else {}, records=records)

    def get_total_records_count(self) -> int | None:
        try:
            return self.ask("GET", "/entries/stats")["entries"]["count"] or None
        except Exception:
            return None


CONTRACT: dict[str, Any] = {
    "config": {
        "name": "keyset_post_body",
        "authentication": {
            "type": "oauth",
            "params": {
                "token_refresh_endpoint": "https://ledger.acme.test/token",
                "client_id": "acme-client",
                "client_secret": "acme-client-secret",
            },
        },
    },
    "api": {
        "transient": [{"status": 422, "body": {"error": {"message": "search timed out"}}}],
        "base_url": "https://ledger.acme.test",
        "auth": [
            {
                "type": "oauth",
                "token_url": "https://ledger.acme.test/token",
                "client_id": "acme-client",
                "client_secret": "acme-client-secret",
            }
        ],
        "check": {"path": "/whoami", "body": {"name": "ada"}},
        "streams": {
            "entries": {
                "path": "/entries/list",
                "method": "POST",
                "records": "entries",
                "empty": ["null"],
                "id": "seq",
                "paging": {"style": "keyset", "send": "body.after", "more": "has_more"},
                "page_size": {"send": "body.size", "option": "size", "max": 500},
                "count": {"path": "/entries/stats", "total": "entries.count"},
                "record": {"seq": 1, "account": "cash", "amount": -12, "tags": ["a"]},
            }
        },
    },
}
