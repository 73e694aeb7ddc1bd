"""The paging styles, as one tagged union. `send` is where the position is sent, `next` where the next one is found."""

from __future__ import annotations

from typing import Annotated, Literal, Self

from pydantic import BeforeValidator, Field, WithJsonSchema, model_validator

from contract.description.base import Part
from contract.description.places import Found, Keys, Sent

_DROPS = "Query parameters of the first request that the API's links do not repeat, and that have to be sent again."
_MORE = "Where the answer says whether there is more (true or false)."


End = Annotated[
    Literal["null", "absent", "empty"],
    BeforeValidator(lambda value: "null" if value is None else value),  # YAML reads `end: null` as nothing
    WithJsonSchema({"enum": ["null", "absent", "empty", None]}),
]


PastEnd = Annotated[
    Literal["empty", "not_found"],
    Field(description="What a page behind the last one is: a page without records, or 404."),
]

Foreign = Annotated[
    Literal["follow", "refuse", "wrong"],
    Field(
        description="A cursor that was issued under other filters: as good as any, an error, or 200 with a page that is not "
        "the next one."
    ),
]

LinkForm = Literal["absolute", "host_relative", "path_relative", "base_relative"]
"""`base_relative` is what stands behind the base URL, which no rule for URLs joins: `/orders?…` of https://host/v2/orders."""

_LINK = "Where the answer has the URL of the next page, null on the last one: it says whether there is more."

_HOST = (
    "Where the server's absolute links lead that does not know its public name, behind a proxy: `http://10.0.0.7:8080`."
)

LinkHost = Annotated[str | None, Field(pattern=r"^https?://[^/?#]+$", description=_HOST)]


class Cursor(Part):
    """The answer holds an opaque value that the next request sends back."""

    style: Literal["cursor"]
    send: Sent = Field(description="Where the cursor is sent.")
    next: Found = Field(description="Where the next cursor is found.")
    more: Found | None = Field(None, description=_MORE + " Absent: a missing next cursor is the end.")
    end: End = Field("null", description="What stands at `next` on the last page.")
    stale: Literal["refuse", "restart", "nothing"] = Field(
        "refuse", description="A cursor that has expired: an error, the first page again, or a page of nothing."
    )
    unknown: Literal["refuse", "restart", "nothing"] = Field(
        "refuse", description="A cursor that was never issued: 400, the first page, or a page of nothing."
    )
    foreign: Foreign = "follow"
    shape: Literal["text", "integer", "list", "object"] = Field(
        "text", description="What a cursor is in JSON; a list or an object goes back to the API as it came."
    )

    @model_validator(mode="after")
    def _fits(self) -> Self:
        if self.shape in ("list", "object") and "body" not in (self.send.where, self.next.where):
            raise ValueError(f"a cursor that is of `shape: {self.shape}` stands in bodies: write `send: body.…`")
        return self


class _Counted(Part):
    """The request says by a number where it is."""

    send: Sent
    link: Found | None = Field(None, description=_LINK)

    @model_validator(mode="after")
    def _fits(self) -> Self:
        if self.link is not None and self.send.where != "query":
            raise ValueError(f"`link` needs a position in the query, where a URL has it, and `send` is {self.send}")
        return self


class Offset(_Counted):
    """The request says how many records to skip."""

    style: Literal["offset"]
    send: Sent = Field(description="Where the number of skipped records is sent.")
    more: Found | None = Field(None, description=_MORE)
    last: Found | None = Field(None, description="Where the answer says that this is the last page (true or false).")
    past_end: PastEnd = "empty"


class Page(_Counted):
    """The request says which page it wants."""

    style: Literal["page"]
    send: Sent = Field(description="Where the page number is sent.")
    start: Literal[0, 1] = Field(1, description="The number of the first page.")
    pages: Found | None = Field(None, description="Where the number of pages is found.")
    more: Found | None = Field(None, description=_MORE)
    past_end: PastEnd = "empty"


class NextUrl(Part):
    """The answer holds the URL of the next page."""

    style: Literal["next_url"]
    next: Found = Field(description='Where the next URL is found: `links.next`, or `["@odata.nextLink"]`.')
    more: Found | None = Field(None, description=_MORE + " Absent: a missing link is the end.")
    form: LinkForm = Field("absolute", description="How links are written.")
    host: LinkHost = None
    drops: tuple[str, ...] = Field((), description=_DROPS)
    end: End = Field("null", description="What stands at `next` on the last page.")


class LinkHeader(Part):
    """The `Link` header holds the URL of the next page (RFC 8288)."""

    style: Literal["link_header"]
    more: Found | None = Field(None, description=_MORE + " Absent: a missing link is the end.")
    form: LinkForm = Field("absolute", description="How links are written.")
    host: LinkHost = None
    drops: tuple[str, ...] = Field((), description=_DROPS)
    end: Literal["absent", "empty", "others"] = Field(
        "absent", description="The header on the last page: none, an empty one, or one without `rel=next`."
    )


class NextHeader(Part):
    """A header holds what the next request sends: a page number (GitLab's `X-Next-Page`) or an opaque value."""

    style: Literal["next_header"]
    header: str = Field("X-Next-Page", min_length=1, description="The name of the header.")
    send: Sent = Field(description="Where its value is sent.")
    value: Literal["page", "token"] = Field("page", description="What it is: the number of the next page, or opaque.")
    end: Literal["empty", "absent"] = Field("empty", description="The header on the last page.")


class Relay(Part):
    """A GraphQL connection (https://relay.dev/graphql/connections.htm): `records` is where the connection is.

    It holds `edges` with a `node` each, or `nodes`, and a `pageInfo` with `hasNextPage` and `endCursor`.
    """

    style: Literal["relay"]
    send: Sent = Field("argument:after", validate_default=True, description="Where the cursor is sent.")
    nodes: Literal["edges", "nodes"] = Field("edges", description="Under which of the two the records are.")
    foreign: Foreign = "follow"


class Keyset(Part):
    """The request says after which record it wants to go on."""

    style: Literal["keyset"]
    send: Sent = Field(description="Where the key of the last record is sent.")
    key: Keys | None = Field(None, description="The key within a record; absent: the stream's `id`.")
    more: Found | None = Field(None, description=_MORE + " Absent: an empty page is the end.")


class Single(Part):
    """Everything comes in one answer."""

    style: Literal["none"]


Paging = Annotated[
    Cursor | Offset | Page | NextUrl | LinkHeader | NextHeader | Relay | Keyset | Single, Field(discriminator="style")
]
