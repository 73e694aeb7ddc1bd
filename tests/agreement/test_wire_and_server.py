"""The wire and the server are two drivers of one network: whoever asks cannot tell them apart.

Both worlds get the same host, the same schedule and the same requests. In the served one the public name
`api.acme.com:443` leads to the server's port, so that URLs, headers and certificates are those of production and
answers can be compared byte for byte.
"""

from __future__ import annotations

import string
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from typing import Any

import pytest
import requests
import urllib3.util.connection
from hypothesis import HealthCheck, example, given, settings
from hypothesis import strategies as st

import contract.simulation.faults as faults_module
from contract.messages import Request, Response, json_response
from contract.simulation.clock import VirtualClock
from contract.simulation.faults import (
    Altered,
    ConnectTimedOut,
    CutShort,
    Delayed,
    Fault,
    Lost,
    ReadTimedOut,
    Refused,
    Reset,
    Rule,
    Schedule,
    Status,
    Until,
    cut_json,
    damaged_gzip,
    html,
    redirect,
)
from contract.simulation.network import Network
from contract.simulation.server import Server
from contract.simulation.wire import Wire

BASE = "https://api.acme.com/v2"
ORIGIN = "https://api.acme.com:443"
PATIENCE = 30.0
IMPATIENCE = 0.2


class Echo:
    """A host that answers with all it was asked, or with `answer` where one is set."""

    def __init__(self) -> None:
        self.answer: Response | None = None

    def kind(self, request: Request) -> str:
        """Everything is a page."""
        return "list"

    def respond(self, request: Request) -> Response:
        """The request, as JSON."""
        said = {"method": request.method, "url": request.url, "body": request.body.hex(), "headers": request.headers}
        return self.answer or json_response(200, said, (("X-Echo", "yes"), ("Set-Cookie", "seen=1; Path=/")))


@dataclass
class World:
    """One way to reach a network: its session and what is behind it."""

    session: requests.Session
    host: Echo = field(default_factory=Echo)
    network: Network = field(init=False)

    def __post_init__(self) -> None:
        """Put the host on a network of its own."""
        self.network = Network({ORIGIN: self.host}, VirtualClock())

    def outcome(self, method: str, url: str, **kwargs: Any) -> Any:
        """All that a caller can see of one request: the answer, or the exception with what it wraps."""
        try:
            with self.session.request(method, url, stream=True, **kwargs) as answer:
                seen = answer.status_code, answer.reason, tuple(answer.raw.headers.items()), answer.raw.version
                return (
                    *seen,
                    answer.content,
                    [step.status_code for step in answer.history],
                    dict(self.session.cookies),
                )
        except requests.RequestException as error:
            return types_of(error)


def types_of(error: BaseException) -> list[str]:
    """The classes of an exception and of everything it wraps, outermost first."""
    inner = getattr(error, "reason", None) or next(
        (a for a in reversed(error.args) if isinstance(a, BaseException)), None
    )
    # Before 3.12.3 Python reports a reset under TLS as an end of file, so that http.client says RemoteDisconnected,
    # which is a ConnectionResetError, too (python/cpython#115627).
    name = "ConnectionResetError" if isinstance(error, ConnectionResetError) else type(error).__name__
    return [name, *(types_of(inner) if isinstance(inner, BaseException) else [])]


@contextmanager
def both() -> Iterator[tuple[Callable[..., Any], Callable[..., Any], list[World]]]:
    """The same request over the wire and over TLS sockets."""
    with requests.Session() as over_wire, requests.Session() as over_sockets:
        wired, served = World(over_wire), World(over_sockets)
        with Server(served.network, tls=True) as server, pytest.MonkeyPatch.context() as patched:
            connect = urllib3.util.connection.create_connection

            def resolve(address: tuple[str, int], *args: Any, **kwargs: Any) -> Any:
                here = ("127.0.0.1", server.port) if address == ("api.acme.com", 443) else address
                assert here[0] == "127.0.0.1", f"only loopback may be reached, not {here}"
                return connect(here, *args, **kwargs)

            patched.setattr(urllib3.util.connection, "create_connection", resolve)
            for name in ("http_proxy", "https_proxy", "all_proxy"):
                patched.delenv(name, raising=False)
                patched.delenv(name.upper(), raising=False)

            def ask_wire(method: str, url: str = BASE, **kwargs: Any) -> Any:
                with Wire(wired.network):
                    return wired.outcome(method, url, verify=server.ca_file, **kwargs)

            def ask_server(method: str, url: str = BASE, **kwargs: Any) -> Any:
                return served.outcome(method, url, verify=server.ca_file, **kwargs)

            yield ask_wire, ask_server, [wired, served]


FAULTS: list[Fault] = [
    Status(204),
    Status(304),
    Status(401, (("WWW-Authenticate", 'Bearer realm="acme"'),)),
    Status(404, (), b""),
    Status(429, (("Retry-After", "7"),)),
    Status(500),
    Status(520),
    html(),
    html(503),
    redirect("/v3/elsewhere"),
    redirect("https://api.acme.com/v3/elsewhere", 308),
    cut_json(),
    damaged_gzip(),
    Altered("no length", lambda answer: Response(answer.status, (), answer.body)),
    Altered("chunked", lambda answer: Response(answer.status, (("Transfer-Encoding", "chunked"),), answer.body)),
    CutShort(0.0),
    CutShort(0.5),
    CutShort(1.0),
    CutShort(0.5, "in a chunk"),
    Delayed(0.01),
    Delayed(3600),
    Lost(Reset),
    Lost(ReadTimedOut),
    Until(Status(403), 1.0, lambda: 0.0),
    Until(Status(403), 1.0, lambda: 2.0),
]


@pytest.mark.parametrize("fault", FAULTS, ids=lambda fault: fault.name)
@pytest.mark.parametrize("method", ["GET", "POST", "HEAD"])
def test_every_fault_looks_the_same(fault: Fault, method: str) -> None:
    """Before it, at it and after it: the same status, headers, bytes, cookies, redirects or exceptions."""
    silent = fault in (Delayed(3600), Lost(ReadTimedOut))
    with both() as (over_wire, over_server, worlds):
        for world in worlds:
            world.network.schedule = Schedule((Rule(fault, at=1),))
        for number in range(3):
            kwargs = {
                "timeout": (PATIENCE, IMPATIENCE if silent and number == 1 else PATIENCE),
                "data": b"\x00body" if method == "POST" else None,
            }
            assert over_wire(method, f"{BASE}/customers?n={number}", **kwargs) == over_server(
                method, f"{BASE}/customers?n={number}", **kwargs
            )
        wired, served = ([(c.position, c.request.url, type(c.broken)) for c in w.network.journal] for w in worlds)
        if not isinstance(fault, Delayed):  # over a socket it is the client who breaks off
            assert wired == served


def test_every_kind_of_fault_is_compared() -> None:
    """A new kind has to be entered in the list."""
    kinds = {cls for cls in vars(faults_module).values() if isinstance(cls, type) and issubclass(cls, Fault)}
    assert {type(fault) for fault in FAULTS} == kinds - {Fault}


@pytest.mark.parametrize(
    ("error", "caught"), [(Refused, requests.ConnectionError), (ConnectTimedOut, requests.Timeout)]
)
def test_what_a_server_can_only_approach_is_caught_alike(error: Any, caught: type[Exception]) -> None:
    """A listening socket cannot refuse one request: the class that connectors catch is the same all the same."""
    with requests.Session() as session:
        session.trust_env = False
        wired, served = World(session), World(session)
        for world in (wired, served):
            world.network.schedule = Schedule((Rule(Lost(error)),))
        with Wire(wired.network), pytest.raises(caught):
            session.get(BASE, timeout=(PATIENCE, IMPATIENCE))
        with Server(served.network) as server, pytest.raises(caught):
            session.get(server.url, timeout=(PATIENCE, IMPATIENCE))


TEXT = st.text(string.ascii_letters + string.digits + "é/ %&=+~", max_size=12)
NAMES = st.text(string.ascii_letters + string.digits + "-", min_size=1, max_size=10).map(lambda name: f"X-{name}")
VALUES = st.text([chr(n) for n in (*range(0x20, 0x7F), *range(0xA1, 0x100))], max_size=20).map(str.strip)
BODIES = st.none() | st.binary(max_size=300) | st.dictionaries(TEXT, TEXT, max_size=3)
ENDS = st.sampled_from(["length", "chunked", "closed"])


@st.composite
def responses(draw: st.DrawFn) -> Response:
    """Any answer that HTTP/1.1 allows, whole or cut, its end told in any of the three ways."""
    status = draw(
        st.sampled_from([200, 201, 204, 206, 304, 400, 401, 403, 404, 409, 422, 429, 500, 502, 503, 520, 599])
    )
    body = draw(st.binary(max_size=500))
    headers = draw(st.lists(st.tuples(NAMES, VALUES), max_size=4))
    framing = {
        "length": [("Content-Length", str(len(body)))],
        "chunked": [("Transfer-Encoding", "chunked")],
        "closed": [],
    }
    arrives = draw(st.none() | st.integers(0, len(body)))
    chunk = draw(st.none() | st.integers(1, 200))
    return Response(status, (*headers, *framing[draw(ENDS)]), body, arrives, chunk=chunk)


@pytest.fixture(scope="module")
def worlds() -> Iterator[tuple[Callable[..., Any], Callable[..., Any], list[World]]]:
    """Both worlds, kept for all examples: connections that stay alive are part of what has to agree."""
    with both() as opened:
        yield opened


@settings(max_examples=60, deadline=None, suppress_health_check=[HealthCheck.too_slow])
@given(
    method=st.sampled_from(["GET", "POST", "PUT", "PATCH", "DELETE", "HEAD", "OPTIONS"]),
    path=TEXT,
    params=st.dictionaries(TEXT, TEXT, max_size=3),
    headers=st.dictionaries(NAMES, VALUES.filter(str.isascii), max_size=3),
    body=BODIES,
    in_chunks=st.booleans(),
)
def test_every_request_arrives_the_same(
    worlds: Any,
    method: str,
    path: str,
    params: Any,
    headers: Any,
    body: Any,
    in_chunks: bool,
) -> None:
    """The API sees the same method, URL, headers and body, whether they came over the wire or a socket."""
    over_wire, over_server, pair = worlds
    for world in pair:
        world.host.answer = None

    def data() -> Any:
        return iter([body[:5], body[5:]]) if in_chunks and isinstance(body, bytes) else body

    kwargs = {"params": params, "headers": headers, "timeout": PATIENCE}
    asked = f"{BASE}/{path}"
    assert over_wire(method, asked, data=data(), **kwargs) == over_server(method, asked, data=data(), **kwargs)


@settings(max_examples=60, deadline=None, suppress_health_check=[HealthCheck.too_slow])
@example(method="GET", answer=Response(204, (("Transfer-Encoding", "chunked"),)))
@given(method=st.sampled_from(["GET", "HEAD"]), answer=responses())
def test_every_answer_arrives_the_same(worlds: Any, method: str, answer: Response) -> None:
    """Status, reason, headers in their order, every byte of the body, or the way in which it breaks off."""
    over_wire, over_server, pair = worlds
    for world in pair:
        world.host.answer = answer
    for _ in range(2):
        assert over_wire(method, timeout=PATIENCE) == over_server(method, timeout=PATIENCE)
