"""One exchange with the API, from a request to checked JSON: retried where that helps, an error where it does not."""

from __future__ import annotations

import json
import math
import re
from base64 import b64decode
from http import HTTPStatus
from typing import Any, Never, TypeVar
from urllib.parse import urlsplit

import requests
from bizon.source.session import CappedRetry
from pydantic import BaseModel, ValidationError
from requests.adapters import HTTPAdapter
from requests.exceptions import ChunkedEncodingError, ContentDecodingError
from urllib3.exceptions import InvalidHeader, LocationParseError, MaxRetryError, ReadTimeoutError
from urllib3.response import BaseHTTPResponse
from urllib3.util import parse_url

from acme_connector.errors import AcmeError

LONGEST_MESSAGE = 200
"""Characters of the API's own words that an error of ours repeats."""

SHORTEST_SECRET = 5
"""Characters: shorter words of a message may stand in a token by chance."""

SURROGATE = re.compile(r"\\u[dD][89a-fA-F]")
"""An escape that is one half of a pair; only where it occurs is a closer look worth its time."""

Answer = TypeVar("Answer", bound=BaseModel)


class AcmeRetry(CappedRetry):
    """bizon's retries, for which a Retry-After that is not what RFC 9110 (10.2.3) says is one that is not there."""

    def get_retry_after(self, response: BaseHTTPResponse) -> float | None:
        """Seconds to wait as the API asks, capped; None to back off."""
        try:
            seconds: float | None = super().get_retry_after(response)
        except (InvalidHeader, ValueError, OverflowError):  # a date in the year 99999, more than 4300 digits
            return None
        return seconds


def with_retries(session: requests.Session, retries: AcmeRetry) -> requests.Session:
    """Retry on http:// as on https://, where bizon's session does it already."""
    session.mount("http://", HTTPAdapter(max_retries=retries))
    return session


def exchange(session: requests.Session, retries: AcmeRetry, method: str, url: str, **kwargs: Any) -> requests.Response:
    """One request with its whole body.

    The session retries up to the headers of the answer; requests reads the body behind that, so an answer that breaks
    off is asked for again here, as often and with the same waits.

    Raises:
        requests.RequestException: the last attempt failed, or the status is an error.
        AcmeError: the API redirects, which it has no reason to: the credentials stay here.
    """
    while True:
        try:
            response = session.request(method, url, allow_redirects=False, **kwargs)
        except (ChunkedEncodingError, ContentDecodingError, requests.ConnectionError) as error:
            if not _broke_off(error):
                raise
            retries = _one_less(retries, method, url, error)
            retries.sleep()
            continue
        response.raise_for_status()
        if response.is_redirect:
            raise AcmeError(f"{_path(url)} redirects ({response.status_code}), which the Acme API does not do")
        return response


def _one_less(retries: AcmeRetry, method: str, url: str, error: requests.RequestException) -> AcmeRetry:
    """What is left of ``retries``; raises ``error`` when nothing is."""
    try:
        left: AcmeRetry = retries.increment(method, url, error=error)
    except MaxRetryError:
        raise error from None
    return left


def _broke_off(error: requests.RequestException) -> bool:
    """Whether the body of an answer broke off, rather than all attempts at getting one have failed."""
    if isinstance(error, ChunkedEncodingError | ContentDecodingError):
        return True
    return bool(error.args) and isinstance(error.args[0], ReadTimeoutError)


def read(response: requests.Response, shape: type[Answer]) -> Answer:
    """The body of ``response``, checked.

    Raises:
        AcmeError: it is not JSON (RFC 8259: UTF-8, whatever the header says), tells of an error, or has another shape.
    """
    where = _path(response.url)
    try:
        body = parse(response.content.decode("utf-8-sig"))
    except (ValueError, RecursionError) as error:
        raise AcmeError(f"{where} answered {response.status_code} with what is not JSON: {error}") from error
    if isinstance(body, dict) and body.get("error"):
        said = _said(body["error"], response.request)
        raise AcmeError(f"{where} answered {response.status_code} with an error in place of what was asked{said}")
    return checked(body, shape, f"{where} answered in another shape than {shape.__name__}")


def checked(value: Any, shape: type[Answer], complaint: str) -> Answer:
    """``value`` as a ``shape``.

    Raises:
        AcmeError: it is none; ``complaint``, the place and the reason.
    """
    try:
        return shape.model_validate(value)
    except ValidationError as error:
        first = error.errors(include_url=False, include_input=False)[0]
        place = ".".join(str(part) for part in first["loc"]) or "the answer"
        raise AcmeError(f"{complaint}: {place}: {first['msg']}") from None


def _said(error: object, asked: requests.PreparedRequest) -> str:
    """The message of an error, behind a colon; nothing where a word of it stands in the credentials that were sent."""
    message = error.get("message") if isinstance(error, dict) else error
    if not isinstance(message, str):
        return ""
    sent = f"{asked.headers.get('Authorization')} {asked.headers.get('Cookie')} {asked.body!r}"
    basic = re.search(r"Basic ([\w+/=]+)", sent)
    sent += b64decode(basic[1]).decode("utf-8", "replace") if basic else ""
    repeats = any(len(word) >= SHORTEST_SECRET and word in sent for word in re.findall(r"[^\s'\",:;]+", message))
    return "" if repeats else f": {' '.join(message.split())[:LONGEST_MESSAGE]}"


def parse(text: str) -> Any:
    """JSON of which nothing is lost without a word.

    Raises:
        ValueError: it is not JSON, or holds what bizon's store would change or refuse: NaN, a float that is too large
            (stored as null), half of a surrogate pair, a member twice.
    """
    body = json.loads(text, parse_constant=_no_number, parse_float=_finite, object_pairs_hook=_distinct)
    if SURROGATE.search(text):
        try:
            json.dumps(body, ensure_ascii=False).encode()
        except UnicodeEncodeError:
            raise ValueError("half of a surrogate pair") from None
    return body


def _finite(text: str) -> float:
    number = float(text)
    if not math.isfinite(number):
        raise ValueError("a number is too large for a float")
    return number


def same_origin(one: str, other: str) -> bool:
    """Whether two URLs have the same scheme, host and port: only then may the second get the credentials of the first."""
    return origin(one) == origin(other)


def origin(url: str) -> str:
    """Scheme, host and port (RFC 6454), and user information, which no link of Acme's holds.

    Read by urllib3, which will connect to it: urllib.parse finds another host in `https://evil.example\\@api.acme.com/`.
    """
    try:
        parts = parse_url(url)
    except LocationParseError:
        raise AcmeError("products: the next URL is none") from None
    user = "…@" if parts.auth else ""
    return f"{parts.scheme}://{user}{parts.host}:{parts.port or {'https': 443, 'http': 80}.get(parts.scheme or '')}"


HINTS: dict[int, str] = {
    HTTPStatus.UNAUTHORIZED: "the credentials are refused",
    HTTPStatus.FORBIDDEN: "the credentials may not do this",
    HTTPStatus.NOT_FOUND: "is base_url right?",
}


def refusal(status: int) -> str:
    """What an error status of the check means, in one line."""
    hint = HINTS.get(status)
    return f"GET /me answered {status}: {hint}" if hint else f"GET /me answered {status}"


def what_happened(error: requests.RequestException) -> str:
    """The reason in words; requests' own text holds objects and addresses of memory."""
    reason = getattr(error.args[0] if error.args else None, "reason", None) or error
    name = type(reason).__name__
    if "Timeout" in name:
        return "it did not answer in time"
    return {"NewConnectionError": "connection refused", "ProtocolError": "connection reset"}.get(name, name)


def _no_number(name: str) -> Never:
    raise ValueError(f"{name} is no JSON number")


def _distinct(pairs: list[tuple[str, Any]]) -> dict[str, Any]:
    """A JSON object; of two members with one name json.loads would drop the first."""
    found = dict(pairs)
    if len(found) != len(pairs):
        raise ValueError("an object names a member twice")
    return found


def _path(url: str) -> str:
    return urlsplit(url).path
