"""Next links with has_more under OAuth; a hook of the authenticator renews a token that ended early and asks again."""

from enum import StrEnum
from typing import Any
from urllib.parse import urlsplit

import requests
from bizon.source.auth.config import AuthConfig
from bizon.source.config import SourceConfig
from bizon.source.models import SourceIteration
from bizon.source.source import AbstractSource
from pydantic import Field
from urllib3.util import Retry

from tests.good._shared import (
    ONE_ATTEMPT,
    Patient,
    Tokens,
    authenticator,
    decode,
    moment_of,
    next_link,
    reason,
    records_of,
    rows_of,
)


class Streams(StrEnum):
    INVOICES = "invoices"


class Config(SourceConfig):
    stream: Streams
    authentication: AuthConfig | None = Field(None, repr=False)
    base_url: str = "https://billing.acme.test/v4"
    page_size: int = Field(100, ge=1, le=200)


class RenewingTokens(Tokens):
    """Asks once more, with a new token, what was answered 401."""

    def __call__(self, request: requests.PreparedRequest) -> requests.PreparedRequest:
        request.register_hook("response", self.once_more)
        return super().__call__(request)

    def once_more(self, answer: requests.Response, **how: Any) -> requests.Response:
        if answer.status_code != 401:
            return answer
        _ = answer.content
        again = answer.request.copy()
        with self.lock:
            if again.headers["Authorization"] == f"Bearer {self.held}":
                self.renew()
        again.headers["Authorization"] = f"Bearer {self.held}"
        return answer.connection.send(again, **how)


class Source(AbstractSource):
    @staticmethod
    def streams() -> list[str]:
        return [stream.value for stream in Streams]

    @staticmethod
    def get_config_class() -> type[SourceConfig]:
        return Config

    def get_retry_policy(self) -> Retry:
        return ONE_ATTEMPT

    def get_authenticator(self) -> RenewingTokens:
        authenticator(self.config.authentication, "oauth")
        return RenewingTokens(self.config.authentication.params)

    @property
    def first_url(self) -> str:
        return f"{self.config.base_url.rstrip('/')}/invoices"

    def ask(self, url: str, params: dict[str, Any] | None = None) -> requests.Response:
        return Patient(self.session.request).get(url, params=params)

    def check_connection(self) -> tuple[bool, Any | None]:
        try:
            decode(self.ask(self.first_url, {"limit": 1}))
        except Exception as error:
            return False, reason(error)
        return True, None

    def get(self, pagination: dict | None = None) -> SourceIteration:
        if pagination:
            # A checkpoint is data: it leads nowhere else than where this connector began.
            next_link(self.first_url, pagination["next"])
            answer = self.ask(pagination["next"])
        else:
            answer = self.ask(self.first_url, {"limit": self.config.page_size})
        body = decode(answer)
        rows = rows_of(body, "data")
        return SourceIteration(
            next_pagination=self.onward(answer.url, body),
            records=records_of("invoices", rows, moment=lambda row: moment_of(row.get("issued"))),
        )

    @staticmethod
    def onward(asked: str, body: dict[str, Any]) -> dict[str, Any]:
        if not body["has_more"]:
            return {}
        if not body["links"].get("next"):
            raise ValueError(f"{urlsplit(asked).path} has more, and no link to it")
        return {"next": next_link(asked, body["links"]["next"])}

    def get_total_records_count(self) -> int | None:
        return None


CONTRACT: dict[str, Any] = {
    "config": {
        "name": "next_url_oauth",
        "authentication": {
            "type": "oauth",
            "params": {
                "token_refresh_endpoint": "https://login.acme.test/oauth/token",
                "client_id": "acme-client",
                "client_secret": "acme-client-secret",
                "refresh_token": "acme-refresh-token",
            },
        },
    },
    "api": {
        "base_url": "https://billing.acme.test/v4/",
        "auth": [
            {
                "type": "oauth",
                "token_url": "https://login.acme.test/oauth/token",
                "client_id": "acme-client",
                "client_secret": "acme-client-secret",
                "refresh_token": "acme-refresh-token",
                "expires_in": 1800,
            }
        ],
        "streams": {
            "invoices": {
                "path": "/invoices",
                "records": "data",
                "paging": {"style": "next_url", "next": "links.next", "more": "has_more"},
                "page_size": {"send": "limit", "option": "page_size", "max": 200},
                "timestamp": "issued",
            }
        },
    },
}
