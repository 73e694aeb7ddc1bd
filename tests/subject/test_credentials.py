"""Described credentials become bizon's `authentication:`, and bizon's own models take every one of them."""

from __future__ import annotations

import pytest
from bizon.source.auth.config import AuthConfig, AuthType

from contract.description.auth import ApiKey, Auth, Basic, Bearer, Cookies, OAuth, Public
from contract.description.places import Place
from contract.subject.credentials import (
    authentication_for,
    mistaken,
    spoilt,
    unlisted_types,
    variants,
    wrong_params,
)

BEARER = Bearer(type="bearer", token="token-1")
KEY = ApiKey(type="api_key", token="key-1", send="header:X-Key", prefix="Key")  # type: ignore[arg-type]
BASIC = Basic(type="basic", username="ada", password="pw-1")
OAUTH = OAuth(type="oauth", token_url="https://api.acme.com/token", client_id="c", client_secret="cs-1")
COOKIES = Cookies(type="cookies", cookies={"session": "cookie-1"})
PUBLIC = Public(type="none")


@pytest.mark.parametrize(
    ("auth", "name", "params"),
    [
        (BEARER, "bearer", {"token": "token-1"}),
        (BEARER, "api_key", {"token": "token-1"}),
        (KEY, "api_key", {"token": "key-1", "auth_header": "X-Key", "auth_method": "Key"}),
        (KEY.model_copy(update={"send": Place("query", ("key",))}), "api_key", {"token": "key-1"}),
        (BASIC, "basic", {"username": "ada", "password": "pw-1"}),
        (
            OAUTH,
            "oauth",
            {"token_refresh_endpoint": "https://api.acme.com/token", "client_id": "c", "client_secret": "cs-1"},
        ),
        (COOKIES, "cookies", {"cookies": {"session": "cookie-1"}}),
    ],
)
def test_credentials_become_bizons_params(auth: Auth, name: str, params: dict[str, object]) -> None:
    """Each described kind, as each type of bizon's that it stands for."""
    mapping = authentication_for(auth, name)
    assert mapping == {"type": name, "params": params}
    AuthConfig.model_validate(mapping)


def test_a_public_api_has_no_authentication() -> None:
    """It is asked with `authentication: null`."""
    assert authentication_for(PUBLIC, "none") is None


def test_cookies_keep_the_names_that_the_config_has_for_them() -> None:
    """What they hold says that they are the same; others take their place."""
    base = {"type": "cookies", "params": {"cookies": {"own_name": "cookie-1"}}}
    assert authentication_for(COOKIES, "cookies", base) == base
    other = {"type": "cookies", "params": {"cookies": {"own_name": "another"}}}
    found = authentication_for(COOKIES, "cookies", other)
    assert found == {"type": "cookies", "params": {"cookies": {"session": "cookie-1"}}}


def test_the_configs_own_params_are_kept() -> None:
    """Only the credentials are another's: a body, scopes or an expiry of the config's stay."""
    base = {"type": "oauth", "params": {"client_secret": "old", "scopes": ["read"], "refresh_token": "own-refresh"}}
    mapping = authentication_for(OAUTH, "oauth", base)
    assert mapping is not None
    assert mapping["params"]["scopes"] == ["read"]
    assert mapping["params"]["client_secret"] == "cs-1"
    assert mapping["params"]["refresh_token"] == "own-refresh"
    assert base["params"]["client_secret"] == "old"  # type: ignore[index]


def test_params_of_another_type_are_not_kept() -> None:
    """They mean something else there."""
    base = {"type": "basic", "params": {"username": "ada", "auth_header": "X-Auth"}}
    assert authentication_for(BEARER, "bearer", base) == {"type": "bearer", "params": {"token": "token-1"}}


def test_a_bearer_token_is_not_sent_in_the_header_of_a_key() -> None:
    """The config's api_key has a header of its own; a bearer token that stands in for it has not."""
    base = {"type": "api_key", "params": {"token": "x", "auth_header": "X-Key", "auth_method": ""}}
    assert authentication_for(BEARER, "api_key", base) == {"type": "api_key", "params": {"token": "token-1"}}


def test_an_oauth_client_gets_the_refresh_token_and_url_of_the_simulation() -> None:
    """Where they are given, they take the place of the described ones."""
    mapping = authentication_for(OAUTH, "oauth", refresh_token="r-2", token_url="https://other/token")
    assert mapping is not None
    assert mapping["params"]["refresh_token"] == "r-2"
    assert mapping["params"]["token_refresh_endpoint"] == "https://other/token"


def test_variants_name_each_type_once() -> None:
    """In the order of the description; a described key has the better right to `api_key`."""
    assert variants([BEARER, KEY, BASIC, OAUTH, COOKIES, PUBLIC]) == [
        ("api_key", KEY),
        ("bearer", BEARER),
        ("basic", BASIC),
        ("oauth", OAUTH),
        ("cookies", COOKIES),
        ("none", PUBLIC),
    ]


def test_a_key_is_a_bearer_where_the_config_says_so() -> None:
    """A connector may know its key by bizon's other name only."""
    assert [name for name, _ in variants([KEY], {"type": "bearer"})] == ["bearer"]


def test_listed_and_unlisted_types_are_all_of_bizons() -> None:
    """Nothing of bizon's is forgotten, and every made-up mapping is one that bizon takes."""
    unlisted = unlisted_types([BASIC])
    assert {name for name, _ in unlisted} | {"basic"} == {kind.value for kind in AuthType}
    for _, mapping in unlisted:
        AuthConfig.model_validate(mapping)


@pytest.mark.parametrize("name", [kind.value for kind in AuthType])
def test_wrong_params_are_taken_by_bizon(name: str) -> None:
    """Its union picks whichever model fits, whatever the type says."""
    wrong = wrong_params(name)
    right = type(AuthConfig.model_validate(dict(unlisted_types([]))[name]).params)
    assert wrong
    for mapping in wrong:
        assert type(AuthConfig.model_validate(mapping).params) is not right


def test_a_mistake_names_the_options_that_are_missing() -> None:
    """So that a clause can ask for one of them in the error."""
    given = {tuple(mistake.authentication["params"]): mistake.options for mistake in mistaken([BASIC, PUBLIC])}
    assert given[("token",)] == ("username", "password")


def test_spoilt_credentials_keep_their_form() -> None:
    """Secrets are others, the rest is the same."""
    mapping = authentication_for(OAUTH, "oauth", refresh_token="r-1")
    assert mapping is not None
    assert spoilt(mapping)["params"] == mapping["params"] | {
        "client_secret": "wrong-client_secret",
        "refresh_token": "wrong-refresh_token",
    }
    cookies = {"type": "cookies", "params": {"cookies": {"session": "cookie-1"}}}
    assert spoilt(cookies)["params"] == {"cookies": {"session": "wrong-session"}}
