"""What credentials the API accepts."""

from __future__ import annotations

from typing import Annotated, Literal

from pydantic import Field

from contract.description.base import Part
from contract.description.places import Sent


class Bearer(Part):
    """``Authorization: Bearer <token>`` (RFC 6750, section 2.1)."""

    type: Literal["bearer"]
    token: str = Field(min_length=1, description="The token that the simulated API accepts.")


class ApiKey(Part):
    """A key in a header or query parameter of the API's own."""

    type: Literal["api_key"]
    send: Sent = Field("header:X-API-Key", validate_default=True, description="Where the key is sent.")
    token: str = Field(min_length=1, description="The key that the simulated API accepts.")
    prefix: str = Field("", description="What stands before the key in the header, as in `Token abc`.")


class Basic(Part):
    """HTTP basic authentication (RFC 7617)."""

    type: Literal["basic"]
    username: str = Field(min_length=1, description="The user that the simulated API knows.")
    password: str = Field("", description="Their password.")


class OAuth(Part):
    """OAuth 2.0: a token endpoint issues bearer tokens that live for a while (RFC 6749, section 5.1)."""

    type: Literal["oauth"]
    token_url: str = Field(
        pattern=r"^https?://", description="The token endpoint, absolute: `https://api.acme.com/oauth/token`."
    )
    client_id: str = Field(min_length=1, description="The client that the simulated API knows.")
    client_secret: str = Field(min_length=1, description="Its secret.")
    refresh_token: str | None = Field(
        None, description="Accepted by `grant_type=refresh_token`; absent: a value is made up."
    )
    expires_in: int = Field(3600, gt=0, description="How long a token lives, in seconds.")
    single: bool = Field(False, description="Issuing a token ends the one before.")


class Cookies(Part):
    """A session that lives in cookies."""

    type: Literal["cookies"]
    cookies: dict[str, str] = Field(min_length=1, description="Names and values that the simulated API accepts.")


class Public(Part):
    """No credentials: the API is public."""

    type: Literal["none"]


Auth = Annotated[Bearer | ApiKey | Basic | OAuth | Cookies | Public, Field(discriminator="type")]
