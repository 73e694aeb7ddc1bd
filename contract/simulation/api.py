"""The described API: from a request to a response, from collections in memory, without I/O."""

from __future__ import annotations

import json
import re
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field, replace
from typing import Any
from urllib.parse import quote, unquote, urlencode, urlsplit

from contract.description.api import Api, Filter, Stream
from contract.description.auth import Auth, OAuth
from contract.description.paging import Cursor, Keyset, NextUrl, Offset, Page, Single
from contract.description.places import MISSING, Place, look_up
from contract.messages import Request, Response, ServedPage, json_response, origin_of
from contract.simulation.auth import TokenEndpoint, TokenManners, lets_in
from contract.simulation.collection import Collection, Held
from contract.simulation.manners import Manners, SignalManner
from contract.simulation.network import Clock
from contract.simulation.paging import (
    BadPosition,
    ExpiredPosition,
    Slice,
    Token,
    by_key,
    by_offset,
    by_page,
    by_token,
    decoded,
    pages_of,
    whole,
)

LINK_PARAMETER = "cursor"
"""The query parameter in which the simulated API's links hold their position."""


@dataclass(frozen=True)
class Endpoint:
    """What a request is for: its kind (`list`, `check`, `count` or `token`) and stream.

    An unknown path is a `list` of no stream: one that went astray.
    """

    kind: str
    stream: str | None = None


@dataclass(frozen=True)
class Route:
    """How a request gets to an endpoint; ``headers`` and ``body`` are what it must carry besides."""

    endpoint: Endpoint
    methods: tuple[str, ...]
    headers: Mapping[str, str] = field(default_factory=dict)
    body: Mapping[str, Any] = field(default_factory=dict)

    def fits(self, request: Request) -> bool:
        """Whether ``request`` is all that the endpoint asks for."""
        sent = request.json if isinstance(request.json, dict) else {}
        return (
            request.method in self.methods
            and all(request.header(key) == value for key, value in self.headers.items())
            and all(sent.get(key) == value for key, value in self.body.items())
        )


class Refusal(Exception):
    """The API refuses a request: a status and a reason."""

    def __init__(self, status: int, reason: str, headers: tuple[tuple[str, str], ...] = ()) -> None:
        super().__init__(reason)
        self.status = status
        self.reason = reason
        self.headers = headers


class SimulatedApi:
    """An API as its description says it is.

    ``auth`` restricts the accepted credentials to some of the described ones. ``served`` is called after each page
    of records, with the stream's name: there the world moves on.
    """

    def __init__(
        self,
        described: Api,
        collections: Mapping[str, Collection],
        clock: Clock,
        *,
        manners: Manners = Manners(),
        auth: Sequence[Auth] | None = None,
        tokens: TokenManners = TokenManners(),
    ) -> None:
        self.described = described
        self.collections = {name: collections.get(name, Collection()) for name in described.streams}
        self.clock = clock
        self.manners = manners
        self.auth: tuple[Auth, ...] = tuple(described.auth if auth is None else auth)
        self.endpoints = {
            _place_of(each.token_url): TokenEndpoint(each, tokens) for each in self.auth if isinstance(each, OAuth)
        }
        self.served: Callable[[str], None] = lambda stream: None
        self.reachable = frozenset(described.streams)
        """The streams that the credentials may read."""
        self._second, self._let_in = -1, 0
        self._era = 0
        self._routes = _routes(described)

    @property
    def hosts(self) -> dict[str, SimulatedApi]:
        """This API under every origin that it answers at."""
        return dict.fromkeys(self.described.origins, self)

    def kind(self, request: Request) -> str:
        """What ``request`` is for."""
        return self.endpoint(request).kind

    def endpoint(self, request: Request) -> Endpoint:
        """What ``request`` is for, and which stream."""
        if _place_of(request.url) in self.endpoints:
            return Endpoint("token")
        found = self._route(request)
        return found.endpoint if found else Endpoint("list")

    def _route(self, request: Request) -> Route | None:
        """The route of ``request``: one that fits, or else one of its path, which will say what is wrong."""
        routes = self._routes.get(_place_of(request.url), [])
        # Of two that fit alike the later one: a stream may stand where the check does.
        return min(
            reversed(routes),
            key=lambda route: (not route.fits(request), request.method not in route.methods),
            default=None,
        )

    def respond(self, request: Request) -> Response:
        """The answer to ``request``."""
        token_endpoint = self.endpoints.get(_place_of(request.url))
        if token_endpoint is not None:
            return token_endpoint.respond(request, self.clock.now())
        try:
            return self._respond(request)
        except Refusal as refusal:
            return json_response(refusal.status, self._error(refusal), refusal.headers)

    def expire_cursors(self) -> None:
        """Refuse every cursor that was issued until now."""
        self._era += 1

    def _error(self, refusal: Refusal) -> Any:
        values = {"{reason}": refusal.reason, "{status}": str(refusal.status)}
        template = json.dumps(self.described.error_body)
        return json.loads(re.sub(r"\{reason\}|\{status\}", lambda found: json.dumps(values[found[0]])[1:-1], template))

    def _respond(self, request: Request) -> Response:
        route = self._route(request)
        if route is None:
            raise Refusal(404, f"no such path: {request.path}")
        endpoint = route.endpoint
        if request.method not in route.methods:
            routes = self._routes[_place_of(request.url)]
            allowed = ", ".join(sorted({method for each in routes for method in each.methods}))
            raise Refusal(405, f"{request.path} takes {allowed}, not {request.method}", (("Allow", allowed),))
        stream = self.described.streams[endpoint.stream] if endpoint.stream else None
        self._admit(request, endpoint.stream, stream)
        if endpoint.kind == "check" and self.described.check:
            if self.manners.narrow and self.described.check.closed:
                raise Refusal(self.described.check.closed, f"these credentials may not read {request.path}")
            return json_response(200, self.described.check.body)
        assert endpoint.stream is not None
        assert stream is not None
        if endpoint.kind == "count":
            return self._counted(endpoint.stream, stream, request)
        return self._listed(endpoint.stream, stream, request)

    def _admit(self, request: Request, name: str | None, stream: Stream | None) -> None:
        now = self.clock.now()
        self._limit(now)
        public = not self.auth or (stream is not None and stream.public)
        if not public and not any(lets_in(auth, request, self.endpoints.values(), now) for auth in self.auth):
            raise Refusal(401, "missing or invalid credentials", (("WWW-Authenticate", "Bearer"),))
        if name is not None and name not in self.reachable:
            raise Refusal(403, f"these credentials may not read {name}")
        for key, value in (self.described.headers | (stream.headers if stream else {})).items():
            if request.header(key) != value:
                raise Refusal(400, f"header {key} must be {value!r}, not {request.header(key)!r}")
        for key, value in ((stream.body or {}) if stream else {}).items():
            sent = request.json.get(key) if isinstance(request.json, dict) else None
            if sent != value:
                raise Refusal(400, f"body.{key} must be {value!r}, not {sent!r}")

    def _limit(self, now: float) -> None:
        if self.manners.rate is None:
            return
        if int(now) != self._second:
            self._second, self._let_in = int(now), 0
        if self._let_in >= self.manners.rate:
            raise Refusal(429, "too many requests", (("Retry-After", "1"),))
        self._let_in += 1

    def _counted(self, name: str, stream: Stream, request: Request) -> Response:
        assert stream.count is not None
        body: dict[str, Any] = {}
        headers: list[tuple[str, str]] = []
        stream.count.total.put(body, headers, len(self._selected(name, stream, request)))
        return json_response(200, body, tuple(headers))

    def _listed(self, name: str, stream: Stream, request: Request) -> Response:
        records = self._selected(name, stream, request)
        size = self._page_size(stream, request, len(records))
        try:
            piece = self._slice(name, stream, request, records, size)
        except BadPosition as error:
            raise Refusal(400, str(error)) from None
        except ExpiredPosition:
            raise Refusal(self.manners.expired_status, "this cursor has expired: start again") from None
        answer = self._rendered(name, stream, piece, total=len(records), size=size)
        self.served(name)
        return answer

    def _selected(self, name: str, stream: Stream, request: Request) -> list[Held]:
        wanted = [
            (described.match, sent)
            for described in stream.filters.values()
            if (sent := filter_texts(described, request)) is not None and described.match
        ]
        return self.collections[name].where(
            lambda data: all(wire_text(look_up(data, keys)) in sent for keys, sent in wanted)
        )

    def _page_size(self, stream: Stream, request: Request, count: int) -> int:
        described = stream.page_size
        if described is None:
            return count if isinstance(stream.paging, Single) else 20
        asked = described.send.sent_in(request)
        if asked is MISSING:
            return min(described.default, described.max)
        try:
            size = whole(asked, str(described.send), least=described.min)
        except BadPosition as error:
            raise Refusal(400, str(error)) from None
        if size > described.max and described.over == "refuse":
            raise Refusal(400, f"{described.send} must be at most {described.max}, not {size}")
        return min(size, described.max)

    def _slice(self, name: str, stream: Stream, request: Request, records: list[Held], size: int) -> Slice:
        manners = self.manners
        match stream.paging:
            case Cursor(send=send):
                return by_token(records, self._token(send.sent_in(request)), size, manners)
            case NextUrl():
                sent = Place("query", (LINK_PARAMETER,)).sent_in(request)
                piece = by_token(records, self._token(sent), size, manners)
                return piece if piece.next is None else replace(piece, next=self._link(stream, request, piece.next))
            case Offset(send=send):
                return by_offset(records, send.sent_in(request), size, manners)
            case Page(send=send, start=start):
                return by_page(records, send.sent_in(request), size, start, manners)
            case Keyset(send=send, key=key):
                collection = self.collections[name]
                return by_key(records, send.sent_in(request), size, key or stream.id, collection, manners)
            case Single():
                return Slice(tuple(records), None, more=False)

    def _token(self, text: Any) -> Token:
        if text is MISSING or text is None:
            return Token(era=self._era)
        token = decoded(text, self.manners)
        if self.manners.expires_at is not None and token.number >= self.manners.expires_at and self._era == 0:
            self._era = 1
        if token.era != self._era:
            raise ExpiredPosition
        return token

    def _link(self, stream: Stream, request: Request, position: str) -> str:
        """The URL of the next page, with every parameter of this request but its own position."""
        assert isinstance(stream.paging, NextUrl)
        path, _, query = request.url.partition("?")
        extra = self.manners.link_extra
        kept = [part for part in query.split("&") if part and not part.startswith(f"{LINK_PARAMETER}=")]
        added = [part for part in extra.split("&") if part and part not in kept]
        params = "&".join([*kept, *added, urlencode({LINK_PARAMETER: position}, quote_via=quote, safe="")])
        form = self.manners.link_form or stream.paging.form
        parts = urlsplit(path)
        if form == "host_relative":
            return f"{parts.path}?{params}"
        if form == "path_relative":
            return f"?{params}"
        return f"{path}?{params}"

    def _rendered(self, name: str, stream: Stream, piece: Slice, *, total: int, size: int) -> Response:
        rows = [held.data for held in piece.records]
        page = ServedPage(name, tuple(held.id for held in piece.records), last=not piece.more)
        headers: list[tuple[str, str]] = []
        body: dict[str, Any] = {}
        self._signals(stream, piece, body, headers, total, size)
        if stream.records is None:
            return json_response(200, rows, tuple(headers), page)
        Place("body", stream.records).put(body, headers, rows)
        return json_response(200, body, tuple(headers), page)

    def _signals(
        self, stream: Stream, piece: Slice, body: dict[str, Any], headers: list[tuple[str, str]], total: int, size: int
    ) -> None:
        paging, manners = stream.paging, self.manners
        for place, value, manner in (
            (stream.total, total, manners.total),
            (getattr(paging, "more", None), piece.more, manners.more),
            (getattr(paging, "last", None), not piece.more, manners.more),
            (getattr(paging, "pages", None), pages_of(total, size, manners) if size else 0, manners.pages),
        ):
            if place is not None and manner != "absent":
                place.put(body, headers, _told(value, manner))
        if isinstance(paging, Cursor | NextUrl):
            if piece.next is not None:
                paging.next.put(body, headers, piece.next)
            elif paging.end != "absent":
                paging.next.put(body, headers, None if paging.end == "null" else "")


def filter_texts(described: Filter, request: Request) -> list[str] | None:
    """The values that ``request`` sends for a filter, as text; None where it sends none.

    Raises:
        Refusal: 400, where only certain values are accepted and this is none of them.
    """
    sent = described.send.sent_in(request)
    if sent is MISSING:
        return None
    if isinstance(sent, list):
        texts = [wire_text(value) for value in sent]
    else:
        text = wire_text(sent)
        texts = text.split(described.separator) if described.separator else [text]
    known = None if described.values is None else [wire_text(value) for value in described.values]
    if known is not None and described.match is None and not set(texts) <= set(known):
        raise Refusal(400, f"{described.send} must be one of {', '.join(known)}, not {','.join(texts)!r}")
    return texts


def wire_text(value: Any) -> str:
    """A value as it stands in a query: ``true`` and ``false`` for bool."""
    return str(value).lower() if isinstance(value, bool) else str(value)


def _told(value: bool | int, manner: SignalManner) -> Any:
    """A signal as the API tells it. A wrong number is too small, a wrong flag is turned round."""
    match manner:
        case "null":
            return None
        case "zero":
            return 0
        case "wrong":
            return (not value) if isinstance(value, bool) else max(0, value // 2)
        case _:
            return value


def _place_of(url: str) -> tuple[str, str]:
    """What a URL is routed by: its origin, and its path, decoded and without a slash at the end."""
    return origin_of(url), unquote(urlsplit(url).path).rstrip("/") or "/"


def _routes(described: Api) -> dict[tuple[str, str], list[Route]]:
    """Several streams may share a path: methods, headers or bodies then tell them apart."""
    found: dict[tuple[str, str], list[Route]] = {}
    if described.check:
        route = Route(Endpoint("check"), (described.check.method,))
        found.setdefault(_place_of(described.root + described.check.path), []).append(route)
    for name, stream in described.streams.items():
        if stream.count:
            route = Route(Endpoint("count", name), ("GET", "POST"))
            found.setdefault(_place_of(described.root + stream.count.path), []).append(route)
        route = Route(Endpoint("list", name), (stream.method,), stream.headers, stream.body or {})
        found.setdefault(_place_of(described.root + stream.path), []).append(route)
    return found
