"""The config lists the ids of forms; two threads ask for the first page of their answers, and cursors lead on in each."""

from concurrent.futures import ThreadPoolExecutor
from enum import StrEnum
from typing import Any

from bizon.source.auth.config import AuthConfig
from bizon.source.config import SourceConfig
from bizon.source.models import SourceIteration, SourceRecord
from bizon.source.source import AbstractSource
from pydantic import Field
from requests.auth import AuthBase
from urllib3.util import Retry

from tests.good._shared import ONE_ATTEMPT, Patient, authenticator, decode, reason, records_of, rows_of

URL = "https://forms.acme.test/v1"


class Streams(StrEnum):
    FORMS = "forms"
    ANSWERS = "answers"


class Config(SourceConfig):
    stream: Streams
    authentication: AuthConfig | None = Field(None, repr=False)
    form_ids: list[str] = Field(default_factory=list)
    page_size: int = Field(20, ge=1, le=40)


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
        return authenticator(self.config.authentication, "bearer", "api_key")

    def ask(self, path: str, **params: Any) -> Any:
        return decode(Patient(self.session.request).get(URL + path, params=params))

    def check_connection(self) -> tuple[bool, Any | None]:
        try:
            self.ask("/me")
        except Exception as error:
            return False, reason(error)
        return True, None

    def answers(self, form: str, after: str | None) -> tuple[list[SourceRecord], str | None]:
        body = self.ask(f"/forms/{form}/answers", size=self.config.page_size, **({"after": after} if after else {}))
        onward = body.get("after") if isinstance(body, dict) else None
        if onward and onward == after:
            raise ValueError("the cursor that came is the one just sent")
        return records_of("answers", rows_of(body, "answers")), onward

    def forms(self, form: str, _: str | None) -> tuple[list[SourceRecord], str | None]:
        return records_of("forms", rows_of(self.ask(f"/forms/{form}"), "forms")), None

    def get(self, pagination: dict | None = None) -> SourceIteration:
        left = pagination["left"] if pagination else [[form, None] for form in self.config.form_ids]
        if self.config.stream is Streams.FORMS:
            asked, read = left[:1], self.forms
        else:
            if not pagination:
                for form, _ in left:
                    rows_of(self.ask(f"/forms/{form}"), "forms")
            asked, read = left[:2], self.answers
        with ThreadPoolExecutor(2) as pool:
            pages = list(pool.map(lambda each: read(*each), asked))
        onward = [[form, after] for (form, _), (_, after) in zip(asked, pages, strict=True) if after]
        left = onward + left[len(asked) :]
        return SourceIteration(
            next_pagination={"left": left} if left else {},
            records=[record for records, _ in pages for record in records],
        )

    def get_total_records_count(self) -> int | None:
        return None


CONTRACT: dict[str, Any] = {
    "config": {"name": "cursor_by_ids", "authentication": {"type": "bearer", "params": {"token": "acme-test-token"}}},
    "api": {
        "base_url": URL,
        "auth": [{"type": "bearer", "token": "acme-test-token"}],
        "handlers": ["_forms_api.py"],
        "check": {"path": "/me", "body": {"id": "me"}},
        "streams": {
            "forms": {
                "path": "/forms",
                "records": "forms",
                "paging": {"style": "none"},
                "id_options": {"form_ids": "forms"},
            },
            "answers": {
                "path": "/forms/answers",
                "records": "answers",
                "paging": {"style": "cursor", "send": "after", "next": "after"},
                "page_size": {"send": "size", "option": "page_size", "max": 40},
                "id_options": {"form_ids": "forms"},
            },
        },
    },
    "not_applicable": {
        "pagination.one_page_per_get[answers]": "two forms are read at once",
        "footprint.requests[forms]": "a form is asked for by its id",
    },
}
