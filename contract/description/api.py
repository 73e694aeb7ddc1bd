"""The API and its streams."""

from __future__ import annotations

from typing import Annotated, Any, Literal, Self

from pydantic import Field, model_validator

from contract.description.auth import Auth, OAuth
from contract.description.base import Part
from contract.description.paging import Page, Paging, Single
from contract.description.places import Found, Keys, Sent
from contract.messages import origin_of

PathText = Annotated[
    str, Field(pattern=r"^/", description="A path below the base URL, with its leading slash: `/customers`.")
]


class Check(Part):
    """The endpoint that `check_connection` asks."""

    path: PathText
    closed: Literal[401, 403] | None = Field(
        None, description="What it answers to credentials that can read streams and nothing else; absent: it is open."
    )
    method: Literal["GET", "POST"] = Field("GET", description="How it is asked.")
    body: dict[str, Any] = Field(default_factory=dict, description="What it answers.")


class Count(Part):
    """An endpoint of its own that tells the number of records, under the stream's filters."""

    path: PathText
    total: Found = Field(description="Where the number is in its answer.")


class PageSize(Part):
    """The parameter that asks for a number of records a page."""

    send: Sent = Field(description="Where the number is sent.")
    option: str | None = Field(None, description="The connector's option for it; absent: it has none.")
    default: int = Field(20, ge=1, description="What the API serves when it is not asked.")
    max: int = Field(100, ge=1, description="The most that the API serves.")
    min: int = Field(1, ge=0, description="The least that it accepts: 0 where a page of nothing may be asked.")
    over: Literal["refuse", "cap"] = Field(
        "refuse", description="More than `max` is refused with 400, or capped silently."
    )

    @model_validator(mode="after")
    def _ordered(self) -> Self:
        if not self.min <= self.default and self.min <= self.max:
            raise ValueError(f"`default` {self.default} is below `min` {self.min}; raise the one or lower the other")
        if self.min > self.max:
            raise ValueError(f"`min` {self.min} is above `max` {self.max}; lower the one or raise the other")
        return self


class Filter(Part):
    """An option of the connector that the API understands as a parameter."""

    send: Sent = Field(description="Where the value is sent.")
    match: Keys | None = Field(
        None, description="The key of a record that the value selects; absent: it selects nothing."
    )
    separator: str | None = Field(None, description="What joins several values; absent: one value.")
    values: tuple[Any, ...] | None = Field(
        None, min_length=1, description="Values to try; absent: values that records hold at `match`."
    )

    @model_validator(mode="after")
    def _has_values(self) -> Self:
        if self.match is None and self.values is None:
            raise ValueError("give `match` (the key of a record that it selects) or `values` (what may be sent)")
        return self


Signal = Literal["total", "more", "pages"]


class Stream(Part):
    """One collection of the API."""

    path: PathText
    method: Literal["GET", "POST"] = Field("GET", description="How it is asked.")
    headers: dict[str, str] = Field(default_factory=dict, description="Headers that each request must carry, or 400.")
    body: dict[str, Any] | None = Field(None, description="What the body of each request must hold besides, or 400.")
    records: Keys | None = Field(None, description="Where the records are in the answer; absent: it is the bare array.")
    id: Keys = Field(("id",), description="The key of a record that identifies it.")
    paging: Paging = Field(description="How one page leads to the next.")
    page_size: PageSize | None = Field(None, description="The parameter for it; absent: the API has none.")
    total: Found | None = Field(None, description="Where the number of all records is found.")
    count: Count | None = Field(None, description="The endpoint that tells it, where it has one of its own.")
    filters: dict[str, Filter] = Field(default_factory=dict, description="By the connector's option.")
    timestamp: Keys | None = Field(None, description="The key of a record that its timestamp is taken from.")
    optional: tuple[Signal, ...] = Field((), description="Signals that may be absent, null, 0 or wrong.")
    short_page_is_last: bool = Field(False, description="The API's own word that a short page is the last one.")
    public: bool = Field(False, description="Needs no credentials.")
    record: dict[str, Any] | None = Field(None, description="A JSON Schema, or an example, of a record.")

    @property
    def schema_of_record(self) -> dict[str, Any] | None:
        """`record` where it is a JSON Schema: it has `properties`, `$schema` or `$ref`; else None."""
        if self.record and any(
            isinstance(self.record.get(key), dict | str) for key in ("properties", "$schema", "$ref")
        ):
            return self.record
        return None

    @model_validator(mode="after")
    def _consistent(self) -> Self:
        signals = {
            "total": self.total,
            "more": getattr(self.paging, "more", None),
            "pages": getattr(self.paging, "pages", None),
        }
        for signal in self.optional:
            if signals[signal] is None:
                raise ValueError(f"`optional` names `{signal}`, but no place of it is given; say where it is found")
        if self.records is None:
            inside = [self.total, *(getattr(self.paging, name, None) for name in ("next", "more", "last", "pages"))]
            if any(place is not None and place.where == "body" for place in inside):
                raise ValueError(
                    "`records` is absent (a bare array), so nothing else can be in the body: say where they are"
                )
        if isinstance(self.paging, Page) and self.page_size is None:
            raise ValueError("page paging needs `page_size`: its parameter and what the API serves")
        if isinstance(self.paging, Single) and self.page_size is not None:
            raise ValueError("`page_size` says nothing with `style: none`: everything comes in one answer")
        return self


class Api(Part):
    """What the API does."""

    base_url: str = Field(
        pattern=r"^https?://[^/?#]+", description="Absolute; paths are appended to it: `https://api.acme.com/v2`."
    )
    option: str = Field("base_url", description="The connector's option for the base URL, where it has one.")
    auth: tuple[Auth, ...] = Field((), description="What credentials it accepts; absent: it is public.")
    headers: dict[str, str] = Field(default_factory=dict, description="Headers that every request must carry, or 400.")
    check: Check | None = Field(
        None, description="The endpoint that `check_connection` asks, where it has one of its own."
    )
    error_body: dict[str, Any] = Field(
        default_factory=lambda: {"error": {"message": "{reason}"}},
        description="The body of an error; `{reason}` and `{status}` are filled in.",
    )
    streams: dict[str, Stream] = Field(min_length=1, description="By bizon's name of the stream.")

    @property
    def root(self) -> str:
        """The base URL without a trailing slash."""
        return self.base_url.rstrip("/")

    @property
    def origins(self) -> tuple[str, ...]:
        """Scheme, host and port of every described host, the API's own first."""
        urls = [self.base_url, *(auth.token_url for auth in self.auth if isinstance(auth, OAuth))]
        return tuple(dict.fromkeys(origin_of(url) for url in urls))
