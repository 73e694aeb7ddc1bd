"""An opaque continuation in a header, sent back in a header, as Cosmos DB has it: POST, no header on the last page, 204 for nothing."""

from typing import Any, Literal

from bizon.source.auth.config import AuthConfig
from bizon.source.config import SourceConfig
from bizon.source.models import SourceIteration
from bizon.source.source import AbstractSource
from pydantic import Field
from requests.auth import AuthBase
from urllib3.util import Retry

from tests.good._shared import ONE_ATTEMPT, Patient, authenticator, decode, reason, records_of, rows_of

URL = "https://docs.acme.test/dbs/main/query"


class Config(SourceConfig):
    stream: Literal["documents"]
    authentication: AuthConfig | None = Field(None, repr=False)


class Source(AbstractSource):
    @staticmethod
    def streams() -> list[str]:
        return ["documents"]

    @staticmethod
    def get_config_class() -> type[SourceConfig]:
        return Config

    def get_retry_policy(self) -> Retry:
        return ONE_ATTEMPT

    def get_authenticator(self) -> AuthBase:
        return authenticator(self.config.authentication, "api_key")

    def page(self, after: str | None, size: int) -> Any:
        headers = {"X-Max-Item-Count": str(size)} | ({"X-Continuation": after} if after else {})
        return Patient(self.session.request).ask("POST", URL, json={"select": "all"}, headers=headers)

    @staticmethod
    def rows(answer: Any) -> list[Any]:
        """204 is how this API says that there is nothing."""
        return [] if answer.status_code == 204 else rows_of(decode(answer), "Documents")

    def check_connection(self) -> tuple[bool, Any | None]:
        try:
            self.rows(self.page(None, 1))
        except Exception as error:
            return False, reason(error)
        return True, None

    def get(self, pagination: dict | None = None) -> SourceIteration:
        asked = (pagination or {}).get("after")
        answer = self.page(asked, 3)
        rows = self.rows(answer)
        onward = answer.headers.get("X-Continuation")
        if onward and onward == asked:
            raise ValueError("the continuation is the one just sent")
        return SourceIteration(
            next_pagination={"after": onward} if onward else {},
            records=records_of("documents", rows, "_rid"),
        )

    def get_total_records_count(self) -> int | None:
        return None


CONTRACT: dict[str, Any] = {
    "config": {
        "name": "next_header_tokens",
        "authentication": {
            "type": "api_key",
            "params": {"token": "acme-test-key", "auth_header": "X-Acme-Key", "auth_method": ""},
        },
    },
    "api": {
        "base_url": "https://docs.acme.test",
        "auth": [{"type": "api_key", "send": "header:X-Acme-Key", "token": "acme-test-key"}],
        "streams": {
            "documents": {
                "path": "/dbs/main/query",
                "method": "POST",
                "body": {"select": "all"},
                "records": "Documents",
                "id": "_rid",
                "paging": {
                    "style": "next_header",
                    "header": "X-Continuation",
                    "send": "header:X-Continuation",
                    "value": "token",
                    "end": "absent",
                },
                "empty": ["no_content"],
                "page_size": {"send": "header:X-Max-Item-Count", "max": 1000},
            }
        },
    },
}
