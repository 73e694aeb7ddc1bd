"""One HTTP request and one HTTP response, as plain values.

Everything that answers (the simulated API, a recording) is a function from :class:`Request` to
:class:`Response`; everything that transports (the in-process wire, the loopback server) is a driver of it.
"""

from __future__ import annotations

import json
from dataclasses import dataclass, field, replace
from functools import cached_property
from typing import Any
from urllib.parse import parse_qsl, urlsplit

Headers = tuple[tuple[str, str], ...]
DEFAULT_PORTS = {"http": 80, "https": 443}


def origin_of(url: str) -> str:
    """Scheme, host and port of ``url`` (RFC 6454), the port always written: ``https://api.acme.com:443``."""
    parts = urlsplit(url)
    scheme = parts.scheme.lower()
    return f"{scheme}://{(parts.hostname or '').lower()}:{parts.port or DEFAULT_PORTS.get(scheme, 0)}"


def header(headers: Headers, name: str) -> str | None:
    """The first value of the header ``name``, whatever its case (RFC 9110, section 5.1)."""
    wanted = name.lower()
    return next((value for key, value in headers if key.lower() == wanted), None)


@dataclass(frozen=True)
class Request:
    """What a client sent.

    ``url`` is absolute; ``connect_timeout`` and ``read_timeout`` are in seconds, None for no limit;
    ``verify`` is False where the client does not verify the server's certificate; ``beside`` is how many other
    requests are under way.
    """

    method: str
    url: str
    headers: Headers = ()
    body: bytes = b""
    connect_timeout: float | None = None
    read_timeout: float | None = None
    verify: bool = True
    beside: int = field(default=0, compare=False, repr=False)

    def header(self, name: str) -> str | None:
        """The first value of a header, whatever its case."""
        return header(self.headers, name)

    @cached_property
    def origin(self) -> str:
        """Scheme, host and port."""
        return origin_of(self.url)

    @cached_property
    def path(self) -> str:
        """The path as sent, still percent-encoded; ``/`` where it is empty."""
        return urlsplit(self.url).path or "/"

    @cached_property
    def query(self) -> dict[str, list[str]]:
        """The query, decoded: every name with all its values, in the order sent."""
        return _pairs(urlsplit(self.url).query)

    @cached_property
    def form(self) -> dict[str, list[str]]:
        """The body read as ``application/x-www-form-urlencoded``."""
        return _pairs(self.body.decode("utf-8", "replace"))

    @cached_property
    def json(self) -> Any:
        """The body read as JSON; None where it is not JSON."""
        try:
            return json.loads(self.body)
        except (ValueError, RecursionError):
            return None


@dataclass(frozen=True)
class ServedPage:
    """Which records one answer holds: said by the simulated API to the story and the judge, never sent."""

    stream: str
    ids: tuple[str, ...]
    last: bool
    link: str | None = None
    """The link to the next page, as the API wrote it."""


@dataclass(frozen=True)
class Response:
    """What a server answered.

    ``arrives`` is how many bytes of ``body`` reach the client before the connection breaks (None: all of
    them), and ``resets`` whether it breaks with a reset; ``delay`` is how long the server takes, in seconds; ``chunk`` is how many octets of a chunked body go into
    one chunk (None: all of them). ``bare``: its body stands for whatever the server says with such a status.
    ``page`` is a note for the judge.
    """

    status: int = 200
    headers: Headers = ()
    body: bytes = b""
    arrives: int | None = None
    delay: float = 0.0
    chunk: int | None = None
    resets: bool = False
    bare: bool = field(default=False, compare=False, repr=False)
    page: ServedPage | None = field(default=None, compare=False, repr=False)

    def header(self, name: str) -> str | None:
        """The first value of a header, whatever its case."""
        return header(self.headers, name)

    @cached_property
    def json(self) -> Any:
        """The body read as JSON; None where it is not JSON."""
        try:
            return json.loads(self.body)
        except (ValueError, RecursionError):
            return None

    def with_header(self, name: str, value: str) -> Response:
        """The same response with ``name`` set to ``value`` (replaced where it was there)."""
        kept = tuple(pair for pair in self.headers if pair[0].lower() != name.lower())
        return replace(self, headers=(*kept, (name, value)))

    def with_body(self, body: bytes) -> Response:
        """The same response with another body, its ``Content-Length`` corrected."""
        return replace(self, body=body).with_header("Content-Length", str(len(body)))


def json_response(status: int, body: Any, headers: Headers = (), page: ServedPage | None = None) -> Response:
    """A JSON answer (RFC 8259: UTF-8) with its ``Content-Type`` and ``Content-Length``."""
    raw = json.dumps(body, ensure_ascii=False, separators=(",", ":")).encode("utf-8", "surrogatepass")
    described = (("Content-Type", "application/json"), ("Content-Length", str(len(raw))), *headers)
    return Response(status=status, headers=described, body=raw, page=page)


def _pairs(encoded: str) -> dict[str, list[str]]:
    found: dict[str, list[str]] = {}
    for name, value in parse_qsl(encoded, keep_blank_values=True):
        found.setdefault(name, []).append(value)
    return found
