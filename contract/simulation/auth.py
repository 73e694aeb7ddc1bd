"""Credentials acted out: which requests are let in, and what a token endpoint answers."""

from __future__ import annotations

import base64
import itertools
from collections.abc import Iterable
from dataclasses import dataclass, field
from http.cookies import CookieError, SimpleCookie
from typing import Any
from urllib.parse import unquote

from contract.description.auth import ApiKey, Auth, Basic, Bearer, Cookies, OAuth, Public
from contract.messages import Request, Response, json_response


@dataclass(frozen=True)
class TokenManners:
    """How the token endpoint behaves within its description.

    ``expires_in`` is the announced life of a token in seconds (None: as described); ``early`` ends it a moment sooner,
    since clocks differ and requests take their time; ``announce`` says how it is announced; ``rotate`` makes every
    refresh token good for one use.
    """

    expires_in: float | None = None
    early: bool = False
    announce: str = "number"  # number, text, absent
    rotate: bool = False


@dataclass
class TokenEndpoint:
    """Issues tokens for one OAuth client (RFC 6749, sections 4.4 and 6) and knows those that are alive."""

    described: OAuth
    manners: TokenManners = TokenManners()
    issued: dict[str, float] = field(default_factory=dict)
    """Every token with the end of its life, in seconds since the epoch."""
    revoked: set[str] = field(default_factory=set)
    refresh_tokens: set[str] = field(default_factory=set)
    _numbers: itertools.count[int] = field(default_factory=itertools.count)

    @property
    def first_refresh_token(self) -> str:
        """The refresh token that the connector is configured with."""
        return self.described.refresh_token or f"refresh-{self.described.client_id}-0"

    @property
    def lifetime(self) -> float:
        """Seconds that a token lives."""
        return self.manners.expires_in or self.described.expires_in

    @property
    def moment(self) -> float:
        """Seconds that count as a moment for these tokens: one, or a twentieth of their life where that is less."""
        return min(1.0, self.lifetime / 20)

    def accepts(self, token: str, now: float) -> bool:
        """Whether ``token`` was issued here, is alive and not revoked."""
        return token in self.issued and token not in self.revoked and now < self.issued[token]

    def revoke_all(self) -> None:
        """End the life of every token issued so far, whatever was announced."""
        self.revoked.update(self.issued)

    def respond(self, request: Request, now: float) -> Response:
        """Answer a token request (RFC 6749, sections 5.1 and 5.2)."""
        if request.method != "POST":
            return json_response(405, {"error": "invalid_request"}, (("Allow", "POST"),))
        asked = {name: str(values[-1]) for name, values in request.form.items()}
        if isinstance(request.json, dict):
            asked = {name: str(value) for name, value in request.json.items()}
        if not self._knows_client(request, asked):
            return json_response(401, {"error": "invalid_client"})
        if asked.get("grant_type") == "refresh_token" and not self._knows_refresh_token(asked.get("refresh_token")):
            return json_response(400, {"error": "invalid_grant"})
        if asked.get("grant_type") not in ("refresh_token", "client_credentials"):
            return json_response(400, {"error": "unsupported_grant_type"})
        return json_response(200, self._issue(now), (("Cache-Control", "no-store"),))

    def _knows_client(self, request: Request, asked: dict[str, str]) -> bool:
        basic = basic_credentials(request)
        client = basic or (asked.get("client_id", ""), asked.get("client_secret", ""))
        return client == (self.described.client_id, self.described.client_secret)

    def _knows_refresh_token(self, token: str | None) -> bool:
        if not self.manners.rotate:
            return token == self.first_refresh_token
        if not self.issued:
            return token == self.first_refresh_token
        return token in self.refresh_tokens

    def _issue(self, now: float) -> dict[str, Any]:
        number = next(self._numbers)
        token = f"access-{self.described.client_id}-{number}"
        if self.described.single:
            self.revoke_all()
        self.issued[token] = now + self.lifetime - (self.moment if self.manners.early else 0)
        answer: dict[str, Any] = {"access_token": token, "token_type": "Bearer"}
        if self.manners.announce != "absent":
            answer["expires_in"] = str(int(self.lifetime)) if self.manners.announce == "text" else int(self.lifetime)
        if self.manners.rotate:
            self.refresh_tokens = {f"refresh-{self.described.client_id}-{number + 1}"}
            answer["refresh_token"] = next(iter(self.refresh_tokens))
        return answer


def basic_credentials(request: Request) -> tuple[str, str] | None:
    """User and password of a basic ``Authorization`` header (RFC 7617); None where there is none."""
    scheme, _, value = (request.header("Authorization") or "").partition(" ")
    if scheme.lower() != "basic":
        return None
    try:
        user, colon, password = base64.b64decode(value, validate=True).decode("utf-8").partition(":")
    except ValueError:
        return None
    return (user, password) if colon else None


def bearer_token(request: Request) -> str | None:
    """The token of a bearer ``Authorization`` header (RFC 6750); None where there is none."""
    scheme, _, value = (request.header("Authorization") or "").partition(" ")
    return value if scheme.lower() == "bearer" and value else None


def cookies_of(request: Request) -> dict[str, str]:
    """The cookies of a request."""
    try:
        return {name: morsel.value for name, morsel in SimpleCookie(request.header("Cookie") or "").items()}
    except CookieError:
        return {}


def lets_in(auth: Auth, request: Request, endpoints: Iterable[TokenEndpoint], now: float | None) -> bool:
    """Whether ``request`` carries the credentials that ``auth`` describes; without ``now``, tokens that ended count, too."""
    match auth:
        case Public():
            return True
        case Bearer(token=token):
            return bearer_token(request) == token
        case ApiKey(send=place, token=token, prefix=prefix):
            sent = place.sent_in(request)
            wanted = f"{prefix} {token}" if prefix else token
            return isinstance(sent, str) and (sent == wanted or unquote(sent) == wanted)
        case Basic(username=username, password=password):
            return basic_credentials(request) == (username, password)
        case Cookies(cookies=cookies):
            brought = cookies_of(request)
            return all(brought.get(name) == value for name, value in cookies.items())
        case OAuth():
            issued = bearer_token(request)
            if now is None:
                return any(issued in endpoint.issued for endpoint in endpoints)
            return issued is not None and any(endpoint.accepts(issued, now) for endpoint in endpoints)
