"""OAuth 2.0 for Acme: bizon's authenticator, with timeouts, retries and the newest refresh token."""

from __future__ import annotations

import threading
from typing import Any

import pendulum
import requests
from bizon.source.auth.authenticators.oauth import Oauth2Authenticator, Oauth2AuthParams
from pydantic import BaseModel, ConfigDict, field_validator

from acme_connector.errors import AcmeError
from acme_connector.http import AcmeRetry, exchange, read

ASSUMED_LIFETIME = 3600
"""Seconds that a token is taken to live where the answer does not say (RFC 6749, 5.1, only recommends it)."""

LONGEST_LIFETIME = 10 * 365 * 24 * 3600
"""Seconds; dates end in the year 9999."""


class TokenAnswer(BaseModel):
    """What the token endpoint answers (RFC 6749, section 5.1)."""

    model_config = ConfigDict(hide_input_in_errors=True)

    access_token: str
    expires_in: int = ASSUMED_LIFETIME
    refresh_token: str | None = None

    @field_validator("access_token")
    @classmethod
    def _fits_a_header(cls, token: str) -> str:
        if not is_header_text(token):
            raise ValueError("it cannot stand in a header")
        return token

    @field_validator("expires_in", mode="before")
    @classmethod
    def _seconds(cls, announced: Any) -> int:
        """What is no positive number does not say when the token ends; 0 would mean a token for each request."""
        try:
            seconds = float(announced)
        except (TypeError, ValueError):
            return ASSUMED_LIFETIME
        return max(1, int(min(seconds, LONGEST_LIFETIME))) if seconds > 0 else ASSUMED_LIFETIME


class AcmeOAuth(Oauth2Authenticator):
    """Puts a bearer token on every request, and fetches one when there is none that lives. Safe from several threads.

    Args:
        params: bizon's `authentication.params` of type oauth.
        session: for the token endpoint: with timeouts, without credentials of its own.
        retries: how often and how patiently the token endpoint is asked.
    """

    def __init__(self, params: Oauth2AuthParams, session: requests.Session, retries: AcmeRetry) -> None:
        # Acme answers with a lifetime, not a date; and a date without its token would send "Bearer None".
        super().__init__(params.model_copy(update={"token_expiry_date": None, "token_expiry_date_format": None}))
        self._session = session
        self._retries = retries
        self._lock = threading.RLock()

    def get_access_token(self) -> str:
        """The token, a new one where the last has ended or is about to."""
        with self._lock:
            return str(super().get_access_token())

    def get_expiry_skew_seconds(self) -> float:
        """How early a token is renewed: at most half its life, or each request would renew it."""
        return min(float(super().get_expiry_skew_seconds()), (self._token_lifetime_seconds or 0) / 2)

    def forget(self, request: requests.PreparedRequest) -> None:
        """Drop the token that ``request`` carried: the API refused it before its announced end."""
        with self._lock:
            if request.headers.get("Authorization") == f"Bearer {self.access_token}":
                self._token_expiry_date = pendulum.now().subtract(days=1)

    def refresh_access_token(self) -> tuple[str, int]:
        """A new token and its life in seconds. A rotated refresh token is kept for the next time.

        Raises:
            AcmeError: the endpoint refuses, or answers without a token.
            requests.RequestException: it cannot be reached.
        """
        url = self.get_token_refresh_endpoint()
        body = {name: value for name, value in self.build_refresh_request_body().items() if value is not None}
        try:
            answer = read(exchange(self._session, self._retries, "POST", url, data=body), TokenAnswer)
        except requests.HTTPError as error:
            status = error.response.status_code
            raise AcmeError(f"the token endpoint {url} refused the credentials: {status} {_code(error)}") from None
        self._refresh_token = answer.refresh_token or self._refresh_token
        return answer.access_token, answer.expires_in


def is_header_text(text: str) -> bool:
    """Whether a header can carry it: http.client shows what it refuses, secret or not."""
    return bool(text) and text.isascii() and text.isprintable()


def _code(error: requests.HTTPError) -> str:
    """The error code of RFC 6749, section 5.2; nothing else of the answer, which may repeat what was sent."""
    try:
        body: Any = error.response.json()
    except ValueError:
        return ""
    code = body.get("error") if isinstance(body, dict) else None
    return code if isinstance(code, str) and code.isidentifier() else ""
