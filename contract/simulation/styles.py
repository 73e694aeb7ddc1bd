"""The paging styles: one small class for each. How a request says where it is, and how an answer leads on."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field, replace
from typing import Any, Protocol, assert_never
from urllib.parse import quote, unquote_plus, urlencode, urlsplit

from typing_extensions import override

from contract.description import paging
from contract.description.api import Listing
from contract.description.places import MISSING, Place, take_out
from contract.messages import Request, Response, ServedPage, json_response
from contract.simulation.collection import Collection, Held
from contract.simulation.manners import Manners, SignalManner
from contract.simulation.paging import (
    BadPosition,
    GoneByThen,
    Slice,
    Token,
    by_key,
    by_offset,
    by_page,
    by_token,
    pages_of,
    whole,
)

LINK_PARAMETER = "cursor"
"""The query parameter in which the simulated API's links hold their position."""


class Cursors(Protocol):
    """Who knows which opaque positions were issued."""

    def token(self, text: Any) -> Token:
        """The position behind ``text``; the beginning for MISSING and None.

        Raises:
            BadPosition: it was never issued.
            ExpiredPosition: it is no longer honoured.
        """


@dataclass(frozen=True)
class Asked:
    """One list request: the records that it selects, in order, and how many of them it wants on a page."""

    request: Request
    records: list[Held]
    size: int
    collection: Collection
    manners: Manners
    cursors: Cursors
    root: str
    """The base URL of the API, without a slash at its end."""


@dataclass
class Answer:
    """The answer being made: its JSON body, its headers, and the link to the next page as a note for the judge."""

    body: Any = field(default_factory=dict)
    headers: list[tuple[str, str]] = field(default_factory=list)
    link: str | None = None

    def records(self, keys: Sequence[str] | None, rows: Any) -> None:
        """Write the records at ``keys``; None: they are the whole body."""
        if keys is None:
            self.body = rows
        else:
            Place("body", tuple(keys)).put(self.body, self.headers, rows)

    def put(self, place: Place | None, value: Any, manner: SignalManner = "right") -> None:
        """Write a signal where it belongs, as the API tells it today."""
        if place is not None and manner != "absent":
            place.put(self.body, self.headers, _told(value, manner))

    def without_records(self, keys: Sequence[str] | None, manner: str) -> None:
        """Turn a page of no records into what the API documents as one."""
        if manner == "absent" and keys is not None:
            take_out(self.body, keys)
        elif manner == "null":
            self.records(keys, None)
        elif manner in NO_BODY:
            self.body = NO_BODY[manner]

    def response(self, page: ServedPage | None = None) -> Response:
        """The answer as it is sent."""
        if isinstance(self.body, _NoBody):
            length = () if self.body.status == 204 else (("Content-Length", "0"),)
            return Response(self.body.status, (*length, *self.headers), b"", page=page)
        return json_response(200, self.body, tuple(self.headers), page)


@dataclass(frozen=True)
class _NoBody:
    status: int


NO_BODY = {"no_content": _NoBody(204), "empty_body": _NoBody(200), "not_found": _NoBody(404)}


class Style:
    """A paging style acted out. This base serves everything in one answer."""

    def slice(self, asked: Asked) -> Slice:
        """The page that ``asked`` is about.

        Raises:
            BadPosition: the position in the request is none of the API's.
            ExpiredPosition: it was one.
            GoneByThen: there is no such page, which the API answers with 404.
        """
        return Slice(tuple(asked.records), None, more=False)

    def first(self, asked: Asked) -> Slice:
        """The first page, for a cursor that the API no longer honours and takes for none."""
        return by_token(asked.records, asked.cursors.token(None), asked.size, asked.manners)

    def rows(self, rows: Sequence[Mapping[str, Any]]) -> Any:
        """What stands at the place of the records."""
        return list(rows)

    def tell(self, asked: Asked, piece: Slice, answer: Answer) -> None:
        """Write what leads on, or says that it is over."""


@dataclass
class CursorStyle(Style):
    """An opaque value that comes back."""

    described: paging.Cursor

    def __post_init__(self) -> None:
        self._issued: list[str] = []

    @override
    def slice(self, asked: Asked) -> Slice:
        sent = self.described.send.sent_in(asked.request)
        return by_token(asked.records, asked.cursors.token(self._text(sent)), asked.size, asked.manners)

    @override
    def tell(self, asked: Asked, piece: Slice, answer: Answer) -> None:
        answer.put(self.described.more, piece.more, asked.manners.more)
        _put_next(self.described.next, self.described.end, self._shaped(piece.next), answer)

    def _shaped(self, text: str | None) -> Any:
        """A cursor in the shape that the API gives it."""
        if text is None:
            return None
        match self.described.shape:
            case "text":
                return text
            case "integer":
                if text not in self._issued:
                    self._issued.append(text)
                return FIRST_INTEGER + self._issued.index(text)
            case "list":
                return [len(text), text]
            case "object":
                return {"position": text, "scope": {"size": len(text)}}

    def _text(self, sent: Any) -> Any:
        """The text behind a cursor that was sent back, letter for letter the one issued."""
        if sent is MISSING or sent is None or self.described.shape == "text":
            return sent
        if self.described.shape == "integer":
            number = whole(sent, "cursor", least=FIRST_INTEGER) - FIRST_INTEGER
            if number >= len(self._issued):
                raise BadPosition(f"invalid cursor {str(sent)[:40]!r}")
            return self._issued[number]
        text = sent[-1] if isinstance(sent, list) and sent else sent.get("position") if isinstance(sent, dict) else None
        if not isinstance(text, str) or self._shaped(text) != sent:
            raise BadPosition(f"the cursor is {str(sent)[:40]!r}, which is not what the API gave")
        return text


PRINTABLE = "".join(map(chr, range(0x21, 0x7F)))
"""Characters that a link repeats as they were sent; what no URL can hold is percent-encoded (RFC 3986, section 2.1)."""

FIRST_INTEGER = 1000
"""The first cursor of an API whose cursors are whole numbers."""


def _address(asked: Asked) -> tuple[str, list[str]]:
    """The URL that was asked, without its query, and the parameters, as a link may repeat them."""
    path, _, query = quote(asked.request.url, safe=PRINTABLE, errors="replace").partition("?")
    return path, [part for part in query.split("&") if part]


class _Links(Style):
    """A URL that is asked next. Its position is a query parameter of the API's own."""

    form: str
    host: str | None
    drops: tuple[str, ...]

    @override
    def slice(self, asked: Asked) -> Slice:
        sent = Place("query", (LINK_PARAMETER,)).sent_in(asked.request)
        return by_token(asked.records, asked.cursors.token(sent), asked.size, asked.manners)

    def link(self, asked: Asked, position: str) -> str:
        """The URL of the next page, with every parameter of this request but its own position and what is dropped."""
        path, sent = _address(asked)
        manners = asked.manners
        gone = tuple(f"{name}=" for name in (LINK_PARAMETER, *self.drops))
        kept = [part for part in sent if not part.startswith(gone)]
        added = [part for part in manners.link_extra.split("&") if part and part not in kept]
        params = "&".join([*kept, *added, urlencode({LINK_PARAMETER: position}, quote_via=quote, safe="")])
        match manners.link_form or self.form:
            case "host_relative":
                return f"{urlsplit(path).path}?{params}"
            case "path_relative":
                return f"?{params}"
            case "base_relative":
                return f"{path.removeprefix(asked.root)}?{params}"
            case _:
                return f"{path if self.host is None else self.host + urlsplit(path).path}?{params}"


class NextUrlStyle(_Links):
    """A URL in the body, or in a header of the API's own."""

    def __init__(self, described: paging.NextUrl) -> None:
        self.described = described
        self.form, self.host, self.drops = described.form, described.host, described.drops

    @override
    def tell(self, asked: Asked, piece: Slice, answer: Answer) -> None:
        answer.put(self.described.more, piece.more, asked.manners.more)
        answer.link = None if piece.next is None else self.link(asked, piece.next)
        _put_next(self.described.next, self.described.end, answer.link, answer)


class LinkHeaderStyle(_Links):
    """A URL in the Link header, perhaps among others (RFC 8288, section 3)."""

    def __init__(self, described: paging.LinkHeader) -> None:
        self.described = described
        self.form, self.host, self.drops = described.form, described.host, described.drops

    @override
    def tell(self, asked: Asked, piece: Slice, answer: Answer) -> None:
        answer.put(self.described.more, piece.more, asked.manners.more)
        answer.link = None if piece.next is None else self.link(asked, piece.next)
        text = self._text(asked, answer.link)
        if text is not None:
            answer.headers.append(("Link", text))

    def _text(self, asked: Asked, link: str | None) -> str | None:
        first = f'<{asked.request.url.partition("?")[0]}>; rel="first"'
        if link is None:
            return {"absent": None, "empty": "", "others": first}[self.described.end]
        match asked.manners.link_header:
            case "among":
                return f'{first}, <{link}>; rel="next", {first.replace("first", "last")}'
            case "behind":
                return f'{first}, <{link}>; rel="next"'
            case "unquoted":
                return f"<{link}>; rel=next"
            case "typed":
                return f'<{link}>; type="application/json"; rel="next"'
            case "plain":
                return f'<{link}>; rel="next"'


@dataclass
class NextHeaderStyle(Style):
    """A header whose value the next request sends."""

    described: paging.NextHeader

    @override
    def slice(self, asked: Asked) -> Slice:
        sent = self.described.send.sent_in(asked.request)
        if self.described.value == "token":
            return by_token(asked.records, asked.cursors.token(sent), asked.size, asked.manners)
        piece = by_page(asked.records, sent, asked.size, 1, asked.manners)
        number = 1 if sent is MISSING else int(str(sent))
        return replace(piece, next=number + 1 if piece.more else None)

    @override
    def tell(self, asked: Asked, piece: Slice, answer: Answer) -> None:
        if piece.next is not None:
            answer.headers.append((self.described.header, str(piece.next)))
        elif self.described.end == "empty":
            answer.headers.append((self.described.header, ""))


@dataclass
class RelayStyle(Style):
    """A GraphQL connection."""

    described: paging.Relay
    connection: Place

    @override
    def slice(self, asked: Asked) -> Slice:
        sent = self.described.send.sent_in(asked.request)
        return by_token(asked.records, asked.cursors.token(sent), asked.size, asked.manners)

    @override
    def rows(self, rows: Sequence[Mapping[str, Any]]) -> Any:
        if self.described.nodes == "nodes":
            return {"nodes": list(rows)}
        return {"edges": [{"node": row} for row in rows]}

    @override
    def tell(self, asked: Asked, piece: Slice, answer: Answer) -> None:
        info = {"hasNextPage": piece.more, "endCursor": piece.next}
        Place("body", (*self.connection.keys, "pageInfo")).put(answer.body, answer.headers, info)


@dataclass
class OffsetStyle(Style):
    """A number of records to skip."""

    described: paging.Offset

    @override
    def slice(self, asked: Asked) -> Slice:
        piece = by_offset(asked.records, self.described.send.sent_in(asked.request), asked.size, asked.manners)
        _refuse_past_end(self.described.past_end, piece)
        return piece

    @override
    def tell(self, asked: Asked, piece: Slice, answer: Answer) -> None:
        answer.put(self.described.more, piece.more, asked.manners.more)
        answer.put(self.described.last, not piece.more, asked.manners.more)
        sent = self.described.send.sent_in(asked.request)
        _put_link(self.described, asked, piece, (0 if sent is MISSING else int(str(sent))) + len(piece.records), answer)


@dataclass
class PageStyle(Style):
    """The number of a page."""

    described: paging.Page

    @override
    def slice(self, asked: Asked) -> Slice:
        sent = self.described.send.sent_in(asked.request)
        piece = by_page(asked.records, sent, asked.size, self.described.start, asked.manners)
        _refuse_past_end(self.described.past_end, piece)
        return piece

    @override
    def tell(self, asked: Asked, piece: Slice, answer: Answer) -> None:
        answer.put(self.described.more, piece.more, asked.manners.more)
        count = len(asked.records)
        answer.put(
            self.described.pages, pages_of(count, asked.size, asked.manners) if asked.size else 0, asked.manners.pages
        )
        sent = self.described.send.sent_in(asked.request)
        _put_link(
            self.described, asked, piece, (self.described.start if sent is MISSING else int(str(sent))) + 1, answer
        )


@dataclass
class KeysetStyle(Style):
    """The key of the last record."""

    described: paging.Keyset
    key: tuple[str, ...]

    @override
    def slice(self, asked: Asked) -> Slice:
        sent = self.described.send.sent_in(asked.request)
        return by_key(asked.records, sent, asked.size, self.key, asked.collection, asked.manners)

    @override
    def tell(self, asked: Asked, piece: Slice, answer: Answer) -> None:
        answer.put(self.described.more, piece.more, asked.manners.more)


def style_of(stream: Listing) -> Style:
    """The style in which ``stream`` is paged."""
    match stream.paging:
        case paging.Cursor() as described:
            return CursorStyle(described)
        case paging.NextUrl() as described:
            return NextUrlStyle(described)
        case paging.LinkHeader() as described:
            return LinkHeaderStyle(described)
        case paging.NextHeader() as described:
            return NextHeaderStyle(described)
        case paging.Relay() as described:
            return RelayStyle(described, Place("body", stream.records or ()))
        case paging.Offset() as described:
            return OffsetStyle(described)
        case paging.Page() as described:
            return PageStyle(described)
        case paging.Keyset() as described:
            return KeysetStyle(described, described.key or stream.id)
        case paging.Single():
            return Style()
        case _:
            assert_never(stream.paging)


def _put_next(place: Place, end: str, value: Any, answer: Answer) -> None:
    if value is not None:
        answer.put(place, value)
    elif end != "absent":
        answer.put(place, None if end == "null" else "")


def _put_link(described: paging.Offset | paging.Page, asked: Asked, piece: Slice, onward: int, answer: Answer) -> None:
    """The URL of the page at ``onward`` as a signal that there is one."""
    if described.link is None:
        return
    path, sent = _address(asked)
    name = described.send.keys[0]
    kept = [part for part in sent if unquote_plus(part.partition("=")[0]) != name]
    link = f"{path}?{'&'.join([*kept, urlencode({name: onward})])}" if piece.more else None
    _put_next(described.link, "null", link, answer)


def _refuse_past_end(past_end: str, piece: Slice) -> None:
    """The first page is always there, though it may be empty."""
    if past_end == "not_found" and not piece.records and not piece.more and not piece.first:
        raise GoneByThen("there is no such page")


def _told(value: Any, manner: SignalManner) -> Any:
    """A signal as the API tells it. A wrong number is too small, a wrong flag is turned round."""
    match manner:
        case "null":
            return None
        case "zero":
            return 0
        case "capped":
            return min(value, max(1, value // 2))
        case "wrong":
            return (not value) if isinstance(value, bool) else max(0, value // 2)
        case _:
            return value
