"""The described API: from a request to a response, from collections in memory, without I/O."""

from __future__ import annotations

import functools
import zlib
from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field, replace
from typing import Any, NoReturn
from urllib.parse import unquote, urlsplit

from typing_extensions import override

from contract.description.api import Api, Filter, Listing, PageSize, Stream, Totals
from contract.description.auth import Auth, OAuth
from contract.description.graphql import arguments_for, problem_with
from contract.description.limits import Allowance
from contract.description.paging import Relay, Single
from contract.description.places import MISSING, Place, copied, look_up, put
from contract.errors import HandlerError
from contract.messages import Headers, Request, Response, ServedPage, json_response, origin_of
from contract.simulation.auth import TokenEndpoint, TokenManners, lets_in
from contract.simulation.children import Family
from contract.simulation.collection import Collection, Held
from contract.simulation.handlers import Handler, Page, Visit
from contract.simulation.incremental import BadInstant, Order, changed, complete_until
from contract.simulation.jobs import Jobs
from contract.simulation.limits import USUAL, Gate, told
from contract.simulation.manners import Manners
from contract.simulation.network import Clock
from contract.simulation.paging import BadPosition, ExpiredPosition, GoneByThen, Slice, Token, by_token, decoded, whole
from contract.simulation.styles import LINK_PARAMETER, Answer, Asked, Cursors, Style, style_of
from contract.simulation.words import error

DEFAULT_SIZE = 20
"""Records a page where the description does not say how many."""


@dataclass(frozen=True)
class Endpoint:
    """What a request is for: its kind (`list`, `child`, `check`, `count`, `token` or `step`), stream, and the name of the children.

    A `step` is what a handler answers without records.

    An unknown path is a `list` of no stream: one that went astray.
    """

    kind: str
    stream: str | None = None
    child: str | None = None


@dataclass(frozen=True)
class Route:
    """How a request gets to an endpoint; ``headers`` and ``body`` are what it must carry besides.

    ``connection`` is the field that its GraphQL query must ask for.
    """

    endpoint: Endpoint
    methods: tuple[str, ...]
    headers: Mapping[str, str] = field(default_factory=dict)
    body: Mapping[str, Any] = field(default_factory=dict)
    connection: str | None = None

    def fits(self, request: Request) -> bool:
        """Whether ``request`` is all that the endpoint asks for."""
        sent = request.json if isinstance(request.json, dict) else {}
        return (
            request.method in self.methods
            and all(request.header(key) == value for key, value in self.headers.items())
            and all(sent.get(key) == value for key, value in self.body.items())
            and (self.connection is None or problem_with(request, self.connection) is None)
        )


class Refusal(Exception):
    """The API refuses a request: a status and a reason."""

    def __init__(self, status: int, reason: str, headers: Headers = (), body: Any = None) -> None:
        super().__init__(reason)
        self.status = status
        self.headers = headers
        self.body = body
        """None: as of any error."""


class SimulatedApi:
    """An API as its description says it is.

    ``auth`` restricts the accepted credentials to some of the described ones; ``handlers`` are asked before the
    description; ``focus`` is the stream that a sync is about. ``served`` is called after each page of records, with the stream's name: there the world moves on.
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
        families: Mapping[str, Mapping[str, Family]] | None = None,
        handlers: Sequence[Handler] = (),
        focus: str | None = None,
    ) -> None:
        self.described = described
        self.handlers = handlers
        self.focus = focus
        self.memory: dict[str, Any] = {}
        """What the handlers remember from request to request."""
        self.jobs = Jobs(manners.jobs_fail)
        self.failed: HandlerError | None = None
        """What became of a handler that failed: a connector may hide it."""
        self.collections = {name: collections.get(name, Collection()) for name in described.streams}
        self.families = families or {}
        """By stream and name: the lists that its records have of their own."""
        self.clock = clock
        self.manners = manners
        self.auth: tuple[Auth, ...] = tuple(described.auth if auth is None else auth)
        self.endpoints = {
            _place_of(each.token_url): TokenEndpoint(each, tokens) for each in self.auth if isinstance(each, OAuth)
        }
        self.served: Callable[[str], None] = lambda stream: None
        self.reachable = frozenset(described.streams)
        """The streams that the credentials may read."""
        self.gate = Gate()
        self.lapsed = 0
        """How often a cursor was asked that had expired."""
        self._era = 0
        self._born: float | None = None
        self._routes = _routes(described)
        self._routed: tuple[Request, Route | None] | None = None
        self._styles = {name: style_of(stream) for name, stream in described.streams.items()}
        self._orders = {name: Order() for name in described.streams}
        self._shares: dict[str, _Shares] = {}

    @property
    def hosts(self) -> dict[str, SimulatedApi]:
        """This API under every origin that it answers at."""
        return dict.fromkeys([*self.described.origins, *(each.origin for each in self.handlers if each.origin)], self)

    def kind(self, request: Request) -> str:
        """What ``request`` is for."""
        return self.endpoint(request).kind

    def endpoint(self, request: Request) -> Endpoint:
        """What ``request`` is for, and which stream."""
        if _place_of(request.url) in self.endpoints:
            return Endpoint("token")
        if (handled := self._handler(request)) is not None:
            handler, named = handled
            stream = handler.stream(named, self.focus)
            return Endpoint("list", stream) if stream else Endpoint("token" if handler.token else "step")
        found = self._route(request)
        return found.endpoint if found else Endpoint("list")

    def _handler(self, request: Request) -> tuple[Handler, dict[str, str]] | None:
        """The handler of ``request``, and the named segments of its place."""
        for each in self.handlers:
            named = each.named(request, self.described.root)
            if named is not None and each.stream(named, self.focus) in (None, *self.described.streams):
                return each, named
        return None

    @property
    def file_hosts(self) -> frozenset[str]:
        """The origins besides the API's own where handlers answer whatever the credentials."""
        public = {each.origin for each in self.handlers if each.public and not each.token and each.origin}
        return frozenset(public) - {*self.described.origins}

    def _handled(self, handler: Handler, named: dict[str, str], request: Request) -> Response:
        stream = handler.stream(named, self.focus)
        self._admit(request, stream, None, public=handler.public)
        try:
            answer = handler.answer(Visit(request, named, self, stream or handler.stream(named, None)))
        except Refusal:
            raise
        except Exception as error:
            raise self._failure(handler, f"raised {type(error).__name__}: {error}") from error
        if not isinstance(answer, Response):
            raise self._failure(handler, f"returned {type(answer).__name__}: return `visit.answer(…)`")
        if answer.page is not None:
            self.served(answer.page.stream)
        return answer

    def _failure(self, handler: Handler, what: str) -> HandlerError:
        self.failed = HandlerError(f"the handler of {handler.method} {handler.place} {what}")
        return self.failed

    def refuse(self, status: int, reason: str, headers: Headers = ()) -> NoReturn:
        """End the request at hand with an error."""
        raise Refusal(status, reason, headers)

    def share(self, name: str, of: str, parent: str) -> list[str]:
        """The ids of the records of the stream ``name`` that belong to the record ``parent`` of the stream ``of``.

        Raises:
            Refusal: there is no such record.
        """
        shares = self._shares.setdefault(name, _Shares(len(self.collections[name]), self.collections[of].ids))
        if parent not in shares.parents:
            raise Refusal(404, f"{of} has no record {parent!r}")
        return [held.id for held in self.collections[name].held if shares.parents[shares.place(held)] == parent]

    def by_parent(self, name: str, ids: Sequence[str]) -> list[str]:
        """Ids of the stream ``name``, those of one parent behind those of the parent before; as they are where none has any."""
        shares = self._shares.get(name)
        if shares is None:
            return list(ids)
        places = {held.id: shares.place(held) for held in self.collections[name].known}
        return sorted(ids, key=lambda each: places.get(each, len(shares.parents)))

    def page(self, name: str, request: Request, cursor: Any, among: Sequence[str] | None = None) -> Page:
        """The page of the stream ``name`` behind ``cursor`` (MISSING: the first one), as large as ``request`` asks for it.

        ``among`` are the ids of the records that are listed there; None: all.

        Raises:
            Refusal: it asks what the API does not serve.
        """
        stream = self.described.streams[name]
        records = self._selected(name, stream, request)
        listed = None if among is None else frozenset(among)
        asked = self._asked(name, stream, request, [held for held in records if listed is None or held.id in listed])
        style = Style() if isinstance(stream.paging, Single) else _Behind(cursor)
        piece = self._slice(stream, style, asked)
        rows = [self._with_children(name, held, request) for held in piece.records]
        ids = tuple(held.id for held in piece.records)
        return Page(name, copied(rows), piece.next, ids, piece.more)

    def _route(self, request: Request) -> Route | None:
        """The route of ``request``: one that fits, or else one of its path, which will say what is wrong."""
        if self._routed is None or self._routed[0] is not request:  # asked for its kind first, and then answered
            self._routed = request, self._found_route(request)
        return self._routed[1]

    def _found_route(self, request: Request) -> Route | None:
        routes = [*self._routes.get(_place_of(request.url), []), *self._child_routes(request)]
        # Of two that fit alike the later one: a stream may stand where the check does.
        return min(
            reversed(routes),
            key=lambda route: (not route.fits(request), request.method not in route.methods),
            default=None,
        )

    def _child_routes(self, request: Request) -> Iterator[Route]:
        path = request.url.partition("?")[0].removeprefix(self.described.root)
        for stream, families in self.families.items():
            for name, family in families.items():
                if family.parent(request, path) is not None:
                    child = family.described
                    endpoint = Endpoint("child", stream, name)
                    yield Route(endpoint, (child.method,), child.headers, child.body or {}, _connection(child))

    def respond(self, request: Request) -> Response:
        """The answer to ``request``."""
        token_endpoint = self.endpoints.get(_place_of(request.url))
        if token_endpoint is not None:
            return token_endpoint.respond(request, self.clock.now())
        try:
            return self._respond(request)
        except Refusal as refusal:
            if refusal.body is not None:
                return json_response(refusal.status, refusal.body, refusal.headers)
            known = {400: self.described.bad_request, 404: self.described.not_found}
            return self._error(known.get(refusal.status, refusal.status), str(refusal), refusal.headers)

    def worded(self, response: Response) -> Response:
        """An answer that is no more than a status, with what this API says then."""
        kept = tuple(pair for pair in response.headers if pair[0] not in ("Content-Type", "Content-Length"))
        return self._error(response.status, f"simulated {response.status}", kept)

    def _error(self, status: int, reason: str, headers: Headers) -> Response:
        described = self.described
        template = (
            described.failure_body if status >= 500 and described.failure_body is not None else described.error_body
        )
        return error(template, status, reason, headers)

    def expire_cursors(self) -> None:
        """Refuse every cursor that was issued until now."""
        self._era += 1

    def _respond(self, request: Request) -> Response:
        if (handled := self._handler(request)) is not None:
            return self._handled(*handled, request)
        route = self._route(request)
        if route is None:
            raise Refusal(404, f"no such path: {request.path}")
        endpoint = route.endpoint
        if request.method not in route.methods:
            routes = [*self._routes.get(_place_of(request.url), []), *self._child_routes(request)]
            allowed = ", ".join(sorted({method for each in routes for method in each.methods}))
            raise Refusal(405, f"{request.path} takes {allowed}, not {request.method}", (("Allow", allowed),))
        stream = self.described.streams[endpoint.stream] if endpoint.stream else None
        child = self.families[endpoint.stream][endpoint.child] if endpoint.stream and endpoint.child else None
        self._admit(request, endpoint.stream, child.described if child else stream, public=self._is_public(stream))
        if endpoint.kind == "check" and self.described.check:
            if self.manners.narrow and self.described.check.closed:
                raise Refusal(self.described.check.closed, f"these credentials may not read {request.path}")
            return json_response(200, self.described.check.body)
        assert endpoint.stream is not None
        assert stream is not None
        if endpoint.kind == "count":
            return self._counted(endpoint.stream, stream, request)
        if child is not None:
            return self._children(child, endpoint.stream, request)
        return self._listed(endpoint.stream, stream, request)

    def _is_public(self, stream: Stream | None) -> bool:
        check = self.described.check
        return stream.public if stream else bool(check and check.public)

    def _admit(self, request: Request, name: str | None, stream: Listing | None, *, public: bool) -> None:
        now = self.clock.now()
        self._limit(request.beside, now)
        if (
            self.auth
            and not public
            and not any(lets_in(auth, request, self.endpoints.values(), now) for auth in self.auth)
        ):
            raise Refusal(
                self.described.unauthorized, "missing or invalid credentials", (("WWW-Authenticate", "Bearer"),)
            )
        if name is not None and name not in self.reachable:
            raise Refusal(403, f"these credentials may not read {name}")
        for key, value in (self.described.headers | (stream.headers if stream else {})).items():
            if request.header(key) != value:
                raise Refusal(400, f"header {key} must be {value!r}, not {request.header(key)!r}")
        field = _connection(stream) if stream else None
        if field is not None and (problem := problem_with(request, field)) is not None:
            raise Refusal(400, problem)
        for key, value in ((stream.body or {}) if stream else {}).items():
            sent = request.json.get(key) if isinstance(request.json, dict) else None
            if sent != value:
                raise Refusal(400, f"body.{key} must be {value!r}, not {sent!r}")

    def _limit(self, beside: int, now: float) -> None:
        allowed = self.described.limits if self.manners.limits != "open" else None
        if self.manners.rate is not None:
            allowed = Allowance(second=self.manners.rate)
        if allowed is None:
            return
        wait = self.gate.wait(allowed, beside, now, spent=self.manners.limits == "spent")
        if wait is not None:
            described = self.described.rate_limit or USUAL
            raise Refusal(described.status, "too many requests", told(described, wait, now), described.body)

    def _counted(self, name: str, stream: Stream, request: Request) -> Response:
        assert stream.count is not None
        body: dict[str, Any] = {}
        headers: list[tuple[str, str]] = []
        selected = len(self._selected(name, stream, request))
        stream.count.total.put(body, headers, told_total(stream.totals, selected, len(self.collections[name])))
        return json_response(200, body, tuple(headers))

    def _listed(self, name: str, stream: Stream, request: Request) -> Response:
        records = self._selected(name, stream, request)
        if self.described.unknown_parameters != "ignore" and (unknown := self._unknown_parameters(stream, request)):
            if self.described.unknown_parameters == "refuse":
                raise Refusal(400, f"unknown parameter {unknown[0]}")
            records = []
        asked = self._asked(name, stream, request, records)
        answer = self._rendered(name, stream, asked, self._slice(stream, self._styles[name], asked))
        self.served(name)
        return answer

    def _asked(self, name: str, stream: Stream, request: Request, records: list[Held]) -> Asked:
        size = self._page_size(stream, request, len(records))
        cursors = self._cursors(stream, request, size)
        return Asked(
            request, records, size, self.collections[name], self._manners(stream), cursors, self.described.root
        )

    def _slice(self, stream: Stream, style: Style, asked: Asked) -> Slice:
        behaviour = {key: getattr(stream.paging, key, "refuse") for key in ("stale", "unknown")}
        piece = self._piece(style, asked, **behaviour)
        if stream.depth_cap is not None and _start(piece, asked.records) >= stream.depth_cap:
            raise Refusal(400, f"this API does not page beyond {stream.depth_cap} records")
        return piece

    def _cursors(self, stream: Stream, request: Request, size: int) -> Cursors:
        foreign = getattr(stream.paging, "foreign", "follow")
        return self if foreign == "follow" else Scoped(self, foreign, _scope(stream, request), size)

    def _manners(self, stream: Stream) -> Manners:
        """The manners, and what the description of ``stream`` says of them."""
        ordered = stream.incremental is not None and stream.incremental.order != "none"
        return replace(self.manners, ties=stream.order == "ties" and not ordered, phantom=stream.phantom_next)

    def _unknown_parameters(self, stream: Stream, request: Request) -> list[str]:
        places = [getattr(stream.paging, "send", None), *(each.send for each in stream.filters.values())]
        places += [stream.page_size.send] if stream.page_size else []
        places += [getattr(auth, "send", None) for auth in self.auth]
        places += [stream.incremental.send, stream.incremental.until] if stream.incremental else []
        known = {place.keys[0] for place in places if place is not None and place.where == "query"}
        return [name for name in request.query if name not in known | {*stream.params, LINK_PARAMETER}]

    def _children(self, family: Family, stream: str, request: Request) -> Response:
        parent = family.parent(request, request.url.partition("?")[0].removeprefix(self.described.root))
        # A parent that was deleted under way keeps its children: what an API does then is not the connector's concern.
        if parent is None or all(held.id != parent for held in self.collections[stream].known):
            raise Refusal(404, f"{stream} has no record {parent!r}")
        return self._page_of_children(family, parent, request, self._page_size(family.described, request, 0))

    def _page_of_children(self, family: Family, parent: str, request: Request, size: int) -> Response:
        collection = family.of(parent, size)
        size = size or len(collection)
        asked = Asked(
            request, list(collection.held), size, collection, family.manners(self.manners), self, self.described.root
        )
        piece = self._piece(family.style, asked)
        rows = [held.data for held in piece.records]
        return self._written(family.described, family.style, asked, piece, rows).response()

    def _with_children(self, name: str, held: Held, request: Request) -> dict[str, Any]:
        """The data of a record, with the first page of each list that the API embeds in it."""
        data = held.data
        for family in self.families.get(name, {}).values():
            place = family.described.embedded
            first = MISSING if place is None else self._embedded(family, place[-1], held.id, request)
            if place is not None and first is not MISSING:
                data = copied(data)
                put(data, place, first)
        return data

    def _embedded(self, family: Family, name: str, parent: str, request: Request) -> Any:
        """The first page of the children of ``parent``; MISSING where the ``request`` for the parents does not ask for it.

        It is as the endpoint answers it, or of GraphQL the connection alone, by the arguments of its field ``name``.
        """
        described = family.described
        first = family.request(self.described.root, parent)
        if not isinstance(described.paging, Relay) or described.records is None:
            return self._page_of_children(family, parent, first, self._page_size(described, first, 0)).json
        if problem_with(request, name) is not None:
            return MISSING
        size = DEFAULT_SIZE
        if described.page_size is not None:
            asked = look_up(arguments_for(request, name), described.page_size.send.keys)
            size = _size(described.page_size, asked, 0)
        return look_up(self._page_of_children(family, parent, first, size).json, described.records)

    def _piece(self, style: Style, asked: Asked, stale: str = "refuse", unknown: str = "refuse") -> Slice:
        try:
            return style.slice(asked)
        except BadPosition as error:
            if unknown == "restart":
                return style.first(asked)
            if unknown == "nothing":
                return Slice((), None, more=False)
            raise Refusal(400, str(error)) from None
        except GoneByThen as error:
            raise Refusal(404, str(error)) from None
        except ExpiredPosition:
            self.lapsed += 1
            if stale == "restart":
                return style.first(asked)
            if stale == "nothing":
                return Slice((), None, more=False)
            raise Refusal(self.manners.expired_status, "this cursor has expired: start again") from None

    def _selected(self, name: str, stream: Stream, request: Request) -> list[Held]:
        wanted = [
            (described.match, sent)
            for described in stream.filters.values()
            if (sent := filter_texts(described, request)) is not None and described.match
        ]
        listed = self.collections[name].listed if stream.tombstone else self.collections[name].held
        found = [*listed]
        for keys, sent in wanted:
            found = [held for held in found if wire_text(look_up(held.data, keys)) in sent]
        if stream.incremental is None:
            return found
        try:
            return changed(stream.incremental, found, request, self.clock.now(), self._orders[name])
        except BadInstant as error:
            raise Refusal(400, str(error)) from None

    def _page_size(self, stream: Listing, request: Request, count: int) -> int:
        if stream.page_size is None:
            return count if isinstance(stream.paging, Single) else DEFAULT_SIZE
        return _size(stream.page_size, stream.page_size.send.sent_in(request), count)

    def token(self, text: Any) -> Token:
        """The position behind an opaque cursor; the beginning for MISSING and None.

        Raises:
            BadPosition: it was never issued.
            ExpiredPosition: it is no longer honoured.
        """
        if text is MISSING or text is None:
            return Token(era=self._era, issued=self._age())
        token = decoded(text, self.manners)
        if self.manners.expires_at is not None and token.number >= self.manners.expires_at and self._era == 0:
            self._era = 1
        life = self.manners.cursor_life
        if token.era != self._era or (life is not None and self._age() - token.issued > life):
            raise ExpiredPosition
        return replace(token, issued=self._age())

    def _age(self) -> int:
        """Seconds since the first request, where they matter to cursors."""
        if self.manners.cursor_life is None:
            return 0
        if self._born is None:
            self._born = self.clock.now()
        return int(self.clock.now() - self._born)

    def _rendered(self, name: str, stream: Stream, asked: Asked, piece: Slice) -> Response:
        rows = [
            filled(stream.tombstone, held, stream)
            if held.buried and stream.tombstone
            else self._with_children(name, held, asked.request)
            for held in piece.records
        ]
        answer = self._written(stream, self._styles[name], asked, piece, rows)
        if stream.incremental:
            place = stream.incremental.complete_until
            answer.put(place, complete_until(stream.incremental, asked.request, self.clock.now()) if place else None)
        if not rows and not piece.more:
            answer.without_records(stream.records, self.manners.empty)
        page = ServedPage(name, tuple(held.id for held in piece.records), not piece.more, answer.link)
        return answer.response(page)

    def _written(
        self, listing: Listing, style: Style, asked: Asked, piece: Slice, rows: Sequence[Mapping[str, Any]]
    ) -> Answer:
        answer = Answer(copied(listing.envelope))
        ids = [held.id if held.buried else str(look_up(held.data, listing.id)) for held in piece.records]
        by_id = dict(zip(ids, rows, strict=True))
        answer.records(listing.records, by_id if listing.keyed else style.rows(rows))
        if not listing.totals.when_paged or _is_paged(listing, asked.request):
            total = told_total(listing.totals, len(asked.records), len(asked.collection))
            answer.put(listing.total, total, asked.manners.total)
        for place, template in listing.included.items():
            objects = [filled(template, held, listing) for held in piece.records]
            Place("body", tuple(place.split("."))).put(answer.body, answer.headers, objects)
        style.tell(asked, piece, answer)
        return answer


@dataclass(frozen=True)
class _Shares:
    """How ``count`` records belong to ``parents``: to each about as many, one after the other."""

    count: int
    parents: tuple[str, ...]

    def place(self, held: Held) -> int:
        """The place of a record's parent; what came later stands between two others, and belongs to the parent of one of them."""
        return min(max(int(held.rank * len(self.parents) / max(self.count, 1)), 0), len(self.parents) - 1)


@dataclass(frozen=True)
class _Behind(Style):
    """The page behind a position that a handler has read."""

    cursor: Any

    @override
    def slice(self, asked: Asked) -> Slice:
        return by_token(asked.records, asked.cursors.token(self.cursor), asked.size, asked.manners)


@dataclass(frozen=True)
class Scoped:
    """Cursors that are good under the filters that they were issued under; ``size`` is that of a page."""

    issuer: Cursors
    foreign: str
    scope: int
    size: int

    def token(self, text: Any) -> Token:
        """The position behind ``text``, as the API reads it under these filters.

        Raises:
            BadPosition: it was never issued, or under other filters.
            ExpiredPosition: it is no longer honoured.
        """
        token = self.issuer.token(text)
        if text is MISSING or text is None or token.scope == self.scope:
            return replace(token, scope=self.scope)
        if self.foreign == "refuse":
            raise BadPosition("this cursor belongs to other filters")
        return Token(
            number=token.number, issued=token.issued, era=token.era, scope=self.scope, skip=token.number * self.size
        )


def _scope(stream: Stream, request: Request) -> int:
    """A number for what ``request`` filters by."""
    places: list[Place | None] = [each.send for each in stream.filters.values()]
    places += [stream.incremental.send, stream.incremental.until] if stream.incremental else []
    places += [Place("query", (name,)) for name in stream.params]
    sent = [str(place.sent_in(request)) for place in places if place is not None]
    return zlib.crc32("\n".join(sent).encode())


def told_total(described: Totals, selected: int, all_records: int) -> int:
    """The number that the API tells where ``selected`` of its records were asked for."""
    count = all_records if described.unfiltered else selected
    return count if described.cap is None else min(count, described.cap)


def _is_paged(listing: Listing, request: Request) -> bool:
    """Whether ``request`` says how many records it wants, or from where on."""
    size, position = listing.page_size, getattr(listing.paging, "send", Place("query", (LINK_PARAMETER,)))
    return any(place.sent_in(request) is not MISSING for place in (position, *([size.send] if size else [])))


def _size(described: PageSize, asked: Any, everything: int) -> int:
    """The page size that the API serves where it is ``asked`` for one; ``everything`` is how many records there are.

    Raises:
        Refusal: 400, where it is no number, or one that the API does not serve; 500, where it fails at zero.
    """
    if asked is MISSING:
        return min(described.default, described.max)
    try:
        size = whole(asked, str(described.send), least=described.min if described.zero == "refuse" else 0)
    except BadPosition as error:
        raise Refusal(400, str(error)) from None
    if size < described.min:
        if described.zero == "fail":
            raise Refusal(500, f"{described.send} is {size}")
        return everything
    if size > described.max and described.over == "refuse":
        raise Refusal(400, f"{described.send} must be at most {described.max}, not {size}")
    return size if described.over == "serve" else min(size, described.max)


def _start(piece: Slice, records: list[Held]) -> int:
    """How many records stand before those of a page."""
    return [held.id for held in records].index(piece.records[0].id) if piece.records else 0


def filled(template: Any, held: Held, listing: Listing) -> Any:
    """What stands for a record, or beside it: ``template`` with its id where `{id}` is."""
    match template:
        case dict():
            return {key: filled(value, held, listing) for key, value in template.items()}
        case list():
            return [filled(value, held, listing) for value in template]
        case "{id}":
            found = look_up(held.data, listing.id)
            return held.id if found is MISSING else found
        case str():
            return template.replace("{id}", held.id)
        case _:
            return template


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


@functools.lru_cache(maxsize=4096)
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
            route = Route(Endpoint("count", name), (stream.count.method,) if stream.count.method else ("GET", "POST"))
            found.setdefault(_place_of(described.root + stream.count.path), []).append(route)
        route = Route(Endpoint("list", name), (stream.method,), stream.headers, stream.body or {}, _connection(stream))
        found.setdefault(_place_of(described.root + stream.path), []).append(route)
    return found


def _connection(stream: Listing) -> str | None:
    """The field that a GraphQL query for ``stream`` asks for; None where it is no GraphQL."""
    return stream.records[-1] if isinstance(stream.paging, Relay) and stream.records else None
