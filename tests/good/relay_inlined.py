"""A GraphQL connection by nodes, below another field, its arguments inlined into the query; no credentials."""

import json
from typing import Any, Literal

from bizon.source.config import SourceConfig
from bizon.source.models import SourceIteration
from bizon.source.source import AbstractSource
from pydantic import Field
from urllib3.util import Retry

from tests.good._shared import ONE_ATTEMPT, Patient, decode, reason, records_of, rows_of

URL = "https://graph.acme.test/v1"


class Config(SourceConfig):
    stream: Literal["films"]
    first: int = Field(20, ge=1, le=50)


class Source(AbstractSource):
    @staticmethod
    def streams() -> list[str]:
        return ["films"]

    @staticmethod
    def get_config_class() -> type[SourceConfig]:
        return Config

    def get_retry_policy(self) -> Retry:
        return ONE_ATTEMPT

    def get_authenticator(self) -> None:
        if self.config.authentication is not None:
            raise ValueError("`authentication` is not used: this API is public; leave it out")

    def films(self, size: int, after: str | None = None) -> dict[str, Any]:
        arguments = f"first: {size}" + (f", after: {json.dumps(after)}" if after else "")
        query = (
            f"{{ library {{ films({arguments}) {{ nodes {{ id title }} pageInfo {{ hasNextPage endCursor }} }} }} }}"
        )
        body = decode(Patient(self.session.request).ask("POST", URL, json={"query": query}))
        rows_of(body, "data", "library", "films", "nodes")
        return body["data"]["library"]["films"]

    def check_connection(self) -> tuple[bool, Any | None]:
        try:
            self.films(1)
        except Exception as error:
            return False, reason(error)
        return True, None

    def get(self, pagination: dict | None = None) -> SourceIteration:
        asked = (pagination or {}).get("after")
        page = self.films(self.config.first, asked)
        records = records_of("films", page["nodes"])
        if not page["pageInfo"]["hasNextPage"]:
            return SourceIteration(next_pagination={}, records=records)
        onward = page["pageInfo"].get("endCursor")
        if not onward or onward == asked:
            raise ValueError("there is a next page, and no way to it")
        return SourceIteration(next_pagination={"after": onward}, records=records)

    def get_total_records_count(self) -> int | None:
        return None


CONTRACT: dict[str, Any] = {
    "config": {"name": "relay_inlined"},
    "api": {
        "base_url": "https://graph.acme.test",
        "error_body": {"errors": [{"message": "{reason}"}], "data": None},
        "streams": {
            "films": {
                "path": "/v1",
                "method": "POST",
                "records": "data.library.films",
                "paging": {"style": "relay", "nodes": "nodes"},
                "page_size": {"send": "argument:first", "option": "first", "max": 50},
            }
        },
    },
}
