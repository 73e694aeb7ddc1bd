"""The paging styles, as one tagged union. `send` is where the position is sent, `next` where the next one is found."""

from __future__ import annotations

from typing import Annotated, Literal

from pydantic import BeforeValidator, Field, WithJsonSchema

from contract.description.base import Part
from contract.description.places import Found, Keys, Sent

_MORE = "Where the answer says whether there is more (true or false)."


End = Annotated[
    Literal["null", "absent", "empty"],
    BeforeValidator(lambda value: "null" if value is None else value),  # YAML reads `end: null` as nothing
    WithJsonSchema({"enum": ["null", "absent", "empty", None]}),
]


class Cursor(Part):
    """The answer holds an opaque value that the next request sends back."""

    style: Literal["cursor"]
    send: Sent = Field(description="Where the cursor is sent.")
    next: Found = Field(description="Where the next cursor is found.")
    more: Found | None = Field(None, description=_MORE + " Absent: a missing next cursor is the end.")
    end: End = Field("null", description="What stands at `next` on the last page.")


class Offset(Part):
    """The request says how many records to skip."""

    style: Literal["offset"]
    send: Sent = Field(description="Where the number of skipped records is sent.")
    more: Found | None = Field(None, description=_MORE)
    last: Found | None = Field(None, description="Where the answer says that this is the last page (true or false).")


class Page(Part):
    """The request says which page it wants."""

    style: Literal["page"]
    send: Sent = Field(description="Where the page number is sent.")
    start: Literal[0, 1] = Field(1, description="The number of the first page.")
    pages: Found | None = Field(None, description="Where the number of pages is found.")
    more: Found | None = Field(None, description=_MORE)


class NextUrl(Part):
    """The answer holds the URL of the next page."""

    style: Literal["next_url"]
    next: Found = Field(description='Where the next URL is found: `links.next`, or `["@odata.nextLink"]`.')
    more: Found | None = Field(None, description=_MORE + " Absent: a missing link is the end.")
    form: Literal["absolute", "host_relative", "path_relative"] = Field(
        "absolute", description="How links are written."
    )
    end: End = Field("null", description="What stands at `next` on the last page.")


class Keyset(Part):
    """The request says after which record it wants to go on."""

    style: Literal["keyset"]
    send: Sent = Field(description="Where the key of the last record is sent.")
    key: Keys | None = Field(None, description="The key within a record; absent: the stream's `id`.")
    more: Found | None = Field(None, description=_MORE + " Absent: an empty page is the end.")


class Single(Part):
    """Everything comes in one answer."""

    style: Literal["none"]


Paging = Annotated[Cursor | Offset | Page | NextUrl | Keyset | Single, Field(discriminator="style")]
