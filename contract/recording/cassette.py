"""A cassette is read: vcrpy's files, the ones that we write several times faster than YAML.

Our files are YAML, which vcrpy alone can replay, always laid out alike: small heads, and bodies as literal blocks
(YAML 1.2, section 8.1.2). So a file is cut where its layout says, and what stands in a block is taken as it is.
Whatever is laid out otherwise is read by vcrpy. The last thing in a file tells that it is whole: `metadata` in ours,
`version` in vcrpy's own.
"""

from __future__ import annotations

import datetime as dt
import gc
import re
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import yaml
from vcr.request import Request as VcrRequest
from vcr.serialize import deserialize
from vcr.serializers import jsonserializer, yamlserializer

from contract.errors import UsageError
from contract.messages import Headers, Request, Response

LARGEST = 512 * 1024 * 1024
"""Bytes. A sync of 50,000 pages of 10 kB; what is larger was hardly meant to be committed."""

FRAMING = frozenset({"transfer-encoding", "content-encoding", "connection", "keep-alive"})
"""Response headers that tell how the recorded body came over its connection, which is not how it is served again."""


@dataclass(frozen=True)
class Interaction:
    """One recorded exchange."""

    request: Request
    response: Response


@dataclass(frozen=True)
class Recording:
    """The exchanges of a cassette, in their order, and when they were recorded, where it says so."""

    interactions: tuple[Interaction, ...]
    recorded_at: dt.datetime | None = None


def load(path: Path) -> Recording:
    """The cassette at ``path``.

    Raises:
        UsageError: there is no such file, or it is no cassette, cut off, empty, or too large.
    """
    try:
        size = path.stat().st_size
        if size > LARGEST:
            raise UsageError(
                f"{path}: {size / 2**20:,.0f} MiB; record fewer pages, a cassette may have {LARGEST >> 20} MiB"
            )
        text = path.read_text(encoding="utf-8")
    except OSError as error:
        raise UsageError(
            f"{path}: cannot be read ({error.strerror}); record it with `bizon-contract record`"
        ) from error
    except UnicodeDecodeError as error:
        raise UsageError(f"{path}: not a cassette, no UTF-8 at byte {error.start}; record it anew") from error
    if not text.strip():
        raise UsageError(f"{path}: empty; record it anew")
    with _uncollected():
        found = _by_layout(text) or _by_vcrpy(path, text)
    if text.startswith(BEGIN) and found.recorded_at is None:
        raise UsageError(f"{path}: cut off, it does not end with `metadata`; record it anew")
    if not found.interactions:
        raise UsageError(f"{path}: holds no exchange; record it anew")
    return found


@contextmanager
def _uncollected() -> Iterator[None]:
    """Inside, no garbage is collected: what is read is kept, and looking through it again and again takes half of the time."""
    collects = gc.isenabled()
    gc.disable()
    try:
        yield
    finally:
        if collects:
            gc.enable()


# -- by vcrpy


def _by_vcrpy(path: Path, text: str) -> Recording:
    reader = _Reader(jsonserializer if text.lstrip()[:1] == "{" else yamlserializer)
    try:
        requests, responses = deserialize(text, reader)[:2]
        if reader.data.get("version") is None:
            raise UsageError(f"{path}: cut off, it has no `version`; record it anew")
        found = tuple(_interaction(asked, answer) for asked, answer in zip(requests, responses, strict=True))
        return Recording(found, _moment((reader.data.get("metadata") or {}).get("recorded_at")))
    except UsageError:
        raise
    except yaml.MarkedYAMLError as error:
        line = error.problem_mark.line + 1 if error.problem_mark else 1
        raise UsageError(f"{path}:{line}: not YAML ({error.problem}); cut off? record it anew") from error
    except Exception as error:
        said = " ".join(f"{type(error).__name__}: {error}".split())[:200]
        raise UsageError(f"{path}: not a cassette that vcrpy can read ({said}); record it anew") from error


class _Reader:
    """One of vcrpy's serializers, and what it has read."""

    def __init__(self, serializer: Any) -> None:
        self._serializer = serializer
        self.data: Any = {}

    def deserialize(self, text: str) -> Any:
        """The values of a file."""
        self.data = self._serializer.deserialize(text)
        return self.data


def _moment(written: Any) -> dt.datetime | None:
    return dt.datetime.fromisoformat(written) if isinstance(written, str) else None


def _interaction(asked: VcrRequest, answer: dict[str, Any]) -> Interaction:
    body = asked.body
    sent = Request(
        method=asked.method,
        url=asked.uri,
        headers=_pairs(asked.headers),
        body=body.encode() if isinstance(body, str) else bytes(body or b""),
    )
    raw = answer["body"]["string"]
    return Interaction(
        sent, _response(answer["status"]["code"], _pairs(answer["headers"]), raw if isinstance(raw, bytes) else b"")
    )


def _response(status: int, headers: Headers, body: bytes) -> Response:
    kept = tuple(pair for pair in headers if pair[0].lower() not in FRAMING)
    return Response(int(status), kept, body).with_header("Content-Length", str(len(body)))


def _pairs(headers: Any) -> Headers:
    return tuple(
        (str(name), text(value))
        for name, values in dict(headers).items()
        for value in (values if isinstance(values, list) else [values])
    )


def text(value: str | bytes) -> str:
    """A header's value as text."""
    return value.decode("latin-1") if isinstance(value, bytes) else str(value)


# -- by the layout of our own files

BEGIN = "version: 1\ninteractions:"
END = "\nmetadata:\n"
_NEXT = "\n- request:\n"
_BODY = "\n      string:"
_HEAD = re.compile(
    r"    method: (?P<method>[A-Z]+)\n"
    r"    uri:(?P<uri> \S+)\n"
    r"    body:(?P<asked>.*?\n)"
    r"    headers:(?P<sent>(?: \{\})?\n(?:      [^\n]+\n)*)"
    r"  response:\n"
    r"    status:\n"
    r"      code: (?P<code>\d{3})\n"
    r"      message: [^\n]*\n"
    r"    headers:(?P<came>(?: \{\})?\n(?:      [^\n]+\n)*)"
    r"    body:",
    re.DOTALL,
)
_RECORDED_AT = re.compile(r"  recorded_at: '(?P<moment>[^'\n]+)'\n")
_BLOCK = re.compile(r" \|2?(?P<chomp>[-+]?)\n")
_HEADER = re.compile(r"      (?P<name>[A-Za-z0-9-]+):\n(?P<values>(?:      - .+\n)+)")


def _by_layout(text: str) -> Recording | None:
    """A file that we have written; None where it is laid out otherwise."""
    inside, _, end = text.rpartition(END)
    recorded_at = _RECORDED_AT.fullmatch(end)
    if not text.startswith(BEGIN) or recorded_at is None or "\r" in text:
        return None
    _, *chunks = inside[len(BEGIN) :].split(_NEXT)
    found = []
    for chunk in chunks:
        # The last such line: those of a body are deeper, and one in the body of the request stands before.
        head, _, body = chunk.rpartition(_BODY)
        parts = _HEAD.fullmatch(head)
        made = _from_parts(parts, body) if parts else None
        if made is None:
            return None
        found.append(made)
    return Recording(tuple(found), _moment(recorded_at["moment"]))


def _from_parts(parts: re.Match[str], body: str) -> Interaction | None:
    sent, came = _headers(parts["sent"]), _headers(parts["came"])
    if sent is None or came is None:
        return None
    request = Request(parts["method"], str(_scalar(parts["uri"], 0)), sent, _octets(_scalar(parts["asked"], 6)))
    return Interaction(request, _response(int(parts["code"]), came, _octets(_scalar(body, 8))))


def _headers(block: str) -> Headers | None:
    """The headers of a block; None where it is laid out otherwise."""
    if block == " {}\n":
        return ()
    found: list[tuple[str, str]] = []
    end = 1
    for header in _HEADER.finditer(block, 1):
        if header.start() != end:
            return None
        end = header.end()
        values = header["values"].split("      - ")[1:]
        found += [(header["name"], str(_scalar(f" {value}", 8))) for value in values]
    return tuple(found) if end == len(block) else None


_PLAIN = re.compile(r" (?P<text>[A-Za-z/](?:[^#:\n]|:(?=\S)|(?<=\S)#)*)\n?")
"""Text that needs no quotes (YAML 1.2, section 7.3.3), by its first letter no number or date either."""

_QUOTED = re.compile(r" '(?P<text>[^'\n]*)'\n?")
_NO_TEXT = re.compile(r"(?i: (?:null|true|false|yes|no|on|off|y|n)\n?)")


def _scalar(written: str, indent: int) -> Any:
    """What stands behind a key: a literal block, ``indent`` deep, or what YAML makes of it."""
    block = _BLOCK.match(written)
    if block is not None:
        text = f"\n{written[block.end() :]}".replace("\n" + " " * indent, "\n")[1:]
        return text if block["chomp"] == "+" else text.rstrip("\n") + ("\n" if block["chomp"] == "" else "")
    if written == " null\n":
        return None
    plain = _PLAIN.fullmatch(written) if not _NO_TEXT.fullmatch(written) else None
    simple = plain or _QUOTED.fullmatch(written)
    return simple["text"] if simple else yaml.safe_load(written)


def _octets(value: Any) -> bytes:
    return value if isinstance(value, bytes) else b"" if value is None else str(value).encode()
