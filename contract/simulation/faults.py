"""What goes wrong on the way to an API: one fault, and a schedule of them. Both are immutable.

A fault acts on one exchange. It gets the request and a way to ask the API, and returns what the client
receives, or raises the :class:`Broken` that the client's socket meets.
"""

from __future__ import annotations

import gzip
from collections.abc import Callable
from dataclasses import dataclass, field, replace
from typing import Literal

from typing_extensions import override

from contract.messages import Headers, Request, Response, json_response

Ask = Callable[[], Response]


class Broken(Exception):
    """The connection failed before an answer came. The wire and the server turn it into what a socket does."""


class Refused(Broken):
    """Nobody listens at the port (ECONNREFUSED)."""


class Reset(Broken):
    """The peer closed the connection in the middle of the exchange (ECONNRESET)."""


class ConnectTimedOut(Broken):
    """No connection within the connect timeout."""


class ReadTimedOut(Broken):
    """No answer within the read timeout."""


class Fault:
    """Something that goes wrong with one exchange."""

    @property
    def name(self) -> str:
        """How a story calls it."""
        raise NotImplementedError

    @property
    def connects(self) -> bool:
        """Whether the connection itself stands, so that the request leaves the client."""
        return True

    def act(self, request: Request, ask: Ask) -> Response:
        """What the client receives instead of ``ask()``.

        Raises:
            Broken: the connection fails before an answer.
        """
        raise NotImplementedError


@dataclass(frozen=True)
class Status(Fault):
    """The server answers with this status instead of its data; the body is what it says with it, unless one is given."""

    status: int
    headers: Headers = ()
    body: bytes | None = None

    @property
    @override
    def name(self) -> str:
        shown = "".join(f", {key}: {value}" for key, value in self.headers)
        return f"{self.status}{shown}"

    @override
    def act(self, request: Request, ask: Ask) -> Response:
        if self.body is None:
            said = {"error": {"message": f"simulated {self.status}"}}
            return replace(json_response(self.status, said, self.headers), bare=True)
        return Response(self.status, (*self.headers, ("Content-Length", str(len(self.body)))), self.body)


@dataclass(frozen=True)
class Lost(Fault):
    """The connection is refused or reset, or times out while connecting or reading."""

    error: type[Broken]

    @property
    @override
    def name(self) -> str:
        return {
            Refused: "connection refused",
            Reset: "connection reset",
            ConnectTimedOut: "connect timeout",
            ReadTimedOut: "read timeout",
        }[self.error]

    @property
    @override
    def connects(self) -> bool:
        return self.error not in (Refused, ConnectTimedOut)

    @override
    def act(self, request: Request, ask: Ask) -> Response:
        raise self.error(self.name)


@dataclass(frozen=True)
class CutShort(Fault):
    """The answer breaks off before the end that it announces: ``keep`` is the part that arrives, 0 to 1.

    ``how``: the peer closes the connection before the announced length, or inside a chunk, or resets it there.
    """

    keep: float = 0.5
    how: Literal["closed", "in a chunk", "reset"] = "closed"

    @property
    @override
    def name(self) -> str:
        return {"closed": "body cut short", "in a chunk": "chunk cut short", "reset": "reset in the body"}[self.how]

    @override
    def act(self, request: Request, ask: Ask) -> Response:
        answer = ask()
        if self.how == "in a chunk":
            kept = tuple(pair for pair in answer.headers if pair[0].lower() != "content-length")
            answer = replace(answer, headers=(*kept, ("Transfer-Encoding", "chunked")))
        return replace(answer, arrives=int(len(answer.body) * self.keep), resets=self.how == "reset")


@dataclass(frozen=True)
class Altered(Fault):
    """The API's own answer, changed: ``change`` gets it and returns what arrives."""

    name: str = ""
    change: Callable[[Response], Response] = field(default=lambda answer: answer, compare=False, repr=False)

    @override
    def act(self, request: Request, ask: Ask) -> Response:
        return self.change(ask())


@dataclass(frozen=True)
class Delayed(Fault):
    """The answer comes ``seconds`` later; beyond the read timeout it never does."""

    seconds: float

    @property
    @override
    def name(self) -> str:
        return f"answer after {self.seconds:g} s"

    @override
    def act(self, request: Request, ask: Ask) -> Response:
        return replace(ask(), delay=self.seconds)


@dataclass(frozen=True)
class Until(Fault):
    """Every request before ``moment`` is answered by ``fault``, and every later one by the API.

    ``now`` tells the time; both are seconds since the epoch.
    """

    fault: Fault
    moment: float
    now: Callable[[], float] = field(compare=False, repr=False)

    @property
    @override
    def name(self) -> str:
        return self.fault.name

    @override
    def act(self, request: Request, ask: Ask) -> Response:
        return self.fault.act(request, ask) if self.now() < self.moment else ask()


HTML_PAGE = b"<!doctype html><html><head><title>Sign in</title></head><body>Please sign in.</body></html>"


def html(status: int = 200) -> Fault:
    """An HTML page, as a proxy or a login wall sends it, with ``status``."""
    return Status(status, (("Content-Type", "text/html; charset=utf-8"),), HTML_PAGE)


def redirect(location: str, status: int = 302) -> Fault:
    """A redirect to ``location`` (RFC 9110, section 15.4)."""
    return Status(status, (("Location", location),), b"")


def cut_json() -> Fault:
    """A complete HTTP answer whose JSON stops in the middle."""
    return Altered("JSON cut short", lambda answer: answer.with_body(answer.body[: len(answer.body) // 2]))


def damaged_gzip() -> Fault:
    """An answer that says it is gzip and whose compressed bytes are damaged."""

    def damage(answer: Response) -> Response:
        packed = bytearray(gzip.compress(answer.body, mtime=0))
        packed[len(packed) // 2] ^= 0xFF
        return answer.with_body(bytes(packed[:-4])).with_header("Content-Encoding", "gzip")

    return Altered("damaged gzip", damage)


@dataclass(frozen=True)
class Position:
    """Where an exchange stands.

    ``number`` counts all requests, ``in_phase`` those of its phase, ``in_kind`` those of its kind within the phase. All
    count from 0.
    """

    number: int
    phase: str
    in_phase: int
    kind: str
    in_kind: int


@dataclass(frozen=True)
class Rule:
    """One fault and where it strikes.

    ``at`` is the first exchange it hits, counted from 0 among those that ``phase`` and ``kind`` select;
    ``times`` is how many it hits from there (None: all that follow).
    """

    fault: Fault
    at: int = 0
    times: int | None = 1
    phase: str | None = None
    kind: str | None = None

    def strikes(self, position: Position) -> bool:
        """Whether the exchange at ``position`` is hit."""
        if self.phase not in (None, position.phase) or self.kind not in (None, position.kind):
            return False
        counted = position.number
        if self.kind is not None:
            counted = position.in_kind
        elif self.phase is not None:
            counted = position.in_phase
        return self.at <= counted and (self.times is None or counted < self.at + self.times)


@dataclass(frozen=True)
class Schedule:
    """Faults in order of precedence: the first rule that strikes decides."""

    rules: tuple[Rule, ...] = ()

    def fault_at(self, position: Position) -> Fault | None:
        """The fault for the exchange at ``position``, or None when the API answers undisturbed."""
        return next((rule.fault for rule in self.rules if rule.strikes(position)), None)

    def plus(self, *rules: Rule) -> Schedule:
        """The same schedule with more rules behind its own."""
        return replace(self, rules=(*self.rules, *rules))
