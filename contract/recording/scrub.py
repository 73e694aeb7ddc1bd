"""Secrets leave a recording here: by the names under which HTTP carries them, and by their values."""

from __future__ import annotations

import base64
import gzip
import io
import json
import re
import zlib
from collections.abc import Iterable, Mapping
from contextlib import suppress
from typing import Any

from urllib3 import HTTPResponse
from urllib3.exceptions import HTTPError
from vcr.request import Request

from contract.errors import ToolkitError
from contract.recording.disguise import bare, masked
from contract.subject.leaks import names_secret

REDACTED = "REDACTED"
"""What stands in a recording in place of a secret."""

OF_THE_MACHINE = frozenset({"accept-encoding", "content-length", "user-agent"})
"""Request headers that tell of the recording machine's packages, or how long a secret is: left out."""

_TOKENS = (
    "access_?token|refresh_?token|id_?token|auth_?token|session_?token|client_?secret|client_?assertion|assertion"
    "|password|private_?key|api_?key|code_?verifier"
)
"""Of token requests and their answers (RFC 6749, section 4; RFC 7521, section 4; RFC 7636, section 4.5), and what APIs call the like.
Not `page_token` and the like: those are cursors."""

_SIGNATURES = "sig|signature|awsaccesskeyid|googleaccessid|x-(?:amz|goog)-(?:signature|credential|security-token)"
"""What signs the links to files: AWS Signature Version 4, Google Cloud Storage V2 and V4, Azure SAS."""

_NAMED = (
    # In JSON, and in JSON that stands in a text of JSON; backslashes are bounded, or a run of them takes quadratic time.
    re.compile(rf'("(?:{_TOKENS})"\s*:\s*")(?P<secret>(?:[^"\\]|\\.)+)(?=")', re.IGNORECASE),
    re.compile(
        rf'((?P<quote>\\{{1,64}}")(?:{_TOKENS})(?P=quote)\s*:\s*(?P=quote))(?P<secret>.+?)(?=(?<!\\)(?P=quote))',
        re.IGNORECASE,
    ),
    # In a URL or a form, wherever it stands.
    re.compile(rf"((?:^|[?&;#]|\\u0026)(?:{_TOKENS}|{_SIGNATURES})=)(?P<secret>[^&#;\"'\s<>\\]+)", re.IGNORECASE),
    # The same inside another URL.
    re.compile(
        rf"(%(?:25)*(?:3F|26|23)(?:{_TOKENS}|{_SIGNATURES})%(?:25)*3D)"
        r"(?P<secret>(?:(?!%(?:25)*(?:26|23))[^&#;\"'\s<>\\])+)",
        re.IGNORECASE,
    ),
    # The user of a URL, or only the password.
    re.compile(r"(://(?:[^/?#\s:@\"'<>\\]*:)?)(?P<secret>[^/?#\s@\"'<>\\]+)(?=@)"),
)
"""Secrets that their names tell, in a text."""

_CURSOR = re.compile(r"next|page|paging|cursor|continu|sync|delta|scroll", re.IGNORECASE)
"""Headers whose token says where the next page is, and has to come back."""

SHORTEST_FOUND = 8
"""Characters of a secret found by its name that make it one to look for everywhere."""

SHORTEST_COOKIE = 16
"""The same of a cookie that was set, which may be a preference."""

GZIP = b"\x1f\x8b"
"""How it begins (RFC 1952, section 2.3.1)."""


def secret_header(name: str) -> bool:
    """Whether a header carries a secret, by its name."""
    return names_secret(name) and not _CURSOR.search(name)


class Scrub:
    """Filters for vcrpy. The same ones are needed to replay: what is asked then is compared with what was kept.

    What goes by its name: headers that are called secrets (Authorization, Cookie, X-Api-Key), the values of
    cookies that are set, tokens, keys and passwords in JSON and in forms, and those, signatures and passwords in URLs,
    also in URLs that an answer gives. What was found so is then looked for everywhere. ``secrets`` are taken out by
    their value, in whatever encoding, wherever they stand: a key in a query comes back in next links.

    JSON is laid out over lines where that changes nothing but white space, so that recordings can be read and
    compared.
    """

    def __init__(self, secrets: Iterable[str] = ()) -> None:
        self._secrets = dict.fromkeys(secrets)
        self.problems: dict[str, None] = {}
        """Why a recording cannot be kept. Raised where it is found, it would be the connector's to catch."""

    @property
    def secrets(self) -> tuple[str, ...]:
        """The given secrets, and those that were found until now."""
        return tuple(self._secrets)

    @property
    def options(self) -> dict[str, Any]:
        """Keyword arguments for `VCR.use_cassette`."""
        return {
            "before_record_request": self.request,
            "before_record_response": self.response,
            "decode_compressed_response": True,
            "match_on": ("method", "scheme", "host", "port", "path", "query", "body"),
        }

    def request(self, request: Request) -> Request:
        """``request``, a copy that vcrpy made, without secrets."""
        kept = {name: _text(value) for name, value in request.headers.items() if name.lower() not in OF_THE_MACHINE}
        if isinstance(request.body, bytes):
            plain = unzipped(request.body)
            if plain is not request.body:
                kept = {name: value for name, value in kept.items() if name.lower() != "content-encoding"}
            request.body = self._in_bytes(plain)  # type: ignore[misc]  # vcrpy defines the setter out of place
        request.headers = {name: self._header(name, kept[name]) for name in sorted(kept)}
        request.uri = self._masked(request.uri)
        return request

    def response(self, response: dict[str, Any]) -> dict[str, Any]:
        """``response``, a copy that vcrpy made, without secrets."""
        raw, given = response["body"]["string"] or b"", response["headers"]
        try:
            raw, given = _decoded(raw, given)
        except ToolkitError as error:
            self.problems[str(error)] = None
        if raw.startswith(GZIP) and self._changed(unzipped(raw)):
            self.problems["a secret is in a compressed file that was answered, which cannot be changed"] = None
        body = self._in_bytes(raw)
        headers = {name: [self._header(name, value) for value in values] for name, values in sorted(given.items())}
        for name in headers:
            if name.lower() == "content-length":
                headers[name] = [str(len(body))]
        status = {**response["status"], "message": self._masked(str(response["status"]["message"] or ""))}
        return {"status": status, "headers": headers, "body": {"string": body}}

    def _header(self, name: str, value: str) -> str:
        if name.lower() == "set-cookie":
            return self._masked(_COOKIE.sub(self._cookie, value))
        if not secret_header(name):
            return self._masked(value)
        scheme, space, rest = value.partition(" ")
        told = space and "authorization" in name.lower() and scheme.isalpha()
        self._remember(*_credentials(scheme, rest) if told else (value,))
        return f"{scheme} {REDACTED}" if told else REDACTED

    def _cookie(self, found: re.Match[str]) -> str:
        value = found["value"]
        if len(value) >= SHORTEST_COOKIE and re.search(r"\d", value) and re.search(r"[^\W\d]", value):
            self._remember(value)
        return f"{found[1]}={REDACTED}"

    def _in_bytes(self, body: bytes) -> bytes:
        text = self._masked(body.decode("utf-8", "surrogateescape"))
        return _laid_out(text).encode("utf-8", "surrogateescape")

    def _changed(self, body: bytes) -> bool:
        text = body.decode("utf-8", "surrogateescape")
        return self._masked(text) != text

    def _masked(self, text: str) -> str:
        """``text`` without secrets: first those that their names tell, which are then looked for everywhere."""
        for pattern in _NAMED:
            text = pattern.sub(self._found, text)
        return masked(text, self.secrets, REDACTED)

    def _found(self, found: re.Match[str]) -> str:
        *_, value = bare(found["secret"])
        self._remember(value, value.replace("+", " "))
        return found[1] + REDACTED

    def _remember(self, *values: str) -> None:
        self._secrets |= dict.fromkeys(
            value for value in values if len(value) >= SHORTEST_FOUND and REDACTED not in value
        )


def without_named(text: str) -> str:
    """``text`` without the secrets that their names tell."""
    for pattern in _NAMED:
        text = pattern.sub(rf"\1{REDACTED}", text)
    return text


def unzipped(body: bytes) -> bytes:
    """``body``, decompressed where it is gzip."""
    if not body.startswith(GZIP):
        return body
    try:
        return gzip.decompress(body)
    except (OSError, EOFError, zlib.error):
        return body


_COOKIE = re.compile(r"(?P<name>(?:^|(?<=,))\s*[^=;,\s]+)=(?P<value>[^;]*)")
"""``session=abc; Path=/``, several of which may be joined by commas."""


def _credentials(scheme: str, given: str) -> tuple[str, ...]:
    """The secrets of an Authorization header (RFC 9110, section 11.6.2), of Basic also the password (RFC 7617)."""
    if scheme.lower() != "basic":
        return (given,)
    try:
        return given, base64.b64decode(given, validate=True).decode().partition(":")[2]
    except ValueError:
        return (given,)


def _decoded(body: bytes, headers: Mapping[str, list[str]]) -> tuple[bytes, dict[str, list[str]]]:
    """The body as it is read, and the headers that it then has: what vcrpy cannot decompress, urllib3 may.

    Raises:
        ToolkitError: neither can.
    """
    coding = ", ".join(
        each for name, values in headers.items() if name.lower() == "content-encoding" for each in values
    )
    if not coding or not body:
        return body, dict(headers)
    plain = body
    with suppress(HTTPError):
        plain = HTTPResponse(io.BytesIO(body), headers={"Content-Encoding": coding}).data
    if plain == body and not _is_text(body):
        raise ToolkitError(f"an answer is compressed ({coding}) and cannot be searched for secrets: ask for gzip")
    return plain, {name: values for name, values in headers.items() if name.lower() != "content-encoding"}


def _is_text(body: bytes) -> bool:
    try:
        body.decode()
    except UnicodeDecodeError:
        return False
    return True


def _text(value: str | bytes) -> str:
    return value.decode("latin-1") if isinstance(value, bytes) else str(value)


def _laid_out(text: str) -> str:
    try:
        value = json.loads(text)
        compact = json.dumps(value, ensure_ascii=False, separators=(",", ":"))
    except (ValueError, RecursionError):
        return text
    # A number written another way, a name given twice: kept as it came.
    same = isinstance(value, list | Mapping) and compact == text
    return json.dumps(value, ensure_ascii=False, indent=2) if same else text
