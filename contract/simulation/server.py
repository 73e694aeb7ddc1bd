"""The simulated network over real HTTP, or HTTPS, on loopback: for clients that are not urllib3 in this process.

It stands on http.server and not on a WSGI server: what is simulated here is the connection itself, and WSGI
servers write headers of their own, close every connection, and cannot reset one. The octets of an answer are
those that the wire hands to http.client.
"""

from __future__ import annotations

import re
import select
import socket
import ssl
import struct
import tempfile
import threading
from collections.abc import Callable
from contextlib import ExitStack, suppress
from dataclasses import replace
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path
from types import TracebackType
from typing import Any, Self
from urllib.parse import urlsplit

import trustme

from contract.messages import DEFAULT_PORTS, Request, Response, origin_of
from contract.simulation.faults import Broken, ConnectTimedOut, ReadTimedOut, Refused, Reset
from contract.simulation.network import WAITS_ITSELF, Network, Runaway
from contract.simulation.octets import BODILESS, body_of, head_of

ADDRESS = "127.0.0.1"
_LOOKS_EVERY = 0.02
_RESETS = struct.pack("ii", 1, 0)


class Server:
    """`network` behind a real port on loopback while the block lasts.

    ```python
    with Server(network, tls=True) as server:
        requests.get(f"{server.url}/v2/customers", verify=server.ca_file)
    ```

    The network knows the API by its public origin (https://api.acme.com:443), clients reach it as
    https://127.0.0.1:PORT. A request whose Host header names a described origin goes to that one; every other
    request goes to `origin`, and in its answer (headers, and bodies that are not compressed) absolute URLs of
    that origin are rewritten to the server's own, so that next links and redirects can be followed.

    Faults happen on the socket: a reset is an RST, a read timeout is silence until the client leaves, a body
    cut short ends with the connection, a delay is waited for. What a server cannot do, it does as nearly as it
    can: a refused connection is closed when the request has come, without an answer, and a connect timeout is
    silence, too.

    Args:
        network: what answers.
        tls: serve HTTPS, with a certificate of a CA made on the spot, for loopback and all described hosts.
        port: where to listen; 0 for any free port.
        origin: the public origin that the server stands for; may be left out when only one is described.
        rewrite: whether to rewrite URLs of `origin` in answers.
        log: gets one line per exchange.

    Raises:
        ValueError: `origin` is not described, or is needed and missing.
    """

    def __init__(
        self,
        network: Network,
        *,
        tls: bool = False,
        port: int = 0,
        origin: str | None = None,
        rewrite: bool = True,
        log: Callable[[str], None] | None = None,
    ) -> None:
        self.network = network
        self.tls = tls
        self.port = port
        self.origin = _origin_among(network, origin)
        self.rewrite = rewrite
        self.log = log or (lambda line: None)
        self.ca_pem = b""
        """The certificate of the CA, in PEM; empty without TLS."""
        self.ca_file = ""
        """The path of a file that holds `ca_pem` while the server runs; empty without TLS."""
        self.closing = threading.Event()
        self._stack = ExitStack()

    def __enter__(self) -> Self:
        self.closing.clear()
        with ExitStack() as stack:
            listener = stack.enter_context(_Listener(self))
            self.port = listener.server_address[1]
            if self.tls:
                listener.speak_tls(self._certify(stack))
            thread = threading.Thread(target=listener.serve_forever, args=(_LOOKS_EVERY,), name="contract server")
            thread.start()
            stack.callback(thread.join)
            stack.callback(listener.hang_up)
            stack.callback(listener.shutdown)
            stack.callback(self.closing.set)
            self._stack = stack.pop_all()
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self._stack.close()

    @property
    def url(self) -> str:
        """Scheme, address and port, without a slash at the end."""
        return f"{'https' if self.tls else 'http'}://{ADDRESS}:{self.port}"

    def serve_forever(self) -> None:
        """Serve until the process is interrupted, or another thread leaves the block."""
        with suppress(KeyboardInterrupt):
            self.closing.wait()

    def _certify(self, stack: ExitStack) -> ssl.SSLContext:
        ca = trustme.CA()
        hosts = sorted({urlsplit(origin).hostname or "" for origin in self.network.hosts} - {""})
        certificate = ca.issue_cert(*dict.fromkeys([ADDRESS, "localhost", *hosts]))
        context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
        certificate.configure_cert(context)
        self.ca_pem = ca.cert_pem.bytes()
        self.ca_file = str(Path(stack.enter_context(tempfile.TemporaryDirectory())) / "ca.pem")
        Path(self.ca_file).write_bytes(self.ca_pem)
        return context


class _Listener(ThreadingHTTPServer):
    """The listening socket and the connections that it accepted, one thread each."""

    daemon_threads = False
    allow_reuse_address = True
    request_queue_size = 128

    def __init__(self, owner: Server) -> None:
        super().__init__((ADDRESS, owner.port), _Connection)
        self.owner = owner
        self._open: set[socket.socket] = set()
        self._lock = threading.Lock()

    def speak_tls(self, context: ssl.SSLContext) -> None:
        """Expect TLS on every connection; the handshake is made in its thread, not while accepting."""
        self.socket = context.wrap_socket(self.socket, server_side=True, do_handshake_on_connect=False)

    def hang_up(self) -> None:
        """End the connections that clients keep alive, so that their threads end."""
        with self._lock:
            for connection in self._open:
                with suppress(OSError):
                    # Of the plain socket: a TLS farewell would wait for the client.
                    socket.socket.shutdown(connection, socket.SHUT_RDWR)

    def process_request(self, request: Any, client_address: Any) -> None:
        """Take on a connection that was accepted."""
        with self._lock:
            self._open.add(request)
        super().process_request(request, client_address)

    def shutdown_request(self, request: Any) -> None:
        """Forget a connection that is over."""
        with self._lock:
            self._open.discard(request)
        super().shutdown_request(request)


class _Connection(BaseHTTPRequestHandler):
    """One connection: reads requests, lets the network answer, acts out what it says."""

    server: _Listener
    protocol_version = "HTTP/1.1"
    disable_nagle_algorithm = True

    def handle(self) -> None:
        """Serve requests until one side has enough."""
        with suppress(OSError, ValueError):  # the client left, distrusts the certificate, or speaks no HTTP: its affair
            super().handle()

    def log_message(self, format: str, *args: Any) -> None:  # noqa: A002 - the name is http.server's
        """Say nothing; the journal of the network knows more."""

    def __getattr__(self, name: str) -> Any:
        # http.server calls do_GET, do_POST and so on: every method is the network's affair.
        if name.startswith("do_"):
            return self.answer
        raise AttributeError(name)

    def answer(self) -> None:
        """Answer the request that was read, or break the connection."""
        owner = self.server.owner
        target = self.raw_requestline.decode("latin-1").split()[1]  # `path` is tidied up, this is as sent
        named = self._named_origin()
        request = Request(
            method=self.command,
            url=target if "://" in target else _without_default_port(named or owner.origin) + target,
            headers=tuple(self.headers.items()),
            body=self._body(),
            connect_timeout=WAITS_ITSELF,
            read_timeout=WAITS_ITSELF,
        )
        try:
            response = owner.network.exchange(request)
        except Broken as broken:
            owner.log(f"{request.method} {request.url} {broken}")
            self.close_connection = True
            ACTS[type(broken)](self)
            return
        except (Exception, Runaway) as error:
            text = f"the simulated API failed: {error!r}".encode()
            response = Response(500, (("Content-Type", "text/plain; charset=utf-8"),)).with_body(text)
        if named is None and owner.rewrite:
            response = rewritten(response, owner.origin, owner.url)
        owner.log(f"{request.method} {request.url} {response.status}")
        owner.closing.wait(response.delay)
        body = body_of(response, request.method)
        self.wfile.write(head_of(response) + body)
        if response.resets:
            self.close_connection = True
            self.reset()
        elif not _ends_clearly(response, request.method, body):
            self.close_connection = True

    def reset(self) -> None:
        """Break the connection with an RST."""
        self.connection.setsockopt(socket.SOL_SOCKET, socket.SO_LINGER, _RESETS)
        # Not `close`: it waits for the files made of the socket, and what follows would send a FIN.
        socket.close(self.connection.detach())

    def keep_silent(self) -> None:
        """Answer nothing until the client leaves or the server closes."""
        while not self.server.owner.closing.is_set():
            if select.select([self.connection], [], [], _LOOKS_EVERY)[0]:
                return

    def hang_up(self) -> None:
        """Close without an answer."""

    def _named_origin(self) -> str | None:
        host = self.headers.get("Host", "")
        candidates = (origin_of(f"{scheme}://{host}") for scheme in DEFAULT_PORTS)
        return next((origin for origin in candidates if origin in self.server.owner.network.hosts), None)

    def _body(self) -> bytes:
        # A length that is no number ends the connection with a ValueError, which `handle` expects.
        if self.headers.get("Transfer-Encoding", "").lower() != "chunked":
            return self.rfile.read(int(self.headers.get("Content-Length") or 0))
        content = b""
        while size := int(self.rfile.readline().partition(b";")[0], 16):
            content += self.rfile.read(size)
            self.rfile.readline()
        while self.rfile.readline().strip():
            """A trailer, which nobody here reads."""
        return content


ACTS: dict[type[Broken], Callable[[_Connection], None]] = {
    Refused: _Connection.hang_up,
    ConnectTimedOut: _Connection.keep_silent,
    Reset: _Connection.reset,
    ReadTimedOut: _Connection.keep_silent,
}
"""What the server does to the socket for each way in which a connection fails."""


def rewritten(response: Response, origin: str, url: str) -> Response:
    """`response` with the absolute URLs of `origin` (a next link, a Location) pointing to `url` instead.

    Compressed bodies are left alone. A body that is cut short stays cut at the same part of it.
    """
    links = _links_to(origin)
    headers = tuple((name, links.sub(url, value)) for name, value in response.headers)
    body = response.body
    if response.header("Content-Encoding") is None:
        # Latin-1 and back leaves every byte that is not part of a link as it is.
        body = links.sub(lambda link: _escaped_like(link[0], url), body.decode("latin-1")).encode("latin-1")
    if len(body) == len(response.body):
        return replace(response, headers=headers, body=body)
    old, new = str(len(response.body)), str(len(body))
    headers = tuple(
        (name, new if name.lower() == "content-length" and value == old else value) for name, value in headers
    )
    arrives = None if response.arrives is None else response.arrives * len(body) // len(response.body)
    return replace(response, headers=headers, body=body, arrives=arrives)


def _links_to(origin: str) -> re.Pattern[str]:
    scheme, _, authority = origin.partition("://")
    host, _, port = authority.rpartition(":")
    shown = f":{port}" if port != str(DEFAULT_PORTS.get(scheme)) else f"(?::{port})?"
    return re.compile(rf"{scheme}:(?://|\\/\\/){re.escape(host)}{shown}(?![\w-]|\.\w|:\d)")


def _escaped_like(link: str, url: str) -> str:
    return url.replace("/", "\\/") if "\\/" in link else url  # JSON may write a slash as \/


def _ends_clearly(response: Response, method: str, body: bytes) -> bool:
    """Whether the client can tell where the answer ends, and so uses the connection again."""
    if "close" in (response.header("Connection") or "").lower():
        return False
    chunked = (response.header("Transfer-Encoding") or "").lower() == "chunked"
    if method == "HEAD":
        return True
    if response.status in BODILESS:
        # RFC 9112 forbids chunks here, and urllib3 waits for them when they are announced all the same.
        return not chunked
    if chunked:
        return response.arrives is None
    return response.header("Content-Length") == str(len(body))


def _origin_among(network: Network, origin: str | None) -> str:
    described = ", ".join(sorted(network.hosts)) or "none"
    if origin is None:
        if len(network.hosts) != 1:
            raise ValueError(f"a server stands for one origin: say which with `origin`; described are {described}")
        return next(iter(network.hosts))
    if origin_of(origin) not in network.hosts:
        raise ValueError(f"origin {origin!r} is not described; described are {described}")
    return origin_of(origin)


def _without_default_port(origin: str) -> str:
    scheme, _, authority = origin.partition("://")
    return f"{scheme}://{authority.removesuffix(f':{DEFAULT_PORTS.get(scheme)}')}"
