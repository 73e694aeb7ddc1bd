"""Small described APIs, and a client that does by the book what they say."""

from __future__ import annotations

import json
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field, replace
from typing import Any
from urllib.parse import urlencode, urljoin

from requests.utils import parse_header_links

from contract.description.api import Api, Stream
from contract.description.auth import Auth
from contract.description.paging import (
    Cursor,
    Keyset,
    LinkHeader,
    NextHeader,
    NextUrl,
    Offset,
    Page,
    Relay,
    Single,
)
from contract.description.places import MISSING, Place, look_up, put
from contract.messages import Request, Response
from contract.simulation.api import SimulatedApi
from contract.simulation.auth import TokenManners
from contract.simulation.clock import VirtualClock
from contract.simulation.collection import Collection
from contract.simulation.manners import Manners

BASE = "https://api.acme.com/v2"

STYLES: dict[str, dict[str, Any]] = {
    "cursor": {"style": "cursor", "send": "after", "next": "next"},
    "offset": {"style": "offset", "send": "skip"},
    "page": {"style": "page", "send": "page"},
    "next_url": {"style": "next_url", "next": "links.next"},
    "link_header": {"style": "link_header"},
    "next_header": {"style": "next_header", "send": "page"},
    "relay": {"style": "relay"},
    "keyset": {"style": "keyset", "send": "after"},
    "none": {"style": "none"},
}
"""The paging styles, each described as shortly as it can be."""


def rows(count: int) -> list[tuple[str, dict[str, Any]]]:
    """Records `r00000`, `r00001`, ..., with numbers and colours."""
    colours = ("red", "green", "blue")
    return [
        (
            f"r{number:05d}",
            {"id": f"r{number:05d}", "number": number, "colour": colours[number % 3], "even": number % 2 == 0},
        )
        for number in range(count)
    ]


def stream(style: str = "cursor", paging: Mapping[str, Any] | None = None, **changes: Any) -> dict[str, Any]:
    """The description of a stream `/things`; ``paging`` is added to that of the style, ``changes`` to the stream's."""
    described: dict[str, Any] = {"path": "/things", "records": "data", "paging": STYLES[style] | dict(paging or {})}
    if style != "none":
        described["page_size"] = {"send": "argument:first" if style == "relay" else "size", "default": 3, "max": 50}
    if style == "relay":
        described |= {"method": "POST", "records": "data.things"}
    return {key: value for key, value in (described | changes).items() if value is not None}


def described(*auth: Mapping[str, Any], streams: Mapping[str, Any] | None = None, **changes: Any) -> Api:
    """An API with the stream `things`, unless others are given."""
    return Api.model_validate(
        {"base_url": BASE, "auth": list(auth), "streams": streams or {"things": stream()}, **changes}
    )


def simulated(
    api: Api | Mapping[str, Any] | None = None,
    count: int = 7,
    manners: Manners = Manners(),
    tokens: TokenManners = TokenManners(),
    auth: Sequence[Auth] | None = None,
) -> SimulatedApi:
    """``api`` (or an API of one stream) with ``count`` records in each stream, under a virtual clock."""
    api = api if isinstance(api, Api) else described(streams={"things": api or stream()})
    collections = {name: Collection(rows(count), each.order) for name, each in api.streams.items()}
    return SimulatedApi(api, collections, VirtualClock(), manners=manners, tokens=tokens, auth=auth)


def ask(
    api: SimulatedApi,
    path: str = "/things",
    method: str = "GET",
    headers: Mapping[str, str] | None = None,
    body: Any = None,
    **query: Any,
) -> Response:
    """The answer to one request; ``path`` is below the base URL, or a whole URL."""
    url = path if "://" in path else BASE + path
    if query:
        url += ("&" if "?" in url else "?") + urlencode(query, doseq=True)
    raw = b"" if body is None else json.dumps(body).encode()
    return api.respond(Request(method, url, tuple((headers or {}).items()), raw))


@dataclass
class Asked:
    """A request that is being put together."""

    method: str
    url: str
    query: dict[str, str] = field(default_factory=dict)
    headers: dict[str, str] = field(default_factory=dict)
    body: dict[str, Any] = field(default_factory=dict)

    def send(self, place: Place, value: Any) -> None:
        """Write ``value`` where the API wants it."""
        if place.where == "query":
            self.query[place.keys[0]] = str(value)
        elif place.where == "header":
            self.headers[place.keys[0]] = str(value)
        elif place.where == "argument":
            put(self.body, ("variables", place.keys[0]), value)
        else:
            put(self.body, place.keys, value)

    def request(self) -> Request:
        """The request."""
        query = urlencode(self.query)
        url = f"{self.url}{'&' if '?' in self.url else '?'}{query}" if query else self.url
        raw = json.dumps(self.body | self._query()).encode() if self.body else b""
        return Request(self.method, url, tuple(self.headers.items()), raw)

    def _query(self) -> dict[str, str]:
        """The GraphQL query of a body that has variables."""
        if "variables" not in self.body:
            return {}
        given = ", ".join(f"{name}: ${name}" for name in self.body["variables"])
        return {"query": f"query Q {{ things({given}) {{ edges {{ node {{ id }} }} }} }}"}


@dataclass(frozen=True)
class Walk:
    """What a client that follows the API's signals was answered."""

    answers: tuple[Response, ...]
    rows: tuple[tuple[dict[str, Any], ...], ...]

    @property
    def ids(self) -> list[str]:
        """The ids in the order they came."""
        return [row["id"] for page in self.rows for row in page]


def walk(api: SimulatedApi, size: int | None = None, name: str = "things", most: int = 500) -> Walk:
    """Every page of a stream, from the first to the one that the API itself calls the last."""
    book = Book(api.described.streams[name], size)
    answers: list[Response] = []
    pages: list[tuple[dict[str, Any], ...]] = []
    request: Request | None = book.first()
    while request is not None:
        assert len(answers) < most, "the pages do not end"
        answer = api.respond(request)
        assert answer.status == 200, answer.body
        answers.append(answer)
        pages.append(tuple(book.rows_of(answer)))
        request = book.after(request, answer)
    return Walk(tuple(answers), tuple(pages))


class Book:
    """What the description of a stream says a client has to do; it knows nothing of the simulation."""

    def __init__(self, described: Stream, size: int | None) -> None:
        self.stream = described
        self.size = size
        self.came = 0
        self.page = getattr(described.paging, "start", 0)

    def first(self) -> Request:
        """The request for the first page."""
        return self._asked().request()

    def rows_of(self, answer: Response) -> list[dict[str, Any]]:
        """The records of an answer."""
        found = answer.json if self.stream.records is None else look_up(answer.json, self.stream.records)
        if isinstance(self.stream.paging, Relay):
            return found["nodes"] if "nodes" in found else [edge["node"] for edge in found["edges"]]
        return list(found)

    def after(self, request: Request, answer: Response) -> Request | None:
        """The request for the page after ``answer``; None where it says that there is none."""
        found = self.rows_of(answer)
        self.came += len(found)
        self.page += 1
        return None if self._over(answer, found) else self._onward(request, answer, found)

    def _asked(self) -> Asked:
        stream = self.stream
        asked = Asked(stream.method, BASE + stream.path, headers=dict(stream.headers), body=dict(stream.body or {}))
        if isinstance(stream.paging, Relay):
            asked.body["variables"] = {"first": 3}
        if self.size is not None and stream.page_size is not None:
            asked.send(stream.page_size.send, self.size)
        return asked

    def _onward(self, request: Request, answer: Response, found: Sequence[Mapping[str, Any]]) -> Request | None:
        asked = self._asked()
        match self.stream.paging:
            case NextUrl() | LinkHeader() as paging:
                link = _link(paging, answer)
                return replace(request, url=urljoin(request.url, link)) if link else None
            case Cursor(send=send) | NextHeader(send=send) | Relay(send=send) as paging:
                token = self._token(paging, answer)
                if not token:
                    return None
                asked.send(send, token)
            case Offset(send=send):
                asked.send(send, self.came)
            case Page(send=send):
                asked.send(send, self.page)
            case Keyset(send=send, key=key):
                asked.send(send, look_up(found[-1], key or self.stream.id))
        return asked.request()

    def _token(self, paging: Cursor | NextHeader | Relay, answer: Response) -> Any:
        match paging:
            case Cursor(next=place):
                return place.found_in(answer)
            case NextHeader(header=header):
                return answer.header(header)
            case Relay():
                return look_up(answer.json, (*(self.stream.records or ()), "pageInfo", "endCursor"))

    def _over(self, answer: Response, found: Sequence[Any]) -> bool:
        """Whether the API says that this was the last page: in words, in numbers, or by an empty page."""
        paging = self.stream.paging
        if isinstance(paging, Single):
            return True
        if isinstance(paging, Relay):
            return not look_up(answer.json, (*(self.stream.records or ()), "pageInfo"))["hasNextPage"]
        for name, ends in (("more", False), ("last", True)):
            place = getattr(paging, name, None)
            if place is not None:
                told = place.found_in(answer)
                assert told is not MISSING
                return (told if isinstance(told, bool) else told == "true") is ends
        if isinstance(paging, Cursor | NextUrl | LinkHeader | NextHeader):
            return False
        pages = getattr(paging, "pages", None)
        if pages is not None:
            return self.page - getattr(paging, "start", 0) >= int(pages.found_in(answer))
        if self.stream.total is not None:
            return self.came >= int(self.stream.total.found_in(answer))
        return not found


def _link(paging: NextUrl | LinkHeader, answer: Response) -> str | None:
    if isinstance(paging, NextUrl):
        return paging.next.found_in(answer) or None
    told = parse_header_links(answer.header("Link") or "")
    return next((each["url"] for each in told if each.get("rel") == "next"), None)
