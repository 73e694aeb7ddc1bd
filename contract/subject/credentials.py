"""bizon's `authentication:` mapping for the credentials that a description says the API accepts."""

from __future__ import annotations

import copy
from collections.abc import Iterable, Mapping
from typing import Any, NamedTuple

from bizon.source.auth.config import AuthType

from contract.description.auth import ApiKey, Auth, Basic, Bearer, Cookies, OAuth, Public
from contract.subject.leaks import names_secret

Authentication = dict[str, Any]
"""A mapping of `type` and `params`, as under `authentication:` in a bizon config."""

NONE = "none"
"""What stands for a config without `authentication`."""


class Mistake(NamedTuple):
    """An `authentication:` whose params belong to another type, and the options of its own type that it lacks."""

    name: str
    authentication: Authentication
    options: tuple[str, ...]


_TOKEN_TYPES = (AuthType.API_KEY.value, AuthType.BEARER.value)

_MADE_UP: dict[str, dict[str, Any]] = {
    AuthType.API_KEY.value: {"token": "made-up-api-key"},
    AuthType.BEARER.value: {"token": "made-up-bearer-token"},
    AuthType.BASIC.value: {"username": "made-up-user", "password": "made-up-password"},
    AuthType.OAUTH.value: {
        # A host that cannot exist (RFC 2606): nothing is ever sent there.
        "token_refresh_endpoint": "https://token.invalid/oauth/token",
        "client_id": "made-up-client",
        "client_secret": "made-up-client-secret",
        "refresh_token": "made-up-refresh-token",
    },
    AuthType.COOKIES.value: {"cookies": {"session": "made-up-session"}},
}


def variants(auths: Iterable[Auth], base: Mapping[str, Any] | None = None) -> list[tuple[str, Auth]]:
    """The bizon auth types that ``auths`` stand for, each once, with what it stands for.

    A bearer token is both bizon's `bearer` and its `api_key`. A key in a header of the API's own is an `api_key`, and
    a `bearer` where the config (``base``) calls it that.
    """
    found: dict[str, Auth] = {}
    for auth in auths:
        for name in _types_of(auth, _type_of(base)):
            # `api_key` belongs to a key that is described, rather than to a bearer token.
            if name not in found or (isinstance(auth, ApiKey) and isinstance(found[name], Bearer)):
                found[name] = auth
    return list(found.items())


def authentication_for(
    auth: Auth,
    name: str,
    base: Mapping[str, Any] | None = None,
    *,
    refresh_token: str | None = None,
    token_url: str | None = None,
) -> Authentication | None:
    """The `authentication:` mapping of type ``name`` that holds the credentials of ``auth``; None for a public API.

    Args:
        auth: the credentials that the API accepts.
        name: bizon's name of the type, as `variants` gives it.
        base: the config's own `authentication`: where it is of that type, its other params are kept.
        refresh_token: given to an oauth client in place of the described one.
        token_url: asked by an oauth client in place of the described one.
    """
    params: dict[str, Any] = copy.deepcopy(_params_of(base)) if _type_of(base) == name else {}
    match auth:
        case Public():
            return None
        case Bearer(token=token):
            params["token"] = token
            if name != AuthType.BEARER.value:
                # What the config says about the header of its api_key is not about this token.
                params.pop("auth_header", None)
                params.pop("auth_method", None)
        case ApiKey(send=place, token=token, prefix=prefix):
            params["token"] = token
            if place.where == "header":
                params |= {"auth_header": place.keys[0], "auth_method": prefix}
        case Basic(username=username, password=password):
            params |= {"username": username, "password": password}
        case OAuth():
            params |= {
                "token_refresh_endpoint": token_url or auth.token_url,
                "client_id": auth.client_id,
                "client_secret": auth.client_secret,
            }
            given = refresh_token or auth.refresh_token
            if given is not None:
                params["refresh_token"] = given
        case Cookies(cookies=cookies):
            params["cookies"] = _named_as(params.get("cookies"), cookies)
    return {"type": name, "params": params}


def _named_as(own: Any, cookies: Mapping[str, str]) -> dict[str, str]:
    """The cookies under the names that the config has for them, where it has: what they hold says that they are the same."""
    return dict(own if isinstance(own, Mapping) and set(own.values()) == set(cookies.values()) else cookies)


def unlisted_types(auths: Iterable[Auth], base: Mapping[str, Any] | None = None) -> list[tuple[str, Authentication]]:
    """bizon's auth types that ``auths`` do not list, each as a whole mapping with params that open nothing."""
    listed = {name for name, _ in variants(auths, base)}
    return [
        (name, {"type": name, "params": copy.deepcopy(params)})
        for name, params in _MADE_UP.items()
        if name not in listed
    ]


def wrong_params(name: str) -> list[Authentication]:
    """Mappings of type ``name`` with the params of another type, which bizon's union takes all the same."""
    family = _TOKEN_TYPES if name in _TOKEN_TYPES else (name,)
    # One of the two token types is enough: their params are the same.
    others = [other for other in _MADE_UP if other not in family and other != AuthType.BEARER.value]
    return [{"type": name, "params": copy.deepcopy(_MADE_UP[other])} for other in others]


def mistaken(auths: Iterable[Auth], base: Mapping[str, Any] | None = None) -> list[Mistake]:
    """Every mistake of `wrong_params` for the types that ``auths`` list."""
    return [
        Mistake(name, mapping, tuple(_MADE_UP[name]))
        for name, _ in variants(auths, base)
        if name != NONE
        for mapping in wrong_params(name)
    ]


def spoilt(authentication: Mapping[str, Any]) -> Authentication:
    """The same mapping with another value in place of each secret: well-formed, and refused by the API."""
    return {key: _spoilt(key, value, secret=False) for key, value in authentication.items()}


def _spoilt(name: str, value: Any, *, secret: bool) -> Any:
    secret = secret or names_secret(name)
    if isinstance(value, Mapping):
        return {key: _spoilt(str(key), inside, secret=secret) for key, inside in value.items()}
    return f"wrong-{name}" if secret and isinstance(value, str) else value


def _types_of(auth: Auth, base_type: str | None) -> tuple[str, ...]:
    match auth:
        case Bearer():
            return (AuthType.API_KEY.value, AuthType.BEARER.value)
        case ApiKey():
            return (AuthType.BEARER.value,) if base_type == AuthType.BEARER.value else (AuthType.API_KEY.value,)
        case Basic():
            return (AuthType.BASIC.value,)
        case OAuth():
            return (AuthType.OAUTH.value,)
        case Cookies():
            return (AuthType.COOKIES.value,)
        case Public():
            return (NONE,)


def _type_of(base: Mapping[str, Any] | None) -> str | None:
    kind = base.get("type") if base else None
    return kind.value if isinstance(kind, AuthType) else kind


def _params_of(base: Mapping[str, Any] | None) -> dict[str, Any]:
    params = base.get("params") if base else None
    return dict(params) if isinstance(params, Mapping) else {}
