"""The wire: requests and urllib3 run for real and meet what a socket would show them."""

from __future__ import annotations

import gzip
import io
import os
import socket
import sys
import threading
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import pytest
import requests
import requests.sessions
import requests.utils
import urllib3
from requests.adapters import HTTPAdapter, Retry
from urllib3.connection import HTTPConnection, HTTPSConnection

from contract.errors import UndescribedHostError
from contract.messages import Request, Response, json_response
from contract.simulation.clock import VirtualClock
from contract.simulation.faults import (
    Broken,
    ConnectTimedOut,
    CutShort,
    Lost,
    ReadTimedOut,
    Refused,
    Reset,
    Rule,
    Schedule,
    Status,
    damaged_gzip,
    redirect,
)
from contract.simulation.network import Network
from contract.simulation.server import Server
from contract.simulation.wire import FAILURES, IGNORED_VARIABLES, Wire

BASE = "https://api.acme.com/v2"
Answer = Callable[[Request], Response]


class Api:
    """A host that answers as it is told, by default with what it was asked."""

    def __init__(self) -> None:
        self.answer: Answer = lambda request: json_response(200, {"method": request.method, "url": request.url})

    def kind(self, request: Request) -> str:
        """Everything is a page."""
        return "list"

    def respond(self, request: Request) -> Response:
        """What `answer` says."""
        return self.answer(request)


class World:
    """A network with one API, reachable as https and as http, and what was sent to it."""

    def __init__(self) -> None:
        self.api = Api()
        self.clock = VirtualClock()
        self.network = Network(
            {
                "https://api.acme.com:443": self.api,
                "http://api.acme.com:80": self.api,
                "http://127.0.0.1:8080": self.api,
            },
            self.clock,
        )

    def faults(self, *rules: Rule) -> None:
        """Schedule these from now on."""
        self.network.schedule = Schedule(rules)

    def always(self, *args: Any, **kwargs: Any) -> None:
        """Answer every request with this response."""
        response = Response(*args, **kwargs)
        self.api.answer = lambda request: response

    @property
    def sent(self) -> Request:
        """The last request that reached the network."""
        return self.network.journal[-1].request


@pytest.fixture
def world() -> Iterator[World]:
    """A world behind the wire, its clock installed."""
    built = World()
    with built.clock.installed(), Wire(built.network):
        yield built


@pytest.fixture
def session() -> Iterator[requests.Session]:
    """A plain session."""
    with requests.Session() as opened:
        yield opened


def retrying(retry: Retry) -> requests.Session:
    """A session that retries as bizon's does: in the adapter."""
    session = requests.Session()
    session.mount("https://", HTTPAdapter(max_retries=retry))
    return session


def types_of(error: BaseException) -> list[type[BaseException]]:
    """The classes of an exception and of everything it wraps, outermost first."""
    found = [type(error)]
    inner = getattr(error, "reason", None) or next(
        (a for a in reversed(error.args) if isinstance(a, BaseException)), None
    )
    return found + (types_of(inner) if isinstance(inner, BaseException) else [])


# What is asked


def test_a_request_arrives_as_it_is_sent(world: World, session: requests.Session) -> None:
    """Method, URL, headers that urllib3 adds, body, timeouts and verification."""
    answer = session.post(f"{BASE}/customers", params={"q": "a b", "n": "é"}, json={"x": 1}, timeout=(3, 7))
    sent = world.sent
    assert answer.json() == {"method": "POST", "url": sent.url}
    assert sent.url == f"{BASE}/customers?q=a+b&n=%C3%A9"
    assert (sent.body, sent.json) == (b'{"x": 1}', {"x": 1})
    assert (sent.connect_timeout, sent.read_timeout, sent.verify) == (3, 7, True)
    assert dict(sent.headers) == {
        "Host": "api.acme.com",
        "User-Agent": requests.utils.default_user_agent(),
        "Accept-Encoding": requests.utils.DEFAULT_ACCEPT_ENCODING,
        "Accept": "*/*",
        "Connection": "keep-alive",
        "Content-Length": "8",
        "Content-Type": "application/json",
    }


@pytest.mark.parametrize(
    ("timeout", "seen"), [(None, (None, None)), (5, (5, 5)), ((2, None), (2, None)), ((None, 2.5), (None, 2.5))]
)
def test_timeouts_are_seen_on_new_and_kept_connections(
    world: World, session: requests.Session, timeout: Any, seen: tuple[float | None, float | None]
) -> None:
    """Each request has its own, whatever the one before had."""
    for _ in range(2):
        session.get(BASE, timeout=timeout)
        assert (world.sent.connect_timeout, world.sent.read_timeout) == seen
        session.get(BASE, timeout=99)
        assert (world.sent.connect_timeout, world.sent.read_timeout) == (99, 99)


def test_a_client_that_does_not_verify_is_seen(world: World, session: requests.Session) -> None:
    """urllib3 warns as it does over a socket; http has nothing to verify."""
    with pytest.warns(urllib3.exceptions.InsecureRequestWarning, match=r"api\.acme\.com"):
        session.get(BASE, verify=False)
    assert not world.sent.verify
    session.get("http://api.acme.com/v2")
    assert world.sent.verify


@pytest.mark.parametrize(
    "body",
    [
        b"ab\r\n\r\nc",
        "ab\r\n\r\nc",
        io.BytesIO(b"ab\r\n\r\nc"),
        iter([b"ab\r\n", b"", b"\r\nc"]),
        bytearray(b"ab\r\n\r\nc"),
    ],
    ids=["bytes", "text", "file", "generator", "bytearray"],
)
def test_every_kind_of_body_arrives_whole(world: World, session: requests.Session, body: Any) -> None:
    """Also when it is sent in chunks."""
    session.put(BASE, data=body)
    assert world.sent.body == b"ab\r\n\r\nc"


def test_a_form_and_files_arrive(world: World, session: requests.Session) -> None:
    """A form is encoded, a file travels as multipart."""
    session.post(BASE, data={"grant_type": "client_credentials"})
    assert world.sent.form == {"grant_type": ["client_credentials"]}
    session.post(BASE, files={"upload": ("a.csv", b"id\n1\n")})
    assert b'filename="a.csv"\r\n\r\nid\n1\n' in world.sent.body


def test_ports_and_schemes_are_told_apart(world: World, session: requests.Session) -> None:
    """A default port is not written into the URL, any other is."""
    for url in ("http://api.acme.com/v2", "http://127.0.0.1:8080/v2"):
        session.get(url)
        assert world.sent.url == url
    session.get("https://api.acme.com:443/v2")
    assert world.sent.url == BASE


# What is answered


def test_an_answer_arrives_as_it_was_given(world: World, session: requests.Session) -> None:
    """Status, reason, version, headers in order and with repetitions, body."""
    headers = (("X-One", "1"), ("X-Two", "2"), ("x-one", "again"), ("X-Latin", "é"), ("Content-Length", "3"))
    world.always(418, headers, b"\x00\xffx")
    answer = session.get(BASE)
    assert (answer.status_code, answer.reason, answer.raw.version) == (418, "I'm a Teapot", 11)
    assert tuple(answer.raw.headers.items()) == (headers[0], ("X-One", "again"), *headers[1:2], *headers[3:])
    assert answer.content == b"\x00\xffx"
    assert answer.request.url == f"{BASE}"


def test_a_status_without_a_name_has_an_empty_reason(world: World, session: requests.Session) -> None:
    """Cloudflare's 520 is answered, too."""
    world.always(520, (("Content-Length", "0"),))
    assert (session.get(BASE).status_code, session.get(BASE).reason) == (520, "")


@pytest.mark.parametrize(("method", "status"), [("HEAD", 200), ("GET", 204), ("GET", 304)])
def test_answers_without_a_body_have_none(world: World, session: requests.Session, method: str, status: int) -> None:
    """Whatever the host gives as body; the connection can be used again."""
    world.always(status, (("Content-Length", "4"),), b"body")
    assert session.request(method, BASE).content == b""
    assert pooled(session) == 1


def test_gzip_is_unpacked_by_urllib3(world: World, session: requests.Session) -> None:
    """The raw body stays packed, the content is not."""
    packed = gzip.compress(b"hello" * 100)
    world.always(200, (("Content-Encoding", "gzip"), ("Content-Length", str(len(packed)))), packed)
    assert session.get(BASE).content == b"hello" * 100
    with session.get(BASE, stream=True) as answer:
        assert answer.raw.read(decode_content=False) == packed


@pytest.mark.parametrize(
    "headers",
    [(("Content-Length", "6000"),), (("Transfer-Encoding", "chunked"),), ()],
    ids=["length", "chunked", "until closed"],
)
def test_a_body_can_be_streamed(world: World, session: requests.Session, headers: Any) -> None:
    """In pieces, by lines, or as a file; however its end is told."""
    body = b"line\r\n" * 1000
    world.always(200, headers, body)
    with session.get(BASE, stream=True) as answer:
        assert b"".join(answer.iter_content(1000)) == body
    with session.get(BASE, stream=True) as answer:
        assert list(answer.iter_lines()) == [b"line"] * 1000
    with session.get(BASE, stream=True) as answer:
        assert answer.raw.read(7) == b"line\r\nl"
    assert session.get(BASE).content == body


def test_cookies_are_kept_and_sent_back(world: World, session: requests.Session) -> None:
    """Set-Cookie reaches the jar, twice in one answer, and respects its path."""
    world.always(200, (("Set-Cookie", "a=1; Path=/"), ("Set-Cookie", "b=2; Path=/other"), ("Content-Length", "0")))
    session.get(BASE)
    assert session.cookies.get_dict() == {"a": "1", "b": "2"}
    session.get(BASE)
    assert world.sent.header("Cookie") == "a=1"


def test_redirects_are_followed(world: World, session: requests.Session) -> None:
    """To the described host, with the history that requests keeps."""
    world.faults(Rule(redirect("/v3/customers", 307)))
    answer = session.post(BASE, data=b"x")
    assert ([step.status_code for step in answer.history], answer.status_code) == ([307], 200)
    assert (world.sent.method, world.sent.path, world.sent.body) == ("POST", "/v3/customers", b"x")


def test_a_redirect_to_another_host_is_refused(world: World, session: requests.Session) -> None:
    """A redirect does not lead out of the simulated world."""
    world.faults(Rule(redirect("https://evil.test/")))
    with pytest.raises(UndescribedHostError, match=r"evil\.test"):
        session.get(BASE)


def test_hooks_run(world: World, session: requests.Session) -> None:
    """bizon raises on 4xx in one."""
    world.faults(Rule(Status(404)))
    session.hooks["response"] = [lambda answer, *args, **kwargs: answer.raise_for_status()]
    with pytest.raises(requests.HTTPError, match=r"404 Client Error: Not Found for url: https://api\.acme\.com/v2"):
        session.get(BASE)


def test_delays_move_the_clock_and_nothing_else(world: World, session: requests.Session) -> None:
    """A slow answer takes virtual time, which is also what requests reports where it measures with `time.time`."""
    world.always(200, (("Content-Length", "0"),), delay=30)
    elapsed = session.get(BASE).elapsed.total_seconds()
    assert elapsed == 30 or sys.platform == "win32"
    assert (world.clock.elapsed, world.clock.slept) == (30, [])


# What breaks


def test_every_way_to_break_has_its_exception() -> None:
    """The table is complete: a new kind of failure has to be entered."""
    assert set(FAILURES) == set(Broken.__subclasses__())


@pytest.mark.parametrize(
    ("error", "outermost", "innermost"),
    [
        (Refused, requests.ConnectionError, urllib3.exceptions.NewConnectionError),
        (Reset, requests.ConnectionError, ConnectionResetError),
        (ConnectTimedOut, requests.ConnectTimeout, urllib3.exceptions.ConnectTimeoutError),
        (ReadTimedOut, requests.ReadTimeout, urllib3.exceptions.ReadTimeoutError),
    ],
)
def test_a_broken_connection_raises_what_requests_raises(
    world: World, session: requests.Session, error: type[Broken], outermost: type[Exception], innermost: type[Exception]
) -> None:
    """The class that connectors catch, around the one that urllib3 met."""
    world.faults(Rule(Lost(error)))
    with pytest.raises(requests.RequestException) as caught:
        session.get(BASE, timeout=(3, 7))
    chain = types_of(caught.value)
    assert (chain[0], chain[-1]) == (outermost, innermost)
    assert session.get(BASE).status_code == 200


def test_a_refused_connection_is_like_a_real_one(session: requests.Session) -> None:
    """Class by class and word by word what a closed port gives, but for address and port."""
    with socket.create_server(("127.0.0.1", 0)) as closed:
        port = closed.getsockname()[1]
    with pytest.raises(requests.ConnectionError) as real:
        session.get(f"http://127.0.0.1:{port}/")
    world = World()
    world.faults(Rule(Lost(Refused)))
    with Wire(world.network), pytest.raises(requests.ConnectionError) as simulated:
        session.get("http://127.0.0.1:8080/")
    assert types_of(simulated.value) == types_of(real.value)
    assert str(simulated.value).replace("8080", str(port)) == str(real.value)
    reason = simulated.value.args[0].reason
    assert type(reason.__cause__) is ConnectionRefusedError


@pytest.mark.parametrize(
    ("error", "counted"), [(Refused, "connect"), (ConnectTimedOut, "connect"), (Reset, "read"), (ReadTimedOut, "read")]
)
def test_retries_count_where_the_connection_broke(world: World, error: type[Broken], counted: str) -> None:
    """A retry policy for connect errors only, or read errors only, retries just those."""
    for allowed in ("connect", "read"):
        world.faults(Rule(Lost(error), times=None))
        before = len(world.network.journal)
        policy = Retry(9, **{"connect": 0, "read": 0, allowed: 2})  # type: ignore[arg-type]
        with retrying(policy) as session, pytest.raises(requests.RequestException):
            session.get(BASE, timeout=5)
        assert len(world.network.journal) - before == (3 if allowed == counted else 1)


def test_retry_after_is_slept_in_virtual_time(world: World) -> None:
    """A retry waits as long as the server says, and no time passes."""
    world.faults(Rule(Status(429, (("Retry-After", "600"),))))
    with retrying(Retry(3, backoff_factor=0)) as session:
        assert session.get(BASE).status_code == 200
    assert world.clock.slept == [600]


def test_a_rewound_body_is_sent_again(world: World) -> None:
    """A retry sends a file from where it began."""
    world.faults(Rule(Status(503, (("Retry-After", "0"),))))
    body = io.BytesIO(b"abc")
    with retrying(Retry(3, allowed_methods=None)) as session:
        session.post(BASE, data=body)
    assert [call.request.body for call in world.network.journal] == [b"abc", b"abc"]


@pytest.mark.parametrize(
    ("fault", "told"),
    [
        (CutShort(0), "IncompleteRead"),
        (CutShort(0.5), "IncompleteRead"),
        (CutShort(0.5, "in a chunk"), "IncompleteRead"),
        (CutShort(0, "in a chunk"), "prematurely"),
        (CutShort(0, "reset"), "ConnectionResetError"),
        (CutShort(0.5, "reset"), "ConnectionResetError"),
    ],
)
def test_a_body_that_breaks_off_is_a_failed_read(
    world: World, session: requests.Session, fault: CutShort, told: str
) -> None:
    """Reading fails as over a socket, at once or after the part that arrived when streamed."""
    world.faults(Rule(fault, times=2))
    with pytest.raises(requests.exceptions.ChunkedEncodingError, match=told):
        session.get(BASE)
    with session.get(BASE, stream=True) as answer, pytest.raises(requests.exceptions.ChunkedEncodingError):
        list(answer.iter_content(10))
    assert session.get(BASE).status_code == 200


def test_a_chunked_body_can_be_cut_short(world: World, session: requests.Session) -> None:
    """The missing end is noticed."""
    world.always(200, (("Transfer-Encoding", "chunked"),), b"abcdef", arrives=3)
    with pytest.raises(requests.exceptions.ChunkedEncodingError):
        session.get(BASE)


def test_damaged_gzip_fails_to_decode(world: World, session: requests.Session) -> None:
    """As requests reports it."""
    world.faults(Rule(damaged_gzip()))
    with pytest.raises(requests.exceptions.ContentDecodingError):
        session.get(BASE)


# Who else is reached, and who is not


@pytest.mark.parametrize("url", ["https://evil.test/", "http://api.acme.com:8080/", "http://127.0.0.1:1/"])
def test_an_undescribed_host_reaches_the_caller_as_itself(world: World, url: str) -> None:
    """Not wrapped, not retried, remembered, and the session works on."""
    with retrying(Retry(5, backoff_factor=1)) as session:
        with pytest.raises(UndescribedHostError, match="is not described"):
            session.get(url)
        assert session.get(BASE).status_code == 200
    assert len(world.network.refused_hosts) == 1
    assert world.clock.slept == []


def test_requests_without_a_session_and_urllib3_itself_are_reached(world: World) -> None:
    """bizon's OAuth refresh uses plain `requests.request`."""
    assert requests.request("POST", BASE, data={"a": "b"}).status_code == 200
    with urllib3.PoolManager() as pool:
        assert pool.request("GET", BASE).json()["method"] == "GET"
    connection = HTTPSConnection("api.acme.com")
    connection.request("GET", "/v2")
    assert connection.getresponse().status == 200
    connection.close()


def test_threads_are_reached(world: World, session: requests.Session) -> None:
    """Requests of many threads are all answered, each with its own answer."""
    found: list[tuple[str, str]] = []

    def page(number: int) -> None:
        for step in range(20):
            url = f"{BASE}/customers?page={number}.{step}"
            found.append((session.get(url).json()["url"], url))

    threads = [threading.Thread(target=page, args=(number,)) for number in range(6)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert len(found) == 120
    assert all(asked == answered for asked, answered in found)


def test_connections_are_kept_alive(world: World, session: requests.Session) -> None:
    """One connection serves all requests, unless the server ends it."""
    for _ in range(5):
        session.get(BASE)
    assert pooled(session) == 1
    world.always(200, (("Content-Length", "0"), ("Connection", "close")))
    session.get(BASE)
    assert session.get(BASE).status_code == 200


def pooled(session: requests.Session) -> int:
    """How many connections the session has opened to the API."""
    adapter = session.get_adapter(BASE)
    assert isinstance(adapter, HTTPAdapter)
    pool = adapter.poolmanager.connection_from_url(
        BASE,
        pool_kwargs={"cert_reqs": "CERT_REQUIRED"},  # the key under which requests keeps it
    )
    return int(pool.num_connections)


def test_a_proxy_that_is_not_described_is_refused(world: World, session: requests.Session) -> None:
    """A proxy that the connector names itself is a host like any other."""
    for url in (BASE, "http://api.acme.com/v2"):
        with pytest.raises(UndescribedHostError, match=r"proxy\.test:3128"):
            session.get(url, proxies={"http": "http://proxy.test:3128", "https": "http://proxy.test:3128"})


def test_the_machine_does_not_leak_in(
    monkeypatch: pytest.MonkeyPatch, tmp_path: Path, session: requests.Session
) -> None:
    """Proxies, netrc and certificate bundles of the environment are not looked at, and are there again afterwards."""
    netrc = tmp_path / "netrc"
    netrc.write_text("machine api.acme.com login somebody password secret\n")
    monkeypatch.setenv("NETRC", str(netrc))
    for name in ("http_proxy", "https_proxy", "all_proxy", "HTTPS_PROXY"):
        monkeypatch.setenv(name, "http://proxy.test:3128")
    for name in IGNORED_VARIABLES:
        monkeypatch.setenv(name, "/nowhere/bundle.pem")
    world = World()
    world.faults(Rule(redirect("/elsewhere")))
    with Wire(world.network):
        assert session.get(BASE).status_code == 200
        prepared = session.prepare_request(requests.Request("GET", BASE))
        assert session.send(prepared).status_code == 200
    assert all(call.request.header("Authorization") is None for call in world.network.journal)
    assert os.environ["REQUESTS_CA_BUNDLE"] == "/nowhere/bundle.pem"
    assert session.prepare_request(requests.Request("GET", BASE)).headers["Authorization"].startswith("Basic ")


# Coming and going


@pytest.mark.parametrize("order", [("wire", "socket", "wire"), ("socket", "wire", "socket")])
def test_a_session_goes_from_world_to_world(order: tuple[str, ...], session: requests.Session) -> None:
    """Connections that it kept alive over the wire are not used outside, nor the other way round."""
    served, wired = World(), World()
    served.api.answer = lambda request: json_response(200, "socket")
    wired.api.answer = lambda request: json_response(200, "wire")
    with Server(Network({"http://api.acme.com:80": served.api}, served.clock)) as server:
        wired.network.hosts[server.url] = wired.api
        for where in order:
            for _ in range(2):
                if where == "socket":
                    assert session.get(server.url).json() == "socket"
                else:
                    with Wire(wired.network):
                        assert session.get(server.url).json() == "wire"


def test_the_inner_wire_wins_and_the_outer_returns(world: World, session: requests.Session) -> None:
    """Also for the connections of one session."""
    inner = World()
    inner.api.answer = lambda request: json_response(200, "inner")
    assert session.get(BASE).json() != "inner"
    with Wire(inner.network):
        assert session.get(BASE).json() == "inner"
    assert session.get(BASE).json() != "inner"
    assert (len(world.network.journal), len(inner.network.journal)) == (2, 1)


def test_everything_is_put_back() -> None:
    """Afterwards, also after an exception, urllib3 and requests are as before."""

    def state() -> list[Any]:
        return [
            *(vars(cls)[name] for cls in (HTTPConnection, HTTPSConnection) for name in ("connect",)),
            vars(HTTPConnection)["is_connected"],
            requests.sessions.get_environ_proxies,
            requests.sessions.get_netrc_auth,
            requests.utils.get_environ_proxies,
            requests.utils.should_bypass_proxies,
            dict(os.environ),
        ]

    before = state()
    wire = Wire(World().network)
    for _ in range(2):
        with wire, wire:
            assert state() != before
        assert state() == before
    with pytest.raises(KeyError), wire:
        raise KeyError
    assert state() == before
