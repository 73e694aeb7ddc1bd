"""A response as the octets of HTTP/1.1 (RFC 9112): the wire and the server send the same ones."""

from __future__ import annotations

from http import HTTPStatus

from contract.messages import Response

PHRASES = {status.value: status.phrase.encode() for status in HTTPStatus}
BODILESS = frozenset({204, 304})


def on_the_line(value: str) -> str:
    """The value of a header as its reader gets it: what Latin-1 cannot say becomes a question mark."""
    return value if value.isascii() else value.encode("latin-1", "replace").decode("latin-1")


def status_line_of(response: Response) -> bytes:
    """The first line of the answer."""
    return b"HTTP/1.1 %d %b\r\n" % (response.status, PHRASES.get(response.status, b""))


def head_of(response: Response) -> bytes:
    """The status line and the headers, with the empty line that ends them."""
    lines = "".join(f"{name}: {value}\r\n" for name, value in response.headers)
    return status_line_of(response) + lines.encode("latin-1", "replace") + b"\r\n"


def body_of(response: Response, method: str) -> bytes:
    """The body as it is framed, as far as it arrives; nothing where HTTP allows none (RFC 9110, section 6.4.1)."""
    if method == "HEAD" or response.status in BODILESS or response.status < 200:
        return b""
    arriving = response.body if response.arrives is None else response.body[: response.arrives]
    if (response.header("Transfer-Encoding") or "").lower() != "chunked":
        length = response.header("Content-Length") or ""
        # What exceeds the announced length would be taken for the beginning of the next answer.
        return arriving[: int(length)] if length.isdecimal() else arriving
    return _chunked(response.body, len(arriving), response.chunk or len(response.body), whole=response.arrives is None)


def _chunked(body: bytes, arriving: int, chunk: int, *, whole: bool) -> bytes:
    """``body`` in chunks of ``chunk`` octets (RFC 9112, section 7.1), broken off behind ``arriving`` octets of it unless it is ``whole``."""
    framed = bytearray()
    for start in range(0, arriving, chunk or 1):
        size = min(chunk, len(body) - start)
        framed += b"%x\r\n%b" % (size, body[start : min(start + chunk, arriving)])
        if start + size <= arriving:
            framed += b"\r\n"
    return bytes(framed + b"0\r\n\r\n") if whole else bytes(framed)


def unchunked(framed: bytes) -> bytes:
    """The content of a body sent in chunks (RFC 9112, section 7.1)."""
    content, rest = bytearray(), framed
    while rest:
        size, _, rest = rest.partition(b"\r\n")
        length = int(size.partition(b";")[0], 16)
        if not length:
            break
        content += rest[:length]
        rest = rest[length + 2 :]
    return bytes(content)
