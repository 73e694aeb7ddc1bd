"""What stands behind every socket: the described hosts, the faults on the way to them, and a journal of it all."""

from __future__ import annotations

import math
import threading
from collections import Counter
from collections.abc import Callable, Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass, replace
from typing import Protocol

from contract.errors import UndescribedHostError
from contract.messages import Request, Response
from contract.simulation.faults import Broken, ConnectTimedOut, Fault, Position, ReadTimedOut, Refused, Reset, Schedule

MOST_REQUESTS = 3000
"""Requests after which a connector is taken to ask for ever. A sync of a few pages takes a few dozen, one that gives
up on a fault at every page a few hundred."""

MOST_FAILED = 200
"""Requests in a row that fail, after which a connector is taken to ask for ever. Retry policies in use give up
after 3 to 30; urllib3 calls itself for each, so that Python's stack is full after some hundred."""

GIVES_UP_AFTER = 3600.0
"""Seconds after which a silent peer's connection dies when the client set no timeout: middleboxes drop idle
connections, so such a client hangs for about this long and then meets a reset."""

CONNECTS_FOR = 127.0
"""Seconds in which the kernel tries to connect when the client set no timeout: Linux sends a SYN seven times
(tcp(7), `tcp_syn_retries`)."""

WAITS_ITSELF = math.inf
"""The timeouts of a client beyond a real socket: nobody here knows them. It waits by itself, in real time, so
the network neither lets time pass for it nor decides how long it has patience."""


class Runaway(BaseException):
    """The connector does not stop asking. No `except Exception` of the connector's may swallow this."""


class Clock(Protocol):
    """The time an API lives in."""

    def now(self) -> float:
        """Seconds since the epoch."""

    def advance(self, seconds: float) -> None:
        """Let time pass without a `sleep` of the connector's."""


class Host(Protocol):
    """One described server."""

    def kind(self, request: Request) -> str:
        """What the request is for: `list`, `check`, `count` or `token`."""

    def respond(self, request: Request) -> Response:
        """The answer. Pure but for the collections; safe from several threads."""


@dataclass(frozen=True)
class Call:
    """One exchange as it happened.

    ``at`` is virtual time, in seconds since the epoch, when the request was sent; ``thread`` is the one that sent it, as Python
    numbers threads.
    """

    position: Position
    request: Request
    response: Response | None
    broken: Broken | None
    fault: Fault | None
    at: float
    thread: int = 0

    @property
    def refused(self) -> bool:
        """Whether the simulated API refused it: also with 200, where the body alone says so."""
        answer = self.response
        if answer is None or answer.page is not None:
            return False
        return answer.status >= 400 or self.position.kind == "list"


class Network:
    """The simulated internet: answers a request for each described origin and refuses every other host.

    ``phase`` is set by whoever drives the connector (`check`, `count`, `sync`), so that faults and the journal
    can tell a request of `check_connection` from one of a page.
    """

    def __init__(self, hosts: Mapping[str, Host], clock: Clock, schedule: Schedule = Schedule()) -> None:
        self.hosts = hosts
        self.clock = clock
        self.schedule = schedule
        self.journal: list[Call] = []
        self.refused_hosts: list[str] = []
        self.opened: Counter[tuple[str, int]] = Counter()
        """Connections made, by origin and thread."""
        self.most = MOST_REQUESTS
        self.most_failed = MOST_FAILED
        self.worded: Callable[[Response], Response] = lambda response: response
        """Writes what the API says into an answer that is no more than a status."""
        self.takes = 0.0
        """Real seconds for which a request is under way at the least, so that those of several threads meet."""
        self._under_way = 0
        self._counting = threading.Lock()
        self._failed = 0
        self._phase = "sync"
        self._counts: Counter[tuple[str, ...]] = Counter()
        self._lock = threading.RLock()

    @contextmanager
    def phase(self, name: str) -> Iterator[None]:
        """Requests inside belong to the phase ``name``."""
        before, self._phase = self._phase, name
        try:
            yield
        finally:
            self._phase = before

    def calls(self, phase: str | None = None, kind: str | None = None) -> list[Call]:
        """The journal, or the part of it that belongs to ``phase`` and ``kind``."""
        return [
            call for call in self.journal if phase in (None, call.position.phase) and kind in (None, call.position.kind)
        ]

    def connected(self, origin: str) -> None:
        """Note that a connection to ``origin`` was made."""
        with self._lock:
            self.opened[origin, threading.get_ident()] += 1

    def forget(self) -> None:
        """Begin the journal and its counts anew."""
        with self._lock:
            self.journal.clear()
            self._counts.clear()

    def exchange(self, request: Request) -> Response:
        """Answer one request, as the schedule and the described host will have it.

        Raises:
            Broken: the connection fails; time has passed as it would have.
            UndescribedHostError: no host of that origin is described.
            Runaway: more than ``most`` requests were made, or more than ``most_failed`` failed in a row.
        """
        with self._together() as beside, self._lock:
            if len(self.journal) >= self.most:
                raise Runaway(f"still asking after {self.most} requests")
            request = replace(request, beside=beside) if beside else request
            if self._failed >= self.most_failed:
                raise Runaway(f"still asking after {self.most_failed} requests in a row that failed")
            host = self._host(request)
            position = self._next_position(host.kind(request))
            fault = self.schedule.fault_at(position)
            sent_at = self.clock.now()
            response: Response | None = None
            broken: Broken | None = None
            try:
                response = fault.act(request, lambda: host.respond(request)) if fault else host.respond(request)
                response = self.worded(response) if response.bare else response
                self._wait(request, response.delay)
            except Broken as error:
                broken = self._lapse(request, error) if response is None else error
            failed = broken is not None or (response is not None and response.status >= 400)
            self._failed = self._failed + 1 if failed else 0
            self.journal.append(
                Call(position, request, None if broken else response, broken, fault, sent_at, threading.get_ident())
            )
        if broken is not None:
            raise broken
        assert response is not None
        return response

    @contextmanager
    def _together(self) -> Iterator[int]:
        """Inside, the request is under way; how many others were when it came."""
        with self._counting:
            beside, self._under_way = self._under_way, self._under_way + 1
        try:
            if self.takes:
                threading.Event().wait(self.takes)
            yield beside
        finally:
            with self._counting:
                self._under_way -= 1

    def _host(self, request: Request) -> Host:
        host = self.hosts.get(request.origin)
        if host is not None:
            return host
        self.refused_hosts.append(request.origin)
        raise UndescribedHostError(
            f"{request.method} {request.origin}{request.path}: this host is not described; "
            f"the described ones are {', '.join(sorted(self.hosts)) or 'none'}. "
            "Nothing leaves the simulated world: describe the host in contract.yml (api.base_url, auth.token_url), "
            "or make the connector ask a described one."
        )

    def _next_position(self, kind: str) -> Position:
        position = Position(
            number=self._counts[()],
            phase=self._phase,
            in_phase=self._counts[self._phase,],
            kind=kind,
            in_kind=self._counts[self._phase, kind],
        )
        for counted in ((), (self._phase,), (self._phase, kind)):
            self._counts[counted] += 1
        return position

    def _wait(self, request: Request, delay: float) -> None:
        if not delay or request.read_timeout == WAITS_ITSELF:
            return
        limit = GIVES_UP_AFTER if request.read_timeout is None else request.read_timeout
        self.clock.advance(min(delay, limit))
        if delay > limit:
            raise ReadTimedOut("read timeout") if request.read_timeout is not None else Reset("connection reset")

    def _lapse(self, request: Request, error: Broken) -> Broken:
        """Let the time pass that the failure takes, and return what the client then meets."""
        if request.read_timeout == WAITS_ITSELF:
            return error
        if isinstance(error, ConnectTimedOut):
            self.clock.advance(CONNECTS_FOR if request.connect_timeout is None else request.connect_timeout)
            return error if request.connect_timeout is not None else Refused("connection refused")
        if isinstance(error, ReadTimedOut):
            self.clock.advance(GIVES_UP_AFTER if request.read_timeout is None else request.read_timeout)
            return error if request.read_timeout is not None else Reset("connection reset")
        return error
