"""Secrets leave a recording here: by the names under which HTTP carries them, and by their values."""

from __future__ import annotations

import json
import re
from collections.abc import Iterable, Mapping
from typing import Any
from urllib.parse import unquote

from vcr.request import Request

from contract.subject.leaks import masked, names_secret

REDACTED = "REDACTED"
"""What stands in a recording in place of a secret."""

FORM_FIELDS = ("access_token", "assertion", "client_assertion", "client_secret", "password", "refresh_token")
"""Fields of token requests that hold secrets (RFC 6749, section 4; RFC 7521, section 4)."""

OF_THE_MACHINE = frozenset({"accept-encoding", "content-length", "user-agent"})
"""Request headers that tell of the recording machine's packages, or how long a secret is: left out."""

_IN_JSON = re.compile(
    r'("(?:access_token|refresh_token|id_token|client_secret|client_assertion|password|private_key|api_?key)"\s*:\s*")'
    r'((?:[^"\\]|\\.)+)(?=")',
    re.IGNORECASE,
)
"""Secrets of a JSON body, by their names."""

_IN_URL = re.compile(
    r"([?&;](?:access_token|id_token|refresh_token|client_secret|password|api_?key|sig|signature"
    r"|awsaccesskeyid|googleaccessid|x-(?:amz|goog)-(?:signature|credential|security-token))=)([^&#;\"'\s<>\\]+)",
    re.IGNORECASE,
)
"""Secrets of a URL, wherever it stands, by their names: keys and tokens, and what signs the links to files (AWS Signature
Version 4, Google Cloud Storage V2 and V4, Azure SAS). Not `page_token` and the like: those are cursors."""

SHORTEST_FOUND = 8
"""Characters of a secret found by its name that make it one to look for everywhere."""


class Scrub:
    """Filters for vcrpy. The same ones are needed to replay: what is asked then is compared with what was kept.

    What goes by its name: request headers that are called secrets (Authorization, Cookie, X-Api-Key), the values of
    cookies that are set, secret fields of a form, tokens, keys and passwords in JSON (RFC 6749, section 5.1), and keys and
    signatures in URLs, also in those that an answer gives. ``secrets``
    are taken out by their value, plain or encoded, wherever they stand: a key in a query comes back in next links.

    JSON is laid out over lines where that changes nothing but white space, so that recordings can be read and
    compared.
    """

    def __init__(self, secrets: Iterable[str] = ()) -> None:
        self._secrets = dict.fromkeys(secrets)

    @property
    def secrets(self) -> tuple[str, ...]:
        """The given secrets, and the tokens that were found in answers until now."""
        return tuple(self._secrets)

    @property
    def options(self) -> dict[str, Any]:
        """Keyword arguments for `VCR.use_cassette`."""
        return {
            "before_record_request": self.request,
            "before_record_response": self.response,
            "decode_compressed_response": True,
            "filter_post_data_parameters": [(field, REDACTED) for field in FORM_FIELDS],
            "match_on": ("method", "scheme", "host", "port", "path", "query", "body"),
        }

    def request(self, request: Request) -> Request:
        """``request``, a copy that vcrpy made, without secrets."""
        request.uri = self._masked(request.uri)
        kept = {name: _text(value) for name, value in request.headers.items() if name.lower() not in OF_THE_MACHINE}
        request.headers = {
            name: _credentials(kept[name]) if names_secret(name) else self._masked(kept[name]) for name in sorted(kept)
        }
        if isinstance(request.body, bytes):
            request.body = self._in_bytes(request.body)  # type: ignore[misc]  # vcrpy defines the setter out of place
        return request

    def response(self, response: dict[str, Any]) -> dict[str, Any]:
        """``response``, a copy that vcrpy made, without secrets."""
        body = self._in_bytes(response["body"]["string"])
        headers = {
            name: [_cookie(value) if name.lower() == "set-cookie" else self._masked(value) for value in values]
            for name, values in sorted(response["headers"].items())
        }
        for name in headers:
            if name.lower() == "content-length":
                headers[name] = [str(len(body))]
        return {"status": response["status"], "headers": headers, "body": {"string": body}}

    def _in_bytes(self, body: bytes) -> bytes:
        try:
            text = body.decode()
        except UnicodeDecodeError:
            return body
        return _laid_out(self._masked(text)).encode()

    def _masked(self, text: str) -> str:
        """``text`` without secrets: first those that their names tell, which are then looked for everywhere."""
        text = _IN_URL.sub(lambda found: self._found(found, unquote(found[2])), text)
        text = _IN_JSON.sub(lambda found: self._found(found, _unescaped(found[2])), text)
        return masked(text, self.secrets, REDACTED)

    def _found(self, found: re.Match[str], value: str) -> str:
        if value != REDACTED and len(value) >= SHORTEST_FOUND:
            self._secrets[value] = None
        return found[1] + REDACTED


def without_named(text: str) -> str:
    """``text`` without the secrets that their names tell."""
    return _IN_JSON.sub(rf"\1{REDACTED}", _IN_URL.sub(rf"\1{REDACTED}", text))


def _unescaped(text: str) -> str:
    try:
        return str(json.loads(f'"{text}"'))
    except ValueError:
        return text


def _credentials(value: str) -> str:
    """The scheme of ``Bearer abc`` tells what was sent, and is kept."""
    scheme, space, _ = value.partition(" ")
    return f"{scheme} {REDACTED}" if space and scheme.isalpha() else REDACTED


def _cookie(value: str) -> str:
    """``session=abc; Path=/`` without its value."""
    return re.sub(r"=[^;]*", f"={REDACTED}", value, count=1)


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
