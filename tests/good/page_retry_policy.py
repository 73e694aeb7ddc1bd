"""Pages from 1 with their number told, through bizon's session with a retry policy of the connector's own."""

from enum import StrEnum
from typing import Any, Literal

from bizon.source.auth.config import AuthConfig
from bizon.source.config import SourceConfig
from bizon.source.models import SourceIteration
from bizon.source.source import AbstractSource
from pydantic import Field
from requests import HTTPError
from requests.auth import AuthBase
from requests.exceptions import ChunkedEncodingError, InvalidHeader
from urllib3.exceptions import InvalidHeader as Unreadable
from urllib3.util import Retry

from tests.good._shared import authenticator, decode, reason, records_of, rows_of

API = "https://shop.acme.test/rest/v3"


class Status(StrEnum):
    ACTIVE = "active"
    ARCHIVED = "archived"


class Config(SourceConfig):
    stream: Literal["products"]
    authentication: AuthConfig | None = Field(None, repr=False)
    per_page: int = Field(40, ge=1, le=100)
    status: Status | None = None


class Policy(Retry):
    def get_retry_after(self, response: Any) -> float | None:
        try:
            return min(super().get_retry_after(response) or 0, 90) or None
        except Unreadable:
            return None


class Source(AbstractSource):
    @staticmethod
    def streams() -> list[str]:
        return ["products"]

    @staticmethod
    def get_config_class() -> type[SourceConfig]:
        return Config

    def get_retry_policy(self) -> Retry:
        return Policy(
            6,
            backoff_factor=2,
            backoff_max=60,
            status_forcelist=[429, 500, 502, 503, 504],
            allowed_methods=["GET"],
            raise_on_status=False,
        )

    def get_authenticator(self) -> AuthBase:
        return authenticator(self.config.authentication, "bearer", "api_key")

    def ask(self, path: str, params: dict[str, Any] | None = None) -> Any:
        for _ in range(3):
            try:
                return decode(self.session.get(API + path, params=params, timeout=(3.5, 30)))
            except ChunkedEncodingError as error:
                cut = error
        raise cut

    def params(self, page: int) -> dict[str, Any]:
        chosen = {} if self.config.status is None else {"status": self.config.status.value}
        return {"page": page, "per_page": self.config.per_page} | chosen

    def check_connection(self) -> tuple[bool, Any | None]:
        try:
            self.ask("/status")
        except (HTTPError, InvalidHeader) as error:
            return False, reason(error)
        except Exception as error:
            return False, f"{API} cannot be used: {type(error).__name__}"
        return True, None

    def get(self, pagination: dict | None = None) -> SourceIteration:
        page = pagination["page"] if pagination else 1
        body = self.ask("/products", self.params(page))
        rows = rows_of(body, "products")
        last = page >= body["meta"]["page_count"]
        if not rows and not last:
            raise ValueError(f"page {page} of {body['meta']['page_count']} is empty")
        return SourceIteration(
            next_pagination={} if last else {"page": page + 1}, records=records_of("products", rows, "sku")
        )

    def get_total_records_count(self) -> int | None:
        try:
            return self.ask("/products", self.params(1))["meta"]["count"] or None
        except Exception:
            return None


CONTRACT: dict[str, Any] = {
    "config": {
        "name": "page_retry_policy",
        "authentication": {"type": "api_key", "params": {"token": "acme-test-token"}},
    },
    "api": {
        "base_url": "https://shop.acme.test/rest/v3",
        "auth": [{"type": "bearer", "token": "acme-test-token"}],
        "check": {"path": "/status", "body": {"up": True}},
        "streams": {
            "products": {
                "path": "/products",
                "records": "products",
                "id": "sku",
                "paging": {"style": "page", "send": "page", "pages": "meta.page_count"},
                "page_size": {"send": "per_page", "option": "per_page", "max": 100},
                "total": "meta.count",
                "filters": {"status": {"send": "status", "values": ["active", "archived"]}},
            }
        },
    },
}
