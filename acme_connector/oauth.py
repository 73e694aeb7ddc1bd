"""OAuth 2.0 for Acme: bizon's authenticator, with timeouts, retries and the newest refresh token."""

from __future__ import annotations

import threading
from typing import Any

import pendulum
import requests
from bizon.source.auth.authenticators.oauth import Oauth2Authenticator, Oauth2AuthParams
from pydantic import BaseModel, ConfigDict

from acme_connector.errors import AcmeError
from acme_connector.http import AcmeRetry, exchange, read

ASSUMED_LIFETIME = 3600
"""Seconds that a token is taken to live where the answer does not say (RFC 6749, 5.1, only recommends it)."""


class TokenAnswer(BaseModel):
    """What the token endpoint answers (RFC 6749, section 5.1)."""

    model_config = ConfigDict(hide_input_in_errors=True)

    access_token: str
    expires_in: int = ASSUMED_LIFETIME
    refresh_token: str | None = None


class AcmeOAuth(Oauth2Authenticator):
    """Puts a bearer token on every request, and fetches one when there is none that lives. Safe from several threads.

    Args:
        params: bizon's `authentication.params` of type oauth.
        session: for the token endpoint: with timeouts, without credentials of its own.
        retries: how often and how patiently the token endpoint is asked.
    """

    def __init__(self, params: Oauth2AuthParams, session: requests.Session, retries: AcmeRetry) -> None:
        super().__init__(params=params)
        self._session = session
        self._retries = retries
        self._lock = threading.RLock()

    def get_access_token(self) -> str:
        """The token, a new one where the last has ended or is about to."""
        with self._lock:
            return str(super().get_access_token())

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


def _code(error: requests.HTTPError) -> str:
    """The error code of RFC 6749, section 5.2; nothing else of the answer, which may repeat what was sent."""
    try:
        body: Any = error.response.json()
    except ValueError:
        return ""
    code = body.get("error") if isinstance(body, dict) else None
    return code if isinstance(code, str) and code.isidentifier() else ""
