"""Django REST framework's three paginators (https://www.django-rest-framework.org/api-guide/pagination/), behind a token."""

from typing import Any, Literal

import requests
from bizon.source.auth.config import AuthConfig
from bizon.source.config import SourceConfig
from bizon.source.models import SourceIteration
from bizon.source.source import AbstractSource
from pydantic import Field
from requests.auth import AuthBase
from urllib3.util import Retry

from tests.good._shared import ONE_ATTEMPT, Patient, authenticator, decode, next_link, reason, records_of, rows_of

API = "https://shop.test/api"


class Token(AuthBase):
    """`Authorization: Token …`, which is how the framework wants it."""

    def __init__(self, token: str) -> None:
        self.token = token

    def __call__(self, request):
        request.headers["Authorization"] = f"Token {self.token}"
        return request


class Config(SourceConfig):
    stream: Literal["authors", "books", "reviews", "tags"]
    authentication: AuthConfig | None = Field(None, repr=False)
    page_size: int = Field(100, ge=1, le=1000)


class Source(AbstractSource):
    @staticmethod
    def streams() -> list[str]:
        return ["authors", "books", "reviews", "tags"]

    @staticmethod
    def get_config_class() -> type[SourceConfig]:
        return Config

    def get_retry_policy(self) -> Retry:
        return ONE_ATTEMPT

    def get_authenticator(self) -> AuthBase:
        authenticator(self.config.authentication, "api_key")
        return Token(self.config.authentication.params.token)

    def ask(self, url: str, **params: Any) -> tuple[str, dict[str, Any]]:
        answer = Patient(self.session.request).get(url, params=params)
        body = decode(answer)
        if "results" not in body and "detail" in body:
            raise ValueError(f"the API reports an error: {body['detail']}")
        rows_of(body, "results")
        return answer.url, body

    def first(self, size: int) -> tuple[str, dict[str, Any]]:
        sizes = {"authors": "limit", "books": "page_size", "reviews": "page_size", "tags": "page_size"}
        return self.ask(f"{API}/{self.config.stream}/", **{sizes[self.config.stream]: size})

    def check_connection(self) -> tuple[bool, Any | None]:
        try:
            self.first(1)
        except Exception as error:
            return False, reason(error)
        return True, None

    def get(self, pagination: dict | None = None) -> SourceIteration:
        rows, onward = getattr(self, self.config.stream)(pagination or {})
        return SourceIteration(next_pagination=onward, records=records_of(self.config.stream, rows))

    def books(self, asked: dict[str, Any]) -> tuple[list[Any], dict[str, Any]]:
        """`PageNumberPagination`: the next number, for as long as there is a next link."""
        page = asked.get("page", 1)
        _, body = self.ask(f"{API}/books/", page=page, page_size=self.config.page_size)
        rows = rows_of(body, "results")
        if body["next"] and not rows:
            raise ValueError(f"books: page {page} is empty, and has a next one")
        return rows, {"page": page + 1} if body["next"] else {}

    def authors(self, asked: dict[str, Any]) -> tuple[list[Any], dict[str, Any]]:
        """`LimitOffsetPagination`: onward by what came, until nothing comes."""
        offset = asked.get("offset", 0)
        _, body = self.ask(f"{API}/authors/", offset=offset, limit=self.config.page_size)
        rows = rows_of(body, "results")
        if not rows and offset < body["count"]:
            raise ValueError(f"authors: nothing came from {offset} on, of {body['count']}")
        return rows, {"offset": offset + len(rows)} if rows else {}

    def reviews(self, asked: dict[str, Any]) -> tuple[list[Any], dict[str, Any]]:
        """`CursorPagination`: wherever the next link leads."""
        url, body = self.ask(asked["url"]) if asked else self.first(self.config.page_size)
        return rows_of(body, "results"), {"url": next_link(url, body["next"])} if body["next"] else {}

    def tags(self, asked: dict[str, Any]) -> tuple[list[Any], dict[str, Any]]:
        """`PageNumberPagination`: the next number, until there is no such page; 404 before the last link is an error."""
        page = asked.get("page", 1)
        try:
            _, body = self.ask(f"{API}/tags/", page=page, page_size=self.config.page_size)
        except requests.HTTPError as error:
            if error.response.status_code != 404 or not asked.get("seen_last"):
                raise
            return [], {}
        rows = rows_of(body, "results")
        if body["next"] and not rows:
            raise ValueError(f"tags: page {page} is empty, and has a next one")
        return rows, {"page": page + 1, "seen_last": body["next"] is None} if rows else {}

    def get_total_records_count(self) -> int | None:
        try:
            return self.first(1)[1].get("count") or None
        except Exception:
            return None
