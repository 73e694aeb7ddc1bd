"""A public API that answers everything at once, as a bare array; asked by the session of bizon."""

from enum import StrEnum
from typing import Any

from bizon.source.auth.config import AuthConfig
from bizon.source.config import SourceConfig
from bizon.source.models import SourceIteration
from bizon.source.source import AbstractSource
from loguru import logger
from pydantic import Field
from urllib3.util import Retry

from tests.good._shared import ONE_ATTEMPT, Patient, decode, reason, records_of, rows_of


class Streams(StrEnum):
    COUNTRIES = "countries"
    CURRENCIES = "currencies"


class Config(SourceConfig):
    stream: Streams
    authentication: AuthConfig | None = Field(None, repr=False)
    base_url: str = "https://open.acme.test/geo"
    language: str = "en"


class Source(AbstractSource):
    @staticmethod
    def streams() -> list[str]:
        return [stream.value for stream in Streams]

    @staticmethod
    def get_config_class() -> type[SourceConfig]:
        return Config

    def get_retry_policy(self) -> Retry:
        return ONE_ATTEMPT

    def get_authenticator(self) -> None:
        if self.config.authentication is not None:
            logger.warning("`authentication` is not used: this API is public")

    def rows(self) -> list[Any]:
        url = f"{self.config.base_url.rstrip('/')}/{self.config.stream.value}"
        answer = Patient(self.session.request).get(url, params={"lang": self.config.language})
        return rows_of(decode(answer))

    def check_connection(self) -> tuple[bool, Any | None]:
        try:
            self.rows()
        except Exception as error:
            return False, reason(error)
        return True, None

    def get(self, pagination: dict | None = None) -> SourceIteration:
        return SourceIteration(next_pagination={}, records=records_of(self.config.stream.value, self.rows(), "code"))

    def get_total_records_count(self) -> int | None:
        return None


STREAM = {
    "path": "/countries",
    "id": "code",
    "paging": {"style": "none"},
    "filters": {"language": {"send": "lang", "values": ["en", "pt-BR"]}},
}
CONTRACT: dict[str, Any] = {
    "config": {"name": "none_public"},
    "api": {
        "base_url": "https://open.acme.test/geo",
        "streams": {"countries": STREAM, "currencies": STREAM | {"path": "/currencies"}},
    },
}
