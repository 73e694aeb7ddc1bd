"""After the last id, over a bare array that ends with an empty page, as `source.http` says; the key is in a header."""

import json
from enum import StrEnum
from typing import Any

import requests
from bizon.source.auth.authenticators.token import TokenAuthParams
from bizon.source.auth.builder import AuthBuilder
from bizon.source.auth.config import AuthConfig, AuthType
from bizon.source.config import HttpConfig, SourceConfig
from bizon.source.models import SourceIteration, SourceRecord
from bizon.source.session import CappedRetry
from bizon.source.source import AbstractSource
from pydantic import Field, field_validator
from requests.auth import AuthBase
from urllib3.exceptions import InvalidHeader
from urllib3.util import Retry

URL = "https://chat.acme.test/messages"


class Streams(StrEnum):
    MESSAGES = "messages"


class Config(SourceConfig):
    stream: Streams
    authentication: AuthConfig = Field(repr=False)
    http: HttpConfig = HttpConfig()
    limit: int = 100

    @field_validator("limit")
    @classmethod
    def within_the_api_s_limits(cls, value: int) -> int:
        if not 1 <= value <= 100:
            raise ValueError(f"limit must be 1 to 100, not {value}")
        return value


class Patience(CappedRetry):
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
        """What the config says, but for a Retry-After that says nothing."""
        chosen = self.config.http.retries
        return Patience(
            chosen.total,
            max_retry_after=chosen.retry_after_max,
            raise_on_status=False,
            **chosen.model_dump(include={"backoff_factor", "status_forcelist", "allowed_methods"}),
        )

    def get_authenticator(self) -> AuthBase:
        kind, params = self.config.authentication.type, self.config.authentication.params
        if kind is not AuthType.API_KEY:
            raise ValueError(f"authentication.type is {kind.value}; this API takes an api_key")
        if not isinstance(params, TokenAuthParams):
            raise TypeError("authentication.params needs `token`, the key itself")
        return AuthBuilder.token(params)

    def messages(self, limit: int, after: str | None = None) -> list[Any]:
        """One page. The adapter is done when the head of an answer is there; what breaks behind it is asked again."""
        asked = {"limit": limit} | ({"after": after} if after else {})
        for attempt in (1, 2, 3):
            try:
                # The key is in a header of the API's own, which would go along with a redirect.
                answer = self.session.get(URL, params=asked, allow_redirects=False)
                break
            except requests.exceptions.ChunkedEncodingError:
                if attempt == 3:
                    raise
        if answer.is_redirect:
            raise ValueError(f"{URL} redirects to another place")
        return self.read(answer)

    @staticmethod
    def read(answer: requests.Response) -> list[Any]:
        def as_sent(pairs: list[tuple[str, Any]]) -> dict[str, Any]:
            if len({name for name, _ in pairs}) != len(pairs):
                raise ValueError("a key comes twice in one object")
            return dict(pairs)

        def no_number(text: str) -> None:
            raise ValueError(f"{text} stands where a number should")

        page = json.loads(str(answer.content, "utf-8-sig"), object_pairs_hook=as_sent, parse_constant=no_number)
        if not isinstance(page, list):
            raise TypeError(f"the API sent {str(page)[:100]}, not a list")
        return page

    def check_connection(self) -> tuple[bool, Any | None]:
        try:
            self.messages(1)
        except requests.HTTPError as error:
            return False, f"{URL}: status {error.response.status_code}"
        except (requests.RequestException, ValueError, TypeError, RecursionError) as error:
            return False, f"{URL} cannot be read ({type(error).__name__})"
        return True, None

    def get(self, pagination: dict | None = None) -> SourceIteration:
        page = self.messages(self.config.limit, pagination["after"] if pagination else None)
        records = []
        for number, message in enumerate(page, start=1):
            if not message.get("id"):
                raise LookupError(f"messages: number {number} of {len(page)} has no id")
            records.append(SourceRecord(id=message["id"], data=message))
        return SourceIteration(next_pagination={"after": records[-1].id} if records else {}, records=records)

    def get_total_records_count(self) -> int | None:
        return None


CONTRACT: dict[str, Any] = {
    "config": {
        "name": "keyset_bare_array",
        "authentication": {
            "type": "api_key",
            "params": {"token": "acme-test-key", "auth_header": "X-Chat-Key", "auth_method": ""},
        },
        "http": {"timeout": [5, 20], "retries": {"total": 6, "backoff_factor": 1.5}},
    },
    "api": {
        "base_url": "https://chat.acme.test",
        "auth": [{"type": "api_key", "send": "header:X-Chat-Key", "token": "acme-test-key"}],
        "streams": {
            "messages": {
                "path": "/messages",
                "paging": {"style": "keyset", "send": "after"},
                "page_size": {"send": "limit", "option": "limit", "default": 50, "max": 100},
            }
        },
    },
}
