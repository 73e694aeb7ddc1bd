"""What most of the good connectors have in common: patience, strict decoding, careful records, credentials."""

import datetime as dt
import json
import math
import threading
import time
from collections.abc import Callable, Iterable
from email.utils import parsedate_to_datetime
from typing import Any, NoReturn
from urllib.parse import urljoin, urlsplit

import requests
from bizon.source.auth.authenticators.oauth import Oauth2AuthParams
from bizon.source.auth.builder import AuthBuilder
from bizon.source.auth.config import AuthConfig, AuthType
from bizon.source.models import SourceRecord
from requests.auth import AuthBase
from urllib3.util import Retry

TRANSIENT = frozenset({429, 500, 502, 503, 504})
BROKEN = (
    requests.ConnectionError,
    requests.Timeout,
    requests.exceptions.ChunkedEncodingError,
    requests.exceptions.ContentDecodingError,
)
"""What requests raises while it connects, waits, and reads the body."""

ONE_ATTEMPT = Retry(0, read=False)
"""For the adapter of a session whose requests are repeated by `Patient`: attempts must not multiply."""


class Patient:
    """Repeats an exchange until its whole answer is here, a bounded number of times.

    `send` is `requests.request` or that of a session; `renew` is called after a 401, once.
    """

    attempts = 7
    longest_wait = 120.0
    timeout: tuple[float, float] | None = (10, 60)
    transient = TRANSIENT
    broken: tuple[type[Exception], ...] = BROKEN

    def __init__(self, send: Callable[..., requests.Response], renew: Callable[[], None] | None = None) -> None:
        self.send = send
        self.renew = renew

    def get(self, url: str, **kwargs: Any) -> requests.Response:
        return self.ask("GET", url, **kwargs)

    def ask(self, method: str, url: str, **kwargs: Any) -> requests.Response:
        may_renew = self.renew is not None
        for attempt in range(self.attempts):
            last = attempt == self.attempts - 1
            try:
                # Keys in headers of an API's own, cookies and bodies would go along with a redirect.
                response = self.send(method, url, **{"timeout": self.timeout, "allow_redirects": False} | kwargs)
                response.raise_for_status()
                if response.is_redirect:
                    raise ValueError(f"{urlsplit(url).hostname} redirects, which is not followed")
                return response
            except requests.HTTPError as error:
                status, asked = error.response.status_code, error.response.headers.get("Retry-After")
                if status == 401 and may_renew:
                    may_renew = False
                    self.renew()
                    continue
                if status not in self.transient or last:
                    raise
            except self.broken:
                asked = None
                if last:
                    raise
            self.wait(attempt, asked)
        raise AssertionError("the last attempt returns or raises")

    def wait(self, attempt: int, asked: str | None) -> None:
        time.sleep(min(max(2.0**attempt, seconds_of(asked)), self.longest_wait))


def seconds_of(retry_after: str | None) -> float:
    """How long a Retry-After asks to wait (RFC 9110, section 10.2.3); 0 for what is neither seconds nor a date."""
    text = (retry_after or "").strip()
    if text.isascii() and text.isdigit():
        return float(text)
    try:
        at = parsedate_to_datetime(text)
    except (TypeError, ValueError):
        return 0.0
    at = at if at.tzinfo else at.replace(tzinfo=dt.UTC)
    return max(0.0, (at - dt.datetime.now(dt.UTC)).total_seconds())


def decode(response: requests.Response) -> Any:
    """JSON by its bytes: UTF-8 whatever the header says, and nothing that Python would bend silently."""
    try:
        return json.loads(
            response.content.decode("utf-8-sig"),
            parse_constant=_no_constant,
            parse_float=_finite,
            object_pairs_hook=_no_key_twice,
        )
    except ValueError as error:
        kind = response.headers.get("Content-Type", "no Content-Type")
        raise ValueError(f"{urlsplit(response.url).hostname} answered with unusable JSON ({kind}): {error}") from error


def rows_of(body: Any, *keys: str) -> list[Any]:
    """The records below `keys`; an error envelope, a missing key and another shape raise."""
    if isinstance(body, dict) and (body.get("error") or body.get("errors")):
        raise ValueError(f"the API reports an error: {body.get('error') or body.get('errors')}")
    found = body
    for key in keys:
        if not isinstance(found, dict) or key not in found:
            raise ValueError(f"the answer has no {'.'.join(keys)}")
        found = found[key]
    if not isinstance(found, list):
        raise TypeError(f"{'.'.join(keys) or 'the answer'} is no list, but {type(found).__name__}")
    return found


def records_of(
    stream: str, rows: Iterable[Any], key: str = "id", moment: Callable[[dict], dt.datetime | None] = lambda row: None
) -> list[SourceRecord]:
    """The records of one page as they came; one without an id raises."""
    made = []
    for number, row in enumerate(rows):
        if not isinstance(row, dict):
            raise TypeError(f"{stream}: record {number} of the page is no object, but {type(row).__name__}")
        name = row.get(key)
        if name == "" or not isinstance(name, str | int) or isinstance(name, bool):
            raise ValueError(f"{stream}: record {number} of the page has no {key}: {name!r}")
        at = moment(row)
        made.append(SourceRecord(id=str(name), data=row, **({} if at is None else {"timestamp": at})))
    return made


def moment_of(text: str | None) -> dt.datetime | None:
    """An RFC 3339 time with its zone; UTC where it has none."""
    if text is None:
        return None
    at = dt.datetime.fromisoformat(text)
    return at if at.tzinfo else at.replace(tzinfo=dt.UTC)


def next_link(asked: str, link: str) -> str:
    """Where a next link leads: as it is, joined to what was asked, on the same origin, and not to the same page."""
    target = urljoin(asked, link)
    if urlsplit(target)[:2] != urlsplit(asked)[:2]:
        raise ValueError(f"the next link leads to another origin: {urlsplit(target).hostname}")
    if target == asked:
        raise ValueError("the next link leads to the page that holds it")
    return target


def reason(error: Exception) -> str:
    """One line for people: the status and host, or what happened to the connection."""
    response, request = getattr(error, "response", None), getattr(error, "request", None)
    if response is not None:
        return f"{urlsplit(response.url).hostname} answered {response.status_code} {response.reason}"
    if isinstance(error, requests.RequestException) and request is not None:
        return f"{urlsplit(request.url).hostname} could not be asked: {type(error).__name__}"
    return " ".join(f"{type(error).__name__}: {error}".split())[:300]


class TokenRefusedError(Exception):
    """The token endpoint gives no token."""


class Tokens(AuthBase):
    """A bearer token that is fetched when first needed, kept while it lives, and renewed a little before its end."""

    def __init__(self, params: Oauth2AuthParams) -> None:
        self.params = params
        self.refresh_token = params.refresh_token
        self.held: str | None = None
        self.ends = math.inf
        self.lock = threading.RLock()

    def __call__(self, request: requests.PreparedRequest) -> requests.PreparedRequest:
        request.headers["Authorization"] = f"Bearer {self.token()}"
        return request

    def token(self) -> str:
        with self.lock:
            if self.held is None or time.time() >= self.ends:
                self.renew()
            return self.held

    def renew(self) -> None:
        try:
            answer = self.fetch()
            self.held = answer["access_token"]
        except (requests.RequestException, ValueError, KeyError) as error:
            raise TokenRefusedError(f"no access token: {reason(error)}") from error
        self.ends = time.time() + self.lifetime(answer)
        self.refresh_token = answer.get("refresh_token") or self.refresh_token

    def lifetime(self, answer: dict[str, Any]) -> float:
        """Seconds for which the token is used: a tenth less than announced, or until a 401 where nothing is."""
        announced = answer.get("expires_in")
        return math.inf if announced is None else 0.9 * float(announced)

    def fetch(self) -> dict[str, Any]:
        asked = {"client_id": self.params.client_id, "client_secret": self.params.client_secret}
        if self.refresh_token:
            asked |= {"grant_type": "refresh_token", "refresh_token": self.refresh_token}
        else:
            asked |= {"grant_type": "client_credentials"}
        return decode(Patient(requests.request).ask("POST", self.params.token_refresh_endpoint, data=asked))


NEEDED = {
    AuthType.API_KEY: ("token",),
    AuthType.BEARER: ("token",),
    AuthType.BASIC: ("username", "password"),
    AuthType.OAUTH: ("token_refresh_endpoint", "client_id", "client_secret"),
    AuthType.COOKIES: ("cookies",),
}
BUILDERS: dict[AuthType, Callable[[Any], AuthBase]] = {
    AuthType.API_KEY: AuthBuilder.token,
    AuthType.BEARER: AuthBuilder.token,
    AuthType.BASIC: AuthBuilder.basic,
    AuthType.OAUTH: Tokens,
    AuthType.COOKIES: AuthBuilder.cookies,
}


def authenticator(authentication: AuthConfig | None, *supported: str) -> AuthBase:
    """The authenticator of one of the supported types; everything else raises an error that says what to write."""
    if authentication is None:
        raise ValueError(f"`authentication` is missing: this API wants one of {', '.join(supported)}")
    kind = authentication.type
    if kind.value not in supported:
        raise ValueError(f"`authentication.type` {kind.value} is not supported; it is one of {', '.join(supported)}")
    missing = [name for name in NEEDED[kind] if not hasattr(authentication.params, name)]
    if missing:
        raise ValueError(f"`authentication` of type {kind.value} needs `params.{'`, `params.'.join(missing)}`")
    return BUILDERS[kind](authentication.params)


def _no_constant(text: str) -> NoReturn:
    raise ValueError(f"{text} is no JSON value")


def _finite(text: str) -> float:
    if math.isinf(number := float(text)):
        raise ValueError(f"{text} is beyond what a float can hold")
    return number


def _no_key_twice(pairs: list[tuple[str, Any]]) -> dict[str, Any]:
    found = dict(pairs)
    if len(found) != len(pairs):
        raise ValueError("an object has a key twice")
    return found
