"""urllib3 without its sockets: every connection made in this process ends at a simulated network.

Only the socket is replaced, below http.client. Sessions, adapters, retries, redirects, hooks, pools, timeouts,
the framing and decoding of bodies run for real, and so do the exceptions they make of what a socket does. The
one short cut is the header block of an answer, which is not written out only to be parsed again.
"""

from __future__ import annotations

import errno
import http.client
import io
import os
import ssl
import threading
import weakref
from collections.abc import Callable
from types import TracebackType
from typing import Any, Self, TypeVar

import requests.sessions
import requests.utils
from urllib3.connection import HTTPConnection, HTTPSConnection
from urllib3.exceptions import ConnectTimeoutError, NewConnectionError
from urllib3.util.ssl_ import resolve_cert_reqs

from contract.messages import DEFAULT_PORTS, Request, Response, origin_of
from contract.simulation.faults import Broken, ConnectTimedOut, ReadTimedOut, Refused, Reset
from contract.simulation.network import Network
from contract.simulation.octets import body_of, on_the_line, status_line_of, unchunked

IGNORED_VARIABLES = ("REQUESTS_CA_BUNDLE", "CURL_CA_BUNDLE")
"""Environment variables that requests reads and that are absent while a wire is up."""


_Read = TypeVar("_Read", bytes, int)


class Wire:
    """While it is up, every connection of urllib3 in this process, in any thread, ends at `network`.

    ```python
    with Wire(network):
        requests.get("https://api.acme.com/v2/customers")
    ```

    Wires nest: the inner one wins. A session can be used before, under and after a wire; connections that it
    kept alive are never taken from one world into the other. The machine's proxies, `~/.netrc` and certificate
    bundles are not looked at. A host that the network does not know raises UndescribedHostError, which urllib3
    neither wraps nor retries.

    A fault meets the client where a socket would meet it with two differences: a refused connection and a
    connect timeout are raised after the body has been read from the caller, since the network needs the whole
    request to say what becomes of it; and they can strike a connection that was kept alive.
    """

    def __init__(self, network: Network) -> None:
        self.network = network
        self._connections: weakref.WeakSet[HTTPConnection] = weakref.WeakSet()

    def __enter__(self) -> Self:
        with _lock:
            if not _up:
                _replacements.put_in()
            _up.append(self)
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        with _lock:
            _up.remove(self)
            if not _up:
                _replacements.take_out()
            for connection in list(self._connections):
                if _belongs_to(connection, self):
                    connection.close()
            self._connections.clear()

    def attach(self, connection: HTTPConnection) -> None:
        """Give `connection` a socket that ends at the network."""
        if connection.proxy is not None:
            # A proxy is a host like any other: one that the connector names itself has to be described.
            self.network.exchange(Request("CONNECT", connection.proxy.url))
        connection.sock = _Socket(self, connection)
        self._connections.add(connection)
        scheme = "https" if isinstance(connection, HTTPSConnection) else "http"
        self.network.connected(origin_of(f"{scheme}://{connection.host}:{connection.port}"))


class _Socket:
    """What a connection takes for its socket: collects what is sent, answers when asked for a file to read."""

    def __init__(self, wire: Wire, connection: HTTPConnection) -> None:
        self.wire = wire
        self._connection = connection
        self._timeout: float | None = connection.timeout
        self._connect_timeout: float | None = connection.timeout
        self._sent: list[bytes] = []

    def settimeout(self, seconds: float | None) -> None:
        """Take the limit in force: urllib3 sets the connect timeout before it sends, the read timeout after."""
        self._timeout = seconds

    def sendall(self, data: Any) -> None:
        """Collect a part of the request."""
        if not self._sent:
            self._connect_timeout = self._timeout
        self._sent.append(bytes(data))

    def makefile(self, mode: str) -> _Answer | _Failing:
        """Ask the network, and return what http.client reads from."""
        request = self._request()
        self._sent.clear()
        try:
            response = self.wire.network.exchange(request)
        except Broken as broken:
            return _Failing(failure(broken, self._connection, self._connect_timeout))
        except BaseException as error:  # raised where it is read: an HTTPResponse without a file cannot be closed
            return _Failing(error)
        return _Answer(response, request.method)

    def close(self) -> None:
        """Nothing to close; part of what a socket is."""

    def shutdown(self, how: int) -> None:
        """Nothing to shut down; part of what a socket is."""

    def _request(self) -> Request:
        head, _, body = b"".join(self._sent).partition(b"\r\n\r\n")
        start, *lines = head.decode("latin-1").split("\r\n")
        method, target, _ = start.split(" ", 2)
        headers = []
        chunked = False
        for line in lines:
            name, _, value = line.partition(": ")
            headers.append((name, value))
            chunked = chunked or (name.lower() == "transfer-encoding" and value.lower() == "chunked")
        return Request(
            method=method,
            url=_url(self._connection, target),
            headers=tuple(headers),
            body=unchunked(body) if chunked else body,
            connect_timeout=self._connect_timeout,
            read_timeout=self._timeout,
            verify=not isinstance(self._connection, HTTPSConnection) or self._connection.is_verified,
        )


class _Answer(io.BytesIO):
    """An answer as it is read from the socket; its headers come as values, see `_parse_headers`."""

    def __init__(self, response: Response, method: str) -> None:
        super().__init__(status_line_of(response) + body_of(response, method))
        self.headers = response.headers
        self.resets = response.resets

    def read(self, size: int | None = -1, /) -> bytes:
        """Read as from a socket.

        Raises:
            ConnectionResetError: less is there, since the peer has reset the connection.
        """
        data = super().read(size)
        return self._there(data, size is not None and len(data) == size)

    def read1(self, size: int | None = -1, /) -> bytes:
        """Read what is there, as from a socket; raises as `read` does."""
        data = super().read1(size)
        return self._there(data, bool(data) or size == 0)

    def readinto(self, buffer: Any, /) -> int:
        """Fill ``buffer`` as from a socket; raises as `read` does."""
        filled = super().readinto(buffer)
        return self._there(filled, filled == len(buffer))

    def readline(self, size: int | None = -1, /) -> bytes:
        """Read one line, as from a socket; raises as `read` does."""
        line = super().readline(size)
        return self._there(line, line.endswith(b"\n") or len(line) == size)

    def _there(self, read: _Read, whole: bool) -> _Read:
        if self.resets and not whole:
            raise ConnectionResetError(errno.ECONNRESET, os.strerror(errno.ECONNRESET))
        return read

    def peek(self, size: int = 0) -> bytes:
        """What follows, without taking it."""
        return self.getvalue()[self.tell() :]


class _Failing(io.BytesIO):
    """A socket that fails when it is read from, and not before: http.client has then built its response, and closes it."""

    def __init__(self, error: BaseException) -> None:
        super().__init__()
        self._error = error

    def readline(self, size: int | None = -1, /) -> bytes:
        """Fail.

        Raises:
            OSError, HTTPError: what urllib3 meets when the connection fails so.
            UndescribedHostError: nobody described this host.
            Runaway: the connector does not stop asking.
        """
        raise self._error from self._error.__cause__


def _parse_headers(file: Any, *args: Any, **kwargs: Any) -> http.client.HTTPMessage:
    if not isinstance(file, _Answer):
        return _real_parse_headers(file, *args, **kwargs)
    message = http.client.HTTPMessage()
    for name, value in file.headers:
        message[name] = on_the_line(value)
    return message


_real_parse_headers: Callable[..., http.client.HTTPMessage] = http.client.parse_headers


def _refused(connection: HTTPConnection, timeout: float | None) -> Exception:
    cause = ConnectionRefusedError(errno.ECONNREFUSED, os.strerror(errno.ECONNREFUSED))
    error = NewConnectionError(connection, f"Failed to establish a new connection: {cause}")
    error.__cause__ = cause
    return error


def _connect_timed_out(connection: HTTPConnection, timeout: float | None) -> Exception:
    message = f"Connection to {connection.host} timed out. (connect timeout={timeout})"
    error = ConnectTimeoutError(connection, message)
    error.__cause__ = TimeoutError("timed out")
    return error


def _reset(connection: HTTPConnection, timeout: float | None) -> Exception:
    return ConnectionResetError(errno.ECONNRESET, os.strerror(errno.ECONNRESET))


def _read_timed_out(connection: HTTPConnection, timeout: float | None) -> Exception:
    return TimeoutError("timed out")


FAILURES: dict[type[Broken], Callable[[HTTPConnection, float | None], Exception]] = {
    Refused: _refused,
    ConnectTimedOut: _connect_timed_out,
    Reset: _reset,
    ReadTimedOut: _read_timed_out,
}
"""What urllib3's own code sees for each way in which a connection fails: it makes the rest of it."""


def failure(broken: Broken, connection: HTTPConnection, connect_timeout: float | None) -> Exception:
    """The exception that `connection` raises when it fails as `broken` says."""
    return FAILURES[type(broken)](connection, connect_timeout)


def _url(connection: HTTPConnection, target: str) -> str:
    if not target.startswith("/"):  # the absolute form that a forwarding proxy gets (RFC 9112, section 3.2.2)
        return target
    scheme = "https" if isinstance(connection, HTTPSConnection) else "http"
    host, port = connection.host, connection.port
    if connection._tunnel_host is not None:  # noqa: SLF001 - known nowhere else
        host, port = connection._tunnel_host, connection._tunnel_port or DEFAULT_PORTS[scheme]  # noqa: SLF001
    if ":" in host and not host.startswith("["):
        host = f"[{host}]"
    return f"{scheme}://{host}{target}" if port == DEFAULT_PORTS[scheme] else f"{scheme}://{host}:{port}{target}"


def _belongs_to(connection: HTTPConnection, wire: Wire) -> bool:
    sock: object = connection.sock
    return isinstance(sock, _Socket) and sock.wire is wire


def _connect(connection: HTTPConnection) -> None:
    _up[-1].attach(connection)
    connection._has_connected_to_proxy = bool(connection.proxy)  # noqa: SLF001 - as urllib3's own `connect` does
    if isinstance(connection, HTTPSConnection):
        verified = resolve_cert_reqs(connection.cert_reqs) == ssl.CERT_REQUIRED
        connection.is_verified = verified or bool(connection.assert_fingerprint)


def _is_connected(connection: HTTPConnection) -> bool:
    # False for a connection kept alive from before this wire, or from an outer one: its pool then closes it.
    return bool(_up) and _belongs_to(connection, _up[-1])


class _Replacements:
    """The attributes of urllib3 and requests that change while a wire is up.

    Methods are replaced, not the classes in `ConnectionCls`: connections that exist already, subclasses of them
    and other people's replacements of the classes (vcrpy's) are then reached as well.
    """

    def __init__(self) -> None:
        self._changes: tuple[tuple[Any, str, Any], ...] = (
            (HTTPConnection, "connect", _connect),
            (HTTPSConnection, "connect", _connect),
            (HTTPConnection, "is_connected", property(_is_connected)),
            (http.client, "parse_headers", _parse_headers),
            # Half of what a request costs is the look-up of proxies, besides what it would let in.
            (requests.sessions, "get_environ_proxies", lambda url, no_proxy=None: {}),
            (requests.utils, "get_environ_proxies", lambda url, no_proxy=None: {}),
            (requests.utils, "should_bypass_proxies", lambda url, no_proxy: True),
            (requests.sessions, "get_netrc_auth", lambda url, raise_errors=False: None),
            (requests.utils, "get_netrc_auth", lambda url, raise_errors=False: None),
        )
        self._originals: list[tuple[Any, str, Any]] = []
        self._variables: dict[str, str] = {}

    def put_in(self) -> None:
        """Change everything, and remember what was there."""
        self._variables = {name: os.environ.pop(name) for name in IGNORED_VARIABLES if name in os.environ}
        for holder, name, replacement in self._changes:
            self._originals.append((holder, name, vars(holder)[name]))
            setattr(holder, name, replacement)

    def take_out(self) -> None:
        """Put everything back."""
        while self._originals:
            setattr(*self._originals.pop())
        os.environ.update(self._variables)
        self._variables = {}


_lock = threading.RLock()
_up: list[Wire] = []
_replacements = _Replacements()
