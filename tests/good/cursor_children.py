"""Cursor paging whose records have lists of their own: one by offset from its own endpoint, one with its first page embedded."""

from typing import Any, Literal

from bizon.source.auth.config import AuthConfig
from bizon.source.config import SourceConfig
from bizon.source.models import SourceIteration
from bizon.source.source import AbstractSource
from pydantic import Field
from requests.auth import AuthBase
from urllib3.util import Retry

from tests.good._shared import ONE_ATTEMPT, Patient, authenticator, decode, reason, records_of, rows_of

API = "https://tracker.acme.test/rest"
CHILDREN_A_PAGE = 3


class Config(SourceConfig):
    stream: Literal["issues"]
    authentication: AuthConfig | None = Field(None, repr=False)
    limit: int = Field(5, ge=1, le=100)


class Source(AbstractSource):
    @staticmethod
    def streams() -> list[str]:
        return ["issues"]

    @staticmethod
    def get_config_class() -> type[SourceConfig]:
        return Config

    def get_retry_policy(self) -> Retry:
        return ONE_ATTEMPT

    def get_authenticator(self) -> AuthBase:
        return authenticator(self.config.authentication, "bearer", "api_key")

    def ask(self, path: str, **params: Any) -> dict[str, Any]:
        return decode(Patient(self.session.request).get(API + path, params=params))

    def check_connection(self) -> tuple[bool, Any | None]:
        try:
            rows_of(self.ask("/issues", limit=1), "issues")
        except Exception as error:
            return False, reason(error)
        return True, None

    def get(self, pagination: dict | None = None) -> SourceIteration:
        asked = (pagination or {}).get("cursor")
        body = self.ask("/issues", limit=self.config.limit, **({"cursor": asked} if asked else {}))
        onward = body.get("next")
        if onward and onward == asked:
            raise ValueError("the cursor that came is the one just sent")
        records = records_of("issues", rows_of(body, "issues"), "key")
        for record in records:
            record.data["worklogs"] = self.worklogs(record.id)
            record.data["watchers"] = self.watchers(record.id, record.data["watchers"])
        return SourceIteration(next_pagination={"cursor": onward} if onward else {}, records=records)

    def worklogs(self, issue: str) -> list[Any]:
        found: list[Any] = []
        while True:
            body = self.ask(f"/issues/{issue}/worklogs", startAt=len(found), maxResults=CHILDREN_A_PAGE)
            page = rows_of(body, "worklogs")
            found += page
            if len(found) >= body["total"]:
                return found
            if not page:
                raise ValueError(f"worklogs of {issue}: {len(found)} of {body['total']} came, and then an empty page")

    def watchers(self, issue: str, first: dict[str, Any]) -> list[Any]:
        found = rows_of(first, "people")
        after = first.get("after")
        while after:
            body = self.ask(f"/issues/{issue}/watchers", after=after)
            found += rows_of(body, "people")
            after = body.get("after")
        return found

    def get_total_records_count(self) -> int | None:
        return None


CONTRACT: dict[str, Any] = {
    "config": {
        "name": "cursor_children",
        "authentication": {"type": "bearer", "params": {"token": "acme-test-token"}},
    },
    "api": {
        "base_url": API,
        "auth": [{"type": "bearer", "token": "acme-test-token"}],
        "streams": {
            "issues": {
                "path": "/issues",
                "records": "issues",
                "id": "key",
                "paging": {"style": "cursor", "send": "cursor", "next": "next"},
                "page_size": {"send": "limit", "option": "limit", "max": 100},
                "children": {
                    "worklogs": {
                        "path": "/issues/{id}/worklogs",
                        "records": "worklogs",
                        "paging": {"style": "offset", "send": "startAt"},
                        "page_size": {"send": "maxResults", "max": 50},
                        "total": "total",
                        "into": "worklogs",
                    },
                    "watchers": {
                        "path": "/issues/{id}/watchers",
                        "records": "people",
                        "paging": {"style": "cursor", "send": "after", "next": "after"},
                        "page_size": {"send": "size", "default": 2},
                        "embedded": "watchers",
                        "into": "watchers",
                    },
                },
            }
        },
    },
}
