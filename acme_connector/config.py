"""The streams and options of the connector."""

from __future__ import annotations

from enum import Enum
from typing import Annotated

from bizon.source.auth.config import AuthConfig
from bizon.source.config import HttpConfig, HttpRetryConfig, SourceConfig
from pydantic import ConfigDict, Field, field_validator
from urllib3.exceptions import LocationParseError
from urllib3.util import parse_url

BASE_URL = "https://api.acme.com/v2"
"""Where the Acme API v2 lives."""

API_VERSION = "2024-01-15"
"""The value of `X-API-Version` that the connector is written for."""

MIN_PAGE_SIZE = 1
"""The fewest records that a page can be asked for."""

MAX_PAGE_SIZE = 250
"""The most records that Acme serves a page; more are refused with 400."""


class AcmeStreams(str, Enum):
    """The collections of the API."""

    CUSTOMERS = "customers"
    ORDERS = "orders"
    PRODUCTS = "products"


def _http() -> HttpConfig:
    return HttpConfig(retries=HttpRetryConfig(total=10, status_forcelist=[429, 500, 502, 503, 504]))


class AcmeSourceConfig(SourceConfig):
    """The options under `source:`, besides those of bizon."""

    # A refused config must not show the token that it was given.
    model_config = ConfigDict(hide_input_in_errors=True)

    stream: AcmeStreams = Field(..., description="The collection to sync")
    page_size: int = Field(100, ge=MIN_PAGE_SIZE, le=MAX_PAGE_SIZE, description="Records a page")
    customer_ids: list[Annotated[str, Field(pattern="^[^,]+$")]] = Field(
        default_factory=list, description="Sync these customers only; empty: all. They are sent joined by commas"
    )
    include_metadata: bool = Field(False, description="Ask for the customers' metadata, too")
    base_url: str = Field(BASE_URL, description="Where the API lives, with or without a slash at its end")
    http: HttpConfig = Field(default_factory=_http, description="Timeouts and retries; on unless they are changed")
    authentication: AuthConfig | None = Field(None, repr=False, description="Credentials; null where there are none")

    @field_validator("base_url")
    @classmethod
    def _absolute(cls, url: str) -> str:
        try:
            parts = parse_url(url)
        except LocationParseError:
            raise ValueError(f"base_url must be a URL, as in {BASE_URL}") from None
        if parts.scheme not in ("http", "https") or not parts.host:
            raise ValueError(f"base_url must be absolute, as in {BASE_URL}")
        if parts.auth or parts.query or parts.fragment:
            raise ValueError("base_url must not hold credentials, a query or a fragment")
        return url.rstrip("/")

    @field_validator("http")
    @classmethod
    def _patient_not_for_ever(cls, http: HttpConfig) -> HttpConfig:
        if http.timeout is None:
            raise ValueError("timeout must be a number of seconds: without one a silent server hangs the sync")
        return http
