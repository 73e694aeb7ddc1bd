"""The server: the same network behind real sockets, plain or TLS, with its faults acted out."""

from __future__ import annotations

import gzip
import json
import socket
import ssl
import threading
import urllib.request
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import pytest
import requests
from hypothesis import given, settings
from hypothesis import strategies as st

from contract.messages import Request, Response, json_response
from contract.simulation.clock import VirtualClock
from contract.simulation.faults import (
    Broken,
    ConnectTimedOut,
    CutShort,
    Delayed,
    Lost,
    ReadTimedOut,
    Refused,
    Reset,
    Rule,
    Schedule,
    Status,
    redirect,
)
from contract.simulation.network import Network
from contract.simulation.server import ACTS, Server, rewritten

ORIGIN = "https://api.acme.com:443"
TOKENS = "https://login.acme.com:443"


class Api:
    """A host that answers as it is told, by default with what it was asked."""

    def __init__(self) -> None:
        self.answer: Callable[[Request], Response] = lambda request: json_response(
            200, {"url": request.url, "body": request.body.decode("latin-1")}
        )

    def kind(self, request: Request) -> str:
        """Everything is a page."""
        return "list"

    def respond(self, request: Request) -> Response:
        """What `answer` says."""
        return self.answer(request)


@pytest.fixture
def api() -> Api:
    """The API behind the server."""
    return Api()


@pytest.fixture
def network(api: Api) -> Network:
    """A network with an API and a second host for tokens."""
    return Network({ORIGIN: api, TOKENS: Api()}, VirtualClock())


@pytest.fixture
def server(network: Network) -> Iterator[Server]:
    """The network over plain HTTP, links left as they are."""
    with Server(network, origin=ORIGIN, rewrite=False) as running:
        yield running


@pytest.fixture
def session() -> Iterator[requests.Session]:
    """A session that does not look at the machine's proxies and certificates."""
    with requests.Session() as opened:
        opened.trust_env = False
        yield opened


def test_a_request_reaches_the_api_under_its_public_name(
    server: Server, network: Network, session: requests.Session
) -> None:
    """The network is asked for the described URL, with method, headers and body as sent."""
    answer = session.post(f"{server.url}/v2/customers?q=a%20b&&x", data=b"hello", headers={"X-One": "1"})
    assert answer.json() == {"url": "https://api.acme.com/v2/customers?q=a%20b&&x", "body": "hello"}
    sent = network.journal[0].request
    assert (sent.method, sent.header("X-One"), sent.header("content-length")) == ("POST", "1", "5")


def test_a_path_is_left_as_it_was_sent(server: Server, session: requests.Session) -> None:
    """Two slashes at its beginning are two slashes."""
    with socket.create_connection(("127.0.0.1", server.port)) as client:
        client.sendall(b"GET //v2//x?a=//b HTTP/1.1\r\nHost: x\r\nConnection: close\r\n\r\n")
        received = b"".join(iter(lambda: client.recv(4096), b""))
    assert json.loads(received.partition(b"\r\n\r\n")[2])["url"] == "https://api.acme.com//v2//x?a=//b"


def test_tls_is_real(network: Network, session: requests.Session) -> None:
    """The certificate is of the server's own CA, for loopback and every described host; others do not trust it."""
    with Server(network, tls=True, origin=ORIGIN) as server:
        assert server.url.startswith("https://127.0.0.1:")
        assert session.get(f"{server.url}/v2", verify=server.ca_file).status_code == 200
        assert session.get(server.url.replace("127.0.0.1", "localhost"), verify=server.ca_file).status_code == 200
        with pytest.raises(requests.exceptions.SSLError):
            session.get(server.url, verify=True)
        assert Path(server.ca_file).read_bytes() == server.ca_pem
        context = ssl.create_default_context(cadata=server.ca_pem.decode())
        for name in ("api.acme.com", "login.acme.com"):
            with (
                socket.create_connection(("127.0.0.1", server.port)) as raw,
                context.wrap_socket(raw, server_hostname=name) as client,
            ):
                assert client.version() is not None
    assert not Path(server.ca_file).exists()


def test_other_clients_are_served(server: Server) -> None:
    """It is HTTP, not urllib3."""
    opener = urllib.request.build_opener(urllib.request.ProxyHandler({}))
    with opener.open(f"{server.url}/v2") as answer:
        assert json.load(answer)["url"] == "https://api.acme.com/v2"


def test_the_host_header_chooses_among_origins(server: Server, session: requests.Session) -> None:
    """A described name gets its own host, any other the default one."""
    found = {
        host: session.get(f"{server.url}/x", headers={"Host": host}).json()["url"]
        for host in ("login.acme.com", "api.acme.com:443", "somewhere.test")
    }
    assert found == {
        "login.acme.com": "https://login.acme.com/x",
        "api.acme.com:443": "https://api.acme.com/x",
        "somewhere.test": "https://api.acme.com/x",
    }


def test_which_origin_has_to_be_clear(network: Network) -> None:
    """With several described hosts one has to be named, and it has to be described."""
    with pytest.raises(
        ValueError, match=r"say which with `origin`; described are https://api\.acme\.com:443, https://login"
    ):
        Server(network)
    with pytest.raises(ValueError, match=r"'https://other\.test' is not described; described are"):
        Server(network, origin="https://other.test")
    assert Server(network, origin="https://API.acme.com").origin == ORIGIN
    assert Server(Network({ORIGIN: Api()}, VirtualClock())).origin == ORIGIN


@pytest.mark.parametrize("body", [b"", b"abc", b"\r\n" * 5, bytes(range(256)) * 300])
def test_bodies_arrive_at_once_and_in_chunks(
    server: Server, network: Network, session: requests.Session, body: bytes
) -> None:
    """And the connection can be used for the next request."""
    for data in (body, iter([body[:7], body[7:]])):
        session.put(server.url, data=data)
        assert network.journal[-1].request.body == body


@pytest.mark.parametrize(
    "headers", [(("Content-Length", "5"),), (("Transfer-Encoding", "chunked"),), (), (("Content-Length", "3"),)]
)
def test_an_answer_ends_where_its_headers_say(
    api: Api, server: Server, session: requests.Session, headers: Any
) -> None:
    """By length, in chunks or with the connection; a length that lies does not spoil the next answer."""
    api.answer = lambda request: Response(200, headers, b"hello")
    for _ in range(3):
        assert session.get(server.url).content == (b"hel" if ("Content-Length", "3") in headers else b"hello")


@pytest.mark.parametrize(("method", "status"), [("HEAD", 200), ("GET", 204), ("GET", 304)])
def test_answers_without_a_body_have_none(
    api: Api, server: Server, session: requests.Session, method: str, status: int
) -> None:
    """The next answer on the connection is not mistaken for it."""
    api.answer = lambda request: Response(status, (("Content-Length", "4"),), b"body")
    assert [session.request(method, server.url).content for _ in range(2)] == [b"", b""]


# Links


@pytest.mark.parametrize("tls", [False, True])
def test_links_can_be_followed(api: Api, network: Network, session: requests.Session, tls: bool) -> None:
    """URLs of the public origin lead back to the server, in bodies and in headers."""
    api.answer = lambda request: json_response(
        200,
        {"next": "https://api.acme.com/v2?page=2", "url": request.url},
        (("Link", "<https://api.acme.com/v2?page=2>"),),
    )
    with Server(network, tls=tls, origin=ORIGIN) as server:
        first = session.get(f"{server.url}/v2", verify=server.ca_file or True)
        assert first.headers["Link"] == f"<{server.url}/v2?page=2>"
        second = session.get(first.json()["next"], verify=server.ca_file or True)
        network.schedule = Schedule((Rule(redirect("https://api.acme.com/v2?page=3"), at=2),))
        third = session.get(f"{server.url}/v2", verify=server.ca_file or True)
    assert [network.journal[step].request.url for step in (1, 3)] == [
        f"https://api.acme.com/v2?page={n}" for n in (2, 3)
    ]
    assert (second.status_code, third.status_code) == (200, 200)


def test_links_are_left_alone_where_the_public_name_is_used(
    api: Api, network: Network, session: requests.Session
) -> None:
    """Whoever reaches the server under a described name can follow them as they are."""
    api.answer = lambda request: json_response(200, "https://api.acme.com/v2")
    with Server(network, origin=ORIGIN) as server:
        assert session.get(server.url, headers={"Host": "api.acme.com"}).json() == "https://api.acme.com/v2"
        assert session.get(server.url).json() == f"{server.url}/v2"
    with Server(network, origin=ORIGIN, rewrite=False) as server:
        assert session.get(server.url).json() == "https://api.acme.com/v2"


@pytest.mark.parametrize(
    ("text", "becomes"),
    [
        ("https://api.acme.com", "http://127.0.0.1:80"),
        (
            "https://api.acme.com/v2 and https://api.acme.com:443/v2",
            "http://127.0.0.1:80/v2 and http://127.0.0.1:80/v2",
        ),
        (r'{"next":"https:\/\/api.acme.com\/v2"}', r'{"next":"http:\/\/127.0.0.1:80\/v2"}'),
        ("See https://api.acme.com.", "See http://127.0.0.1:80."),
        ("https://api.acme.com.evil.test/", "https://api.acme.com.evil.test/"),
        ("https://api.acme.community/", "https://api.acme.community/"),
        ("https://api.acme.com:8443/", "https://api.acme.com:8443/"),
        ("http://api.acme.com/", "http://api.acme.com/"),
        ("https://apixacme.com/", "https://apixacme.com/"),
    ],
)
def test_only_links_of_the_origin_are_rewritten(text: str, becomes: str) -> None:
    """Hosts are compared whole; JSON's escaped slashes stay escaped."""
    answer = rewritten(json_response(200, None).with_body(text.encode()), ORIGIN, "http://127.0.0.1:80")
    assert answer.body == becomes.encode()
    assert answer.header("Content-Length") == str(len(becomes))


def test_compressed_bodies_are_not_rewritten() -> None:
    """Nor is anything else changed where there is no link."""
    packed = gzip.compress(b"https://api.acme.com/")
    answer = Response(200, (("Content-Encoding", "gzip"),), packed)
    assert rewritten(answer, ORIGIN, "http://127.0.0.1:80") == answer


@settings(max_examples=50, deadline=None)
@given(st.binary(max_size=200), st.lists(st.just(b"https://api.acme.com/v2"), max_size=3))
def test_rewriting_touches_nothing_but_links(noise: bytes, links: list[bytes]) -> None:
    """Any other byte stays, and a cut body stays cut within itself."""
    body = noise + b" ".join(links)
    answer = rewritten(Response(200, (), body, arrives=len(body) // 2), ORIGIN, "http://127.0.0.1:8080")
    assert answer.body == body.replace(b"https://api.acme.com", b"http://127.0.0.1:8080")
    assert 0 <= (answer.arrives or 0) <= len(answer.body)


# Faults


def test_every_way_to_break_is_acted_out() -> None:
    """The table is complete: a new kind of failure has to be entered."""
    assert set(ACTS) == set(Broken.__subclasses__())


@pytest.mark.parametrize("tls", [False, True])
@pytest.mark.parametrize(
    ("error", "met"),
    [
        (Refused, requests.ConnectionError),
        (Reset, requests.ConnectionError),
        (ReadTimedOut, requests.ReadTimeout),
        (ConnectTimedOut, requests.ReadTimeout),
    ],
)
def test_connections_break(
    network: Network,
    session: requests.Session,
    error: type[Broken],
    met: type[Exception],
    tls: bool,
) -> None:
    """As the schedule says, and the next request is answered."""
    network.schedule = Schedule((Rule(Lost(error), at=1),))
    with Server(network, tls=tls, origin=ORIGIN) as server:
        verify = server.ca_file or True
        assert session.get(server.url, verify=verify).status_code == 200
        with pytest.raises(met):
            session.get(server.url, timeout=(30, 0.1), verify=verify)
        assert session.get(server.url, verify=verify).status_code == 200
    assert [type(call.broken) for call in network.journal] == [type(None), error, type(None)]


def test_a_reset_is_a_reset(server: Server, network: Network, session: requests.Session) -> None:
    """ECONNRESET, not an end of file."""
    network.schedule = Schedule((Rule(Lost(Reset)),))
    with pytest.raises(requests.ConnectionError) as caught:
        session.get(server.url)
    assert isinstance(caught.value.args[0].args[1], ConnectionResetError)


def test_a_reset_in_the_body_is_a_reset(server: Server, network: Network, session: requests.Session) -> None:
    """ECONNRESET behind the part that arrived, not an end of file."""
    network.schedule = Schedule((Rule(CutShort(0.5, "reset")),))
    with pytest.raises(requests.exceptions.ChunkedEncodingError, match="ConnectionResetError"):
        session.get(server.url)
    assert session.get(server.url).status_code == 200


@pytest.mark.parametrize("keep", [0.0, 0.5])
def test_a_body_is_cut_short(server: Server, network: Network, session: requests.Session, keep: float) -> None:
    """The connection ends before the announced length."""
    network.schedule = Schedule((Rule(CutShort(keep)),))
    with pytest.raises(requests.exceptions.ChunkedEncodingError, match="IncompleteRead"):
        session.get(server.url)
    assert session.get(server.url).status_code == 200


def test_a_delay_is_waited_for(server: Server, network: Network, session: requests.Session) -> None:
    """Within the read timeout the answer comes, beyond it never; the network's clock is not touched."""
    network.schedule = Schedule((Rule(Delayed(0.01)), Rule(Delayed(3600), at=1)))
    assert session.get(server.url, timeout=30).status_code == 200
    with pytest.raises(requests.ReadTimeout):
        session.get(server.url, timeout=(30, 0.1))
    assert network.clock.now() == VirtualClock().now()


def test_a_defect_of_the_api_is_an_error_that_says_so(api: Api, server: Server, session: requests.Session) -> None:
    """500 with the reason, and the server lives on."""

    def broken(request: Request) -> Response:
        raise KeyError("no such stream")

    working, api.answer = api.answer, broken
    answer = session.get(server.url)
    assert (answer.status_code, answer.text) == (500, "the simulated API failed: KeyError('no such stream')")
    api.answer = working
    assert session.get(server.url).status_code == 200


def test_the_limit_of_the_network_is_an_error_that_says_so(
    server: Server, network: Network, session: requests.Session
) -> None:
    """A client beyond a socket cannot be stopped, only told."""
    network.most = 1
    assert [session.get(server.url).status_code for _ in range(2)] == [200, 500]


@pytest.mark.parametrize("request_line", [b"nonsense\r\n\r\n", b"GET / HTTP/1.1\r\nContent-Length: many\r\n\r\n"])
def test_what_is_no_http_does_not_harm(server: Server, session: requests.Session, request_line: bytes) -> None:
    """The connection ends, the next one is served."""
    with socket.create_connection(("127.0.0.1", server.port)) as client:
        client.sendall(request_line)
        client.shutdown(socket.SHUT_WR)
        assert b" 200 " not in b"".join(iter(lambda: client.recv(4096), b""))
    assert session.get(server.url).status_code == 200


def test_a_silent_client_does_not_keep_others_out(network: Network, session: requests.Session) -> None:
    """Not even one that never begins its TLS handshake."""
    with Server(network, tls=True, origin=ORIGIN) as server, socket.create_connection(("127.0.0.1", server.port)):
        assert session.get(server.url, verify=server.ca_file, timeout=30).status_code == 200


def test_many_clients_are_served_at_once(server: Server, network: Network) -> None:
    """Each gets its own answer; one that waits for silence holds up nobody."""
    network.schedule = Schedule((Rule(Lost(ReadTimedOut)),))

    def wait_in_vain() -> None:
        with requests.Session() as session, pytest.raises(requests.Timeout):
            session.get(server.url, timeout=(30, 1))

    silent = threading.Thread(target=wait_in_vain)
    silent.start()
    while not network.journal:
        """The silent one is first."""
    found = []

    def page(number: int) -> None:
        with requests.Session() as session:
            found.append(session.get(f"{server.url}/{number}", timeout=30).json()["url"])

    threads = [threading.Thread(target=page, args=(number,)) for number in range(8)]
    for thread in threads:
        thread.start()
    for thread in (*threads, silent):
        thread.join()
    assert sorted(found) == [f"https://api.acme.com/{number}" for number in range(8)]


# Coming and going


def test_it_ends_with_its_block(network: Network, session: requests.Session) -> None:
    """Its threads too, with clients connected and a silence under way; the port is free again."""
    before = threading.active_count()
    network.schedule = Schedule((Rule(Lost(ReadTimedOut), at=1), Rule(Delayed(3600), at=2)))
    with Server(network, origin=ORIGIN) as server:
        session.get(server.url)
        for _ in range(2):
            with pytest.raises(requests.ReadTimeout):
                session.get(server.url, timeout=(30, 0.05))
    assert threading.active_count() == before
    with Server(network, origin=ORIGIN, port=server.port) as again:
        assert again.port == server.port
        assert session.get(again.url).status_code == 200


def test_it_listens_on_loopback_only(server: Server) -> None:
    """Nobody else on the network can reach it."""
    assert server.url == f"http://127.0.0.1:{server.port}"


def test_serve_forever_ends_when_the_block_is_left(network: Network) -> None:
    """Whoever waits for the end is told."""
    with Server(network, origin=ORIGIN) as server:
        waiting = threading.Thread(target=server.serve_forever)
        waiting.start()
        assert waiting.is_alive()
    waiting.join(30)
    assert not waiting.is_alive()


def test_exchanges_are_logged_on_demand(network: Network, session: requests.Session) -> None:
    """One line each, with the public URL and what came of it."""
    lines: list[str] = []
    network.schedule = Schedule((Rule(Status(503), at=1), Rule(Lost(Reset), at=2)))
    with Server(network, origin=ORIGIN, log=lines.append) as server:
        session.get(f"{server.url}/v2")
        session.get(f"{server.url}/v2")
        with pytest.raises(requests.ConnectionError):
            session.get(f"{server.url}/v2")
    assert lines == [f"GET https://api.acme.com/v2 {outcome}" for outcome in (200, 503, "connection reset")]
