"""The API and its streams."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Annotated, Any, Literal, Self

from pydantic import Field, model_validator

from contract.description.auth import Auth, OAuth
from contract.description.base import Part
from contract.description.incremental import Incremental
from contract.description.limits import Allowance, RateLimit
from contract.description.paging import Keyset, Page, Paging, Relay, Single
from contract.description.places import MISSING, Found, Keys, Sent, look_up
from contract.messages import origin_of

PathText = Annotated[
    str, Field(pattern=r"^/", description="A path below the base URL, with its leading slash: `/customers`.")
]


ErrorBody = dict[str, Any] | str
"""JSON, or text."""


class Check(Part):
    """The endpoint that `check_connection` asks."""

    path: PathText
    closed: Literal[401, 403] | None = Field(
        None, description="What it answers to credentials that can read streams and nothing else; absent: it is open."
    )
    method: Literal["GET", "POST"] = Field("GET", description="How it is asked.")
    body: dict[str, Any] = Field(default_factory=dict, description="What it answers.")
    public: bool = Field(False, description="Answers so whatever the credentials, as a root URL may.")


class Count(Part):
    """An endpoint of its own that tells the number of records, under the stream's filters."""

    path: PathText
    method: Literal["GET", "POST", "HEAD"] | None = Field(None, description="How it is asked; absent: by GET or POST.")
    total: Found = Field(description="Where the number is in its answer.")

    @model_validator(mode="after")
    def _readable(self) -> Self:
        if self.method == "HEAD" and self.total.where == "body":
            raise ValueError("the answer to HEAD has no body: write `total: header:…`")
        return self


class PageSize(Part):
    """The parameter that asks for a number of records a page."""

    send: Sent = Field(description="Where the number is sent.")
    option: str | None = Field(None, description="The connector's option for it; absent: it has none.")
    default: int = Field(20, ge=1, description="What the API serves when it is not asked.")
    max: int = Field(100, ge=1, description="The most that the API serves.")
    min: int = Field(1, ge=0, description="The least that it accepts: 0 where a page of nothing may be asked.")
    over: Literal["refuse", "cap", "serve"] = Field(
        "refuse", description="More than `max` is refused with 400, capped silently, or served."
    )
    zero: Literal["refuse", "fail", "everything"] = Field(
        "refuse", description="A size of 0, where `min` does not allow it: 400, 500, or all records at once."
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


class Totals(Part):
    """What `total` tells, and the endpoint `count`, where it is not the number of the records that are asked for."""

    cap: int | None = Field(None, ge=1, description="The largest number that is told, however many there are.")
    unfiltered: bool = Field(False, description="The number of all records, whatever the filters.")
    when_paged: bool = Field(
        False, description="`total` is there only where the page size or the position was sent, not in a bare request."
    )


Signal = Literal["total", "more", "pages"]

Empty = Literal["absent", "null", "no_content", "empty_body", "not_found"]
"""The key of the records is absent or null; the answer is 204, 200 without a body, or 404 without a body."""


Order = Literal["fixed", "oldest_change", "newest_change", "ties"]


class Listing(Part):
    """Something that the API lists, page by page."""

    path: PathText
    method: Literal["GET", "POST"] = Field("GET", description="How it is asked.")
    headers: dict[str, str] = Field(default_factory=dict, description="Headers that each request must carry, or 400.")
    body: dict[str, Any] | None = Field(None, description="What the body of each request must hold besides, or 400.")
    records: Keys | None = Field(None, description="Where the records are in the answer; absent: it is the bare array.")
    keyed: bool = Field(False, description="The records are the values of an object, their ids its keys.")
    envelope: dict[str, Any] = Field(default_factory=dict, description="What else every answer holds.")
    id: Keys = Field(("id",), description="The key of a record that identifies it.")
    paging: Paging = Field(description="How one page leads to the next.")
    page_size: PageSize | None = Field(None, description="The parameter for it; absent: the API has none.")
    total: Found | None = Field(None, description="Where the number of all records is found.")
    totals: Totals = Field(Totals(), description="What the number is, where it is not that of what is asked for.")
    included: dict[str, dict[str, Any]] = Field(
        default_factory=dict,
        description="By the key of the answer where they stand: an object for each record of the page; `{id}` is its id.",
    )
    phantom_next: bool = Field(False, description="A last page that is full says that there is more: an empty page.")
    timestamp: Keys | None = Field(None, description="The key of a record that its timestamp is taken from.")
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
    def _stands_apart(self) -> Self:
        for place in self.included:
            one, other = f"{place}.", f"{'.'.join(self.records or ())}."
            if one.startswith(other) or other.startswith(one):
                raise ValueError(f"`included` names `{place}`, where the records are")
        return self

    @model_validator(mode="after")
    def _leads_somewhere(self) -> Self:
        if self.phantom_next and getattr(self.paging, "past_end", "empty") != "empty":
            raise ValueError("`phantom_next` leads to an empty page: `paging.past_end` must be empty")
        return self

    @model_validator(mode="after")
    def _pages(self) -> Self:
        told = {"total": self.total} | {
            name: getattr(self.paging, name, None) for name in ("next", "more", "last", "link", "pages")
        }
        inside = {name: place.keys for name, place in told.items() if place is not None and place.where == "body"}
        if self.records is None and inside:
            raise ValueError(
                "`records` is absent (a bare array), so nothing else can be in the body: say where they are"
            )
        for name, keys in inside.items():  # a GraphQL connection is an object, with the edges among what it holds
            if self.records and keys[: len(self.records)] == self.records and not isinstance(self.paging, Relay):
                raise ValueError(f"`{name}` is inside the records (`records: {'.'.join(self.records)}`); one is wrong")
            if isinstance(self.paging, Relay) and keys == self.records:
                raise ValueError(f"`{name}` stands where the connection does; write `{'.'.join(keys)}.totalCount`")
        if self.records is None and (self.envelope or self.keyed or self.included):
            raise ValueError("`envelope`, `included` and `keyed` need `records`: where the records are in the answer")
        if isinstance(self.paging, Relay) and self.keyed:
            raise ValueError("a GraphQL connection is not `keyed`")
        if isinstance(self.paging, Relay) and (self.method != "POST" or not self.records):
            raise ValueError(
                "relay paging needs `method: POST`, and in `records` the connection: `records: data.orders`"
            )
        if isinstance(self.paging, Page) and self.page_size is None:
            raise ValueError("page paging needs `page_size`: its parameter and what the API serves")
        if isinstance(self.paging, Single) and self.page_size is not None:
            raise ValueError("`page_size` says nothing with `style: none`: everything comes in one answer")
        return self


class Children(Listing):
    """A list that each record of a stream has of its own: the comments of an issue."""

    path: PathText = Field(description="Below the base URL, with `{id}` for the parent: `/issues/{id}/comments`.")
    parent: Sent | None = Field(None, description="Where the parent's id is sent, where it is not in the path.")
    into: Keys = Field(description="The key of a delivered record under which the connector puts its children.")
    embedded: Keys | None = Field(
        None,
        description="The key of the parent that holds the first page, in the form of the endpoint's own answer; "
        "of GraphQL the connection itself, where the query for the parents asks for that field.",
    )

    @model_validator(mode="after")
    def _knows_its_parent(self) -> Self:
        if ("{id}" in self.path) is (self.parent is not None):
            raise ValueError("write `{id}` in the path, or say in `parent` where the parent's id is sent: one of them")
        if self.embedded is not None and self.records is None:
            raise ValueError("`embedded` needs `records`: a bare array could not say that there is more")
        return self


ID_JOINT = "/"
"""Between the parts of an id that is made of several keys."""


class Stream(Listing):
    """One collection of the API."""

    id_with: tuple[Keys, ...] = Field(
        (),
        description="The keys that identify a record only together with `id`: `[campaign, country]` of a daily report.",
    )
    count: Count | None = Field(None, description="The endpoint that tells it, where it has one of its own.")
    filters: dict[str, Filter] = Field(default_factory=dict, description="By the connector's option.")
    optional: tuple[Signal, ...] = Field((), description="Signals that may be absent, null, 0 or wrong.")
    empty: tuple[Empty, ...] = Field(
        (), description="What the API documents as a page without records, besides an empty list."
    )
    short_page_is_last: bool = Field(False, description="The API's own word that a short page is the last one.")
    order: Order = Field(
        "fixed",
        description="What becomes of a record that is not read yet when it is changed: `fixed`, it keeps its place; "
        "`oldest_change`, it goes to the end; `newest_change`, to the front, where it is lost to that sync. `ties`: the "
        "order is by a key that several records share, of which some are lost when others are deleted.",
    )
    tombstone: dict[str, Any] | None = Field(
        None, description="What stands in the list for a record that was deleted; `{id}` is its id. Absent: nothing."
    )
    public: bool = Field(False, description="Needs no credentials.")
    incremental: Incremental | None = Field(None, description="The filter by the time of change, where it has one.")
    depth_cap: int | None = Field(
        None, ge=1, description="Records behind which the API does not page: a position beyond it is refused with 400."
    )
    cap_is_end: bool = Field(
        False,
        description="The API's own word that nobody can have what is behind `depth_cap`: a sync ends there, with a warning.",
    )
    params: tuple[str, ...] = Field((), description="Query parameters that are accepted besides.")
    children: dict[str, Children] = Field(default_factory=dict, description="Lists of its records, by name.")
    id_options: dict[str, str] = Field(
        default_factory=dict,
        description="The connector's options that list the ids of what it reads, each with the stream whose ids they are: "
        "`{project_ids: projects}`. They are set to the ids of all its records.",
    )

    @model_validator(mode="after")
    def _consistent(self) -> Self:
        signals = {
            "total": self.total,
            "more": getattr(self.paging, "more", None),
            "pages": getattr(self.paging, "pages", None),
        }
        if self.records is None and "absent" in self.empty:
            raise ValueError(
                "`records` is absent (a bare array), so no key can be: write `empty: [null]` or leave it out"
            )
        told = self.incremental.complete_until if self.incremental else None
        if self.records is None and told is not None and told.where == "body":
            raise ValueError(f"`records` is absent (a bare array), which has no room for {told}: say `header:…`")
        for signal in self.optional:
            if signals[signal] is None:
                raise ValueError(f"`optional` names `{signal}`, but no place of it is given; say where it is found")
        return self

    def name_of(self, record: Mapping[str, Any]) -> str | None:
        """What identifies ``record``, as text; None where a part of it is missing or null."""
        parts = [look_up(record, keys) for keys in (self.id, *self.id_with)]
        return None if any(part is MISSING or part is None for part in parts) else ID_JOINT.join(map(str, parts))

    @model_validator(mode="after")
    def _ends_at_a_cap(self) -> Self:
        if self.cap_is_end and self.depth_cap is None:
            raise ValueError("`cap_is_end` needs `depth_cap`: how many records can be had")
        return self

    @model_validator(mode="after")
    def _has_one_id(self) -> Self:
        if self.id_with and (self.keyed or self.children or isinstance(self.paging, Keyset)):
            raise ValueError(
                "`id_with`: records that are `keyed`, have `children` or are paged by keyset have one id each"
            )
        return self

    @model_validator(mode="after")
    def _has_one_order(self) -> Self:
        if isinstance(self.paging, Keyset) and self.incremental and self.incremental.order != "none":
            raise ValueError("keyset paging is in the order of its key: `incremental.order` must be none")
        if isinstance(self.paging, Keyset) and self.order != "fixed":
            raise ValueError("keyset paging is in the order of its key: `order` must be fixed")
        return self


class Transient(Part):
    """A refusal that passes, although its status does not say so."""

    status: int = Field(ge=200, le=599, description="The status: 422, or 200.")
    body: dict[str, Any] = Field(description="The body that says so: `{reason: timeout}`.")


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
    error_body: ErrorBody = Field(
        default_factory=lambda: {"error": {"message": "{reason}"}},
        description="The body of an error, as JSON or as text (HTML, XML); `{reason}` and `{status}` are filled in.",
    )
    failure_body: ErrorBody | None = Field(
        None, description="The body of a 5xx, where something in front of the API writes it; absent: `error_body`."
    )
    unauthorized: Literal[200, 400, 401, 403] = Field(
        401, description="The status that wrong or missing credentials get; 200: the body alone says so."
    )
    bad_request: Literal[200, 400, 422, 500] = Field(
        400, description="The status of a mistake of the client's; 200: the body alone says so."
    )
    not_found: Literal[200, 400, 404] = Field(
        404, description="The status of what is not there; 200: the body alone says so."
    )
    unknown_parameters: Literal["ignore", "refuse", "empty"] = Field(
        "ignore", description="A query parameter that is not described: ignored, 400, or an answer without records."
    )
    transient: tuple[Transient, ...] = Field(
        (), description="Refusals that pass, although their status does not say so."
    )
    limits: Allowance | None = Field(None, description="How often it may be asked.")
    rate_limit: RateLimit | None = Field(
        None, description="How it says that it was asked too often, where it is not 429 with Retry-After in seconds."
    )
    handlers: tuple[str, ...] = Field(
        (),
        description="Python files with what YAML cannot say (`@contract.handles`), relative to this file: asked first.",
    )
    streams: dict[str, Stream] = Field(min_length=1, description="By bizon's name of the stream.")

    @model_validator(mode="after")
    def _knows_whose_ids(self) -> Self:
        for name, stream in self.streams.items():
            for option, of in stream.id_options.items():
                if of not in self.streams:
                    raise ValueError(f"streams.{name}.id_options.{option}: there is no stream `{of}`")
        return self

    @property
    def root(self) -> str:
        """The base URL without a trailing slash."""
        return self.base_url.rstrip("/")

    @property
    def internal_origins(self) -> tuple[str, ...]:
        """Where links of servers behind a proxy lead, which no client reaches."""
        hosts = [getattr(stream.paging, "host", None) for stream in self.streams.values()]
        return tuple(dict.fromkeys(origin_of(host) for host in hosts if host))

    @property
    def origins(self) -> tuple[str, ...]:
        """Scheme, host and port of every described host, the API's own first."""
        urls = [self.base_url, *(auth.token_url for auth in self.auth if isinstance(auth, OAuth))]
        return tuple(dict.fromkeys(origin_of(url) for url in urls))
