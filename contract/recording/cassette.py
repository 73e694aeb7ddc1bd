"""A cassette is read: vcrpy's files, the ones that we write several times faster than YAML.

Our files are YAML, which vcrpy alone can replay, always laid out alike: small heads, and bodies as literal blocks
(YAML 1.2, section 8.1.2). So a file is cut where its layout says, and what stands in a block is taken as it is.
Whatever is laid out otherwise is read by vcrpy. The last thing in a file tells that it is whole: `metadata` in ours,
`version` in vcrpy's own.
"""

from __future__ import annotations

import datetime as dt
import json
import re
from collections.abc import Mapping
from dataclasses import dataclass
from functools import lru_cache
from pathlib import Path
from typing import Any

import yaml
from vcr.request import Request as VcrRequest
from vcr.serialize import deserialize
from vcr.serializers import jsonserializer, yamlserializer

from contract.errors import UsageError
from contract.garbage import uncollected
from contract.messages import Headers, Request, Response
from contract.recording.inference.pages import Found
from contract.recording.layout import BEGIN, END, Since

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
    """The exchanges of a cassette, in their order, and when they were recorded, where it says so.

    ``since`` is there where an incremental run was recorded. ``found`` says where its records stand, as the connector
    that recorded it delivered them; None where the file does not say it.
    """

    interactions: tuple[Interaction, ...]
    recorded_at: dt.datetime | None = None
    since: Since | None = None
    found: Found | None = None


def load(path: Path) -> Recording:
    """The cassette at ``path``.

    Raises:
        UsageError: there is no such file, or it is no cassette, cut off, empty, or too large.
    """
    try:
        told = path.stat()
        if told.st_size > LARGEST:
            raise UsageError(
                f"{path}: {told.st_size / 2**20:,.0f} MiB; record fewer pages, a cassette may have {LARGEST >> 20} MiB"
            )
        return _read(path, told.st_mtime_ns, told.st_size)
    except OSError as error:
        raise UsageError(
            f"{path}: cannot be read ({error.strerror}); record it with `bizon-contract record`"
        ) from error


@lru_cache(maxsize=32)
def _read(path: Path, changed_at: int, size: int) -> Recording:
    """The cassette at ``path``, which several clauses read as it was ``changed_at``, ``size`` bytes long."""
    raw = path.read_bytes()
    try:
        text = raw.decode()
    except UnicodeDecodeError as error:
        raise UsageError(f"{path}: not a cassette, no UTF-8 at byte {error.start}; record it anew") from error
    if not text or text.isspace():
        raise UsageError(f"{path}: empty; record it anew")
    with uncollected():  # what is read is kept: looking through it again and again takes half of the time
        found = _by_layout(raw) or _by_vcrpy(path, text)
    if text.startswith(BEGIN) and found.recorded_at is None:
        raise UsageError(f"{path}: cut off, it does not end with `metadata`; record it anew")
    if not found.interactions:
        raise UsageError(f"{path}: holds no exchange; record it anew")
    return found


# -- by vcrpy


def _by_vcrpy(path: Path, text: str) -> Recording:
    reader = _Reader(jsonserializer if text.lstrip()[:1] == "{" else yamlserializer)
    try:
        requests, responses = deserialize(text, reader)[:2]
        if reader.data.get("version") is None:
            raise UsageError(f"{path}: cut off, it has no `version`; record it anew")
        found = tuple(interaction(asked, answer) for asked, answer in zip(requests, responses, strict=True))
        told = reader.data.get("metadata") or {}
        return Recording(found, _moment(told.get("recorded_at")), since_of(told), found_of(told))
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


def since_of(told: Mapping[str, Any]) -> Since | None:
    """What the `metadata` of a cassette say of its incremental run; None where it holds none."""
    last_run, started = (_moment(told.get(name)) for name in ("last_run", "run_started_at"))
    return None if last_run is None or started is None else Since(_utc(last_run), _utc(started))


def found_of(told: Mapping[str, Any]) -> Found | None:
    """What the `metadata` of a cassette say of where its records stand."""
    place = told.get("records")
    return None if place is None else Found.from_json(place)


def _utc(at: dt.datetime) -> dt.datetime:
    return at.replace(tzinfo=dt.UTC) if at.tzinfo is None else at.astimezone(dt.UTC)


def interaction(asked: VcrRequest, answer: dict[str, Any]) -> Interaction:
    """An exchange as vcrpy keeps it."""
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
    made = Response(int(status), kept, body)
    length = str(len(body))
    return made if made.header("Content-Length") == length else made.with_header("Content-Length", length)


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

_NEXT = b"\n- request:\n"
_HEAD = re.compile(
    rb"    method: (?P<method>[A-Z]+)\n"
    rb"    uri:(?P<uri> \S+)\n"
    rb"    body:(?P<asked>.*?\n)"
    # No body has a line that is as little indented as this one.
    rb"    headers:(?P<sent>(?: \{\})?\n(?:      [^\n]+\n)*)"
    rb"  response:\n"
    rb"    status:\n"
    rb"      code: (?P<code>\d{3})\n"
    rb"      message: [^\n]*\n"
    rb"    headers:(?P<came>(?: \{\})?\n(?:      [^\n]+\n)*)"
    rb"    body:\n"
    rb"      string:",
    re.DOTALL,
)
_TOLD = re.compile(
    rb"(?:  records: (?P<records>\{[^\n]+\})\n)?"
    rb"(?:  last_run: '(?P<last_run>[^'\n]+)'\n  run_started_at: '(?P<run_started_at>[^'\n]+)'\n)?"
    rb"  recorded_at: '(?P<recorded_at>[^'\n]+)'\n"
)
_BLOCK = re.compile(rb" \|2?(?P<chomp>[-+]?)\n")
_HEADER = re.compile(rb"      (?P<name>[A-Za-z0-9-]+):\n(?P<values>(?:      - .+\n)+)")


def _by_layout(raw: bytes) -> Recording | None:
    """A file that we have written; None where it is laid out otherwise."""
    begin, *chunks = raw.split(_NEXT)
    if begin != BEGIN.encode() or not chunks or b"\r" in raw:
        return None
    chunks[-1], _, end = chunks[-1].rpartition(END.encode())
    told = _TOLD.fullmatch(end)
    if told is None:
        return None
    found = []
    for chunk in chunks:
        parts = _HEAD.match(chunk)
        made = _from_parts(parts, chunk[parts.end() :]) if parts else None
        if made is None:
            return None
        found.append(made)
    metadata: dict[str, Any] = {name: value.decode() for name, value in told.groupdict().items() if value is not None}
    try:
        metadata |= {"records": json.loads(metadata["records"])} if "records" in metadata else {}
        return Recording(tuple(found), _moment(metadata["recorded_at"]), since_of(metadata), found_of(metadata))
    except (ValueError, TypeError, KeyError):  # vcrpy's way says what is wrong
        return None


def _from_parts(parts: re.Match[bytes], body: bytes) -> Interaction | None:
    sent, came = _headers(parts["sent"]), _headers(parts["came"])
    if sent is None or came is None:
        return None
    url = _scalar(parts["uri"], 0).decode()
    request = Request(parts["method"].decode(), url, sent, _scalar(parts["asked"], 6))
    return Interaction(request, _response(int(parts["code"]), came, _scalar(body + b"\n", 8)))


@lru_cache(maxsize=1024)
def _headers(block: bytes) -> Headers | None:
    """The headers of a block; None where it is laid out otherwise. Most exchanges have those of another one."""
    if block == b" {}\n":
        return ()
    found: list[tuple[str, str]] = []
    end = 1
    for header in _HEADER.finditer(block, 1):
        if header.start() != end:
            return None
        end = header.end()
        values = header["values"].split(b"      - ")[1:]
        found += [(header["name"].decode(), _scalar(b" " + value, 8).decode()) for value in values]
    return tuple(found) if end == len(block) else None


_LOADER: Any = getattr(yaml, "CSafeLoader", yaml.SafeLoader)  # libyaml's, where PyYAML was built with it
_PLAIN = re.compile(rb" (?P<text>[A-Za-z/](?:[^#:\n]|:(?=\S)|(?<=\S)#)*)\n?")
"""Text that needs no quotes (YAML 1.2, section 7.3.3), by its first letter no number or date either."""

_QUOTED = re.compile(rb" '(?P<text>[^'\n]*)'\n?")
_NO_TEXT = re.compile(rb"(?i: (?:null|true|false|yes|no|on|off|y|n)\n?)")


def _scalar(written: bytes, indent: int) -> bytes:
    """What stands behind a key: a literal block, ``indent`` deep, or what YAML makes of it."""
    block = _BLOCK.match(written)
    if block is not None:
        # The line break before the block, so that its first line is one like the others.
        text = written[block.end() - 1 :].replace(b"\n" + b" " * indent, b"\n")[1:]
        return text if block["chomp"] == b"+" else text.rstrip(b"\n") + (b"\n" if block["chomp"] == b"" else b"")
    if written == b" null\n":
        return b""
    plain = _PLAIN.fullmatch(written) if not _NO_TEXT.fullmatch(written) else None
    simple = plain or _QUOTED.fullmatch(written)
    return simple["text"] if simple else _octets(yaml.load(written, Loader=_LOADER))  # noqa: S506 - both are safe


def _octets(value: Any) -> bytes:
    return value if isinstance(value, bytes) else b"" if value is None else str(value).encode()
