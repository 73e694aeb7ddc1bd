"""Secrets leave a recording here: by the names under which HTTP carries them, and by their values."""

from __future__ import annotations

import base64
import gzip
import io
import re
import zlib
from collections.abc import Callable, Iterable, Mapping, Sequence
from contextlib import suppress
from functools import lru_cache
from typing import Any

import orjson
from urllib3 import HTTPResponse
from urllib3.exceptions import HTTPError
from vcr.request import Request

from contract.errors import ToolkitError
from contract.recording.disguise import bare, held, masked
from contract.recording.layout import Exchange
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

_ENDS = ("token", "secret", "assertion", "password", "key", "verifier")
"""How `_TOKENS` end."""

_ENDS_IN_URLS = (*_ENDS, "sig", "signature", "keyid", "accessid", "credential")
"""How they and `_SIGNATURES` end."""


def _behind(ends: Sequence[str], mark: str) -> re.Pattern[bytes]:
    """Finds a name that ends so in front of ``mark``: `re` jumps from one mark to the next, and looks back from there.

    It looks in small letters, for letters of either case are looked for much more slowly.
    """
    mark = re.escape(mark)
    last_two = (sorted({end[at] for end in ends}) for at in (-2, -1))
    likely = "".join(f"[{''.join(letters)}]" for letters in last_two)
    return re.compile(f"{mark}(?<={likely}{mark})(?:{'|'.join(f'(?<={end}{mark})' for end in ends)})".encode())


_NAMED = (
    # In JSON; white space ahead of a colon, which few write, may be of more than one octet.
    (
        [_behind(_ENDS, '":'), re.compile(rb":(?<=[\s\x80-\xff]:)")],
        [re.compile(rf'("(?=[aciprs])(?:{_TOKENS})"\s*:\s*")(?P<secret>(?:[^"\\]|\\.)+)(?=")', re.IGNORECASE)],
    ),
    # In JSON that stands in a text of JSON; backslashes are bounded, or a run of them takes quadratic time.
    (
        [_behind(_ENDS, "\\")],
        [
            re.compile(
                rf'((?P<quote>\\\\{{0,63}}")(?:{_TOKENS})(?P=quote)\s*:\s*(?P=quote))(?P<secret>.+?)(?=(?<!\\)(?P=quote))',
                re.IGNORECASE,
            )
        ],
    ),
    # In a URL or a form, wherever it stands: one pattern for each beginning, which is then looked for quickly.
    (
        [_behind(_ENDS_IN_URLS, "=")],
        [
            re.compile(rf"({begin}(?:{_TOKENS}|{_SIGNATURES})=)(?P<secret>[^&#;\"'\s<>\\]+)", re.IGNORECASE)
            for begin in (r"\?", "&", ";", "#", r"\\u0026")
        ],
    ),
    # The same inside another URL.
    (
        [re.compile(b"%")],
        [
            re.compile(
                rf"(%(?:25)*(?:3F|26|23)(?:{_TOKENS}|{_SIGNATURES})%(?:25)*3D)"
                r"(?P<secret>(?:(?!%(?:25)*(?:26|23))[^&#;\"'\s<>\\])+)",
                re.IGNORECASE,
            )
        ],
    ),
    # The user of a URL, or only the password.
    (
        [re.compile(b"@")],
        [re.compile(r"(://(?=[^/?#\s@\"'<>\\]++@)(?:[^/?#\s:@\"'<>\\]*:)?)(?P<secret>[^/?#\s@\"'<>\\]+)(?=@)")],
    ),
)
"""Secrets that their names tell, in a text; ahead of them, what stands in each text that holds one, and is found quickly."""

_ALSO_LETTERS = "\u0130\u0131\u017f\u212a"
"""Letters beyond ASCII that are i, s and k in a pattern that knows no case."""

_CURSOR = re.compile(r"next|page|paging|cursor|continu|sync|delta|scroll", re.IGNORECASE)
"""Headers whose token says where the next page is, and has to come back."""

SHORTEST_FOUND = 8
"""Characters of a secret found by its name that make it one to look for everywhere."""

SHORTEST_COOKIE = 16
"""The same of a cookie that was set, which may be a preference."""

SHORT = 200
"""Characters of a text that is remembered."""

GZIP = b"\x1f\x8b"
"""How it begins (RFC 1952, section 2.3.1)."""


@lru_cache(maxsize=1024)
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
        self._clean: dict[str, int] = {}
        """Short texts that hold nothing of so many secrets: most headers come again and again."""
        self._known: list[int] = []
        """How many secrets were known when each exchange had been cleaned."""
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

    def some(self, exchanges: list[Exchange]) -> None:
        """Put those of ``exchanges`` that have come since the last time into the list anew, without secrets."""
        for at in range(len(self._known), len(exchanges)):
            exchanges[at] = self._cleaned(*exchanges[at])
            self._known.append(len(self._secrets))

    def all(self, exchanges: list[Exchange]) -> list[Exchange]:
        """``exchanges`` without secrets, also without those that are found to be one only later."""
        self.some(exchanges)
        return [
            each if number == len(self._secrets) else self._cleaned(*each)
            for each, number in zip(exchanges, self._known, strict=True)
        ]

    def _cleaned(self, request: Request, response: dict[str, Any]) -> Exchange:
        return self.request(request), self.response(response)

    def request(self, request: Request) -> Request:
        """``request``, a copy that vcrpy made, without secrets."""
        kept = {name: _text(value) for name, value in request.headers.items() if name.lower() not in OF_THE_MACHINE}
        if isinstance(request.body, bytes):
            plain = unzipped(request.body)
            if plain is not request.body:
                kept = {name: value for name, value in kept.items() if name.lower() != "content-encoding"}
            request.body = self._in_bytes(plain)  # type: ignore[misc]  # vcrpy defines the setter out of place
        request.headers = {self._masked(name): self._header(name, kept[name]) for name in sorted(kept)}
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
        text = body.decode("utf-8", "surrogateescape")
        plain = self._masked(text)
        return _laid_out(body if plain == text else plain.encode("utf-8", "surrogateescape"))

    def _changed(self, body: bytes) -> bool:
        text = body.decode("utf-8", "surrogateescape")
        return self._masked(text) != text

    def _masked(self, text: str) -> str:
        """``text`` without secrets: first those that their names tell, which are then looked for everywhere."""
        known = len(self._secrets)
        short = len(text) <= SHORT
        if short and self._clean.get(text) == known:
            return text
        plain = _named(text, self._found)
        if held(plain, self.secrets):
            plain = masked(plain, self.secrets, REDACTED)
            if held(plain, self.secrets):
                self.problems["a secret is left, written in a way that cannot be taken out"] = None
        if short and plain == text:
            self._clean[text] = known
        return plain

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
    return _named(text, rf"\1{REDACTED}")


def _named(text: str, instead: str | Callable[[re.Match[str]], str]) -> str:
    # A form begins as what stands behind a `&`.
    text = f"&{text}"
    small = text.encode("utf-8", "surrogatepass").lower()
    odd = any(letter in text for letter in _ALSO_LETTERS)
    for signs, patterns in _NAMED:
        if odd or any(sign.search(small) for sign in signs):
            for pattern in patterns:
                text = pattern.sub(instead, text)
    return text[1:]


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


def _laid_out(body: bytes) -> bytes:
    try:
        value = orjson.loads(body)
        # A number written another way, a name given twice: kept as it came.
        same = isinstance(value, list | dict) and orjson.dumps(value) == body
        return orjson.dumps(value, option=orjson.OPT_INDENT_2) if same else body
    except (ValueError, TypeError):  # no JSON, or more than orjson takes
        return body
