"""Secrets are told from options by their names, and found in whatever way they are written."""

from __future__ import annotations

import base64
import json
from collections.abc import Callable
from typing import Any
from urllib.parse import quote, quote_plus

import pytest
from bizon.source.auth.config import AuthConfig
from hypothesis import given
from hypothesis import strategies as st
from pydantic import BaseModel, SecretStr

from contract.subject.leaks import find_secrets, holds_any, masked, names_secret, secrets_of

TOKEN = "s3cr3t/+token="


@pytest.mark.parametrize(
    "written",
    [
        TOKEN,
        quote(TOKEN, safe=""),
        quote(TOKEN, safe="").lower(),
        quote_plus(TOKEN),
        quote(quote(TOKEN, safe=""), safe=""),
        base64.b64encode(TOKEN.encode()).decode(),
        base64.urlsafe_b64encode(TOKEN.encode()).decode(),
        base64.b64encode(f"ada:{TOKEN}".encode()).decode(),
        base64.b64encode(f"ada.l:{TOKEN}".encode()).decode(),
        base64.b64encode(f"adalo:{TOKEN}@host".encode()).decode(),
    ],
)
def test_a_secret_is_found_in_every_form(written: str) -> None:
    """Plain, percent-encoded once or twice, and in base64 at any place within it."""
    text = f"asked https://api.acme.com/?x={written}&y=1"
    assert find_secrets(text, [TOKEN])
    assert find_secrets(masked(text, [TOKEN]), [TOKEN]) == []


@pytest.mark.parametrize("secret", ['with "quotes" inside', "zoë's pässword", "two\nlines"])
def test_a_secret_is_found_escaped(secret: str) -> None:
    """JSON text and repr show a secret as well."""
    for written in (json.dumps({"a": secret}), json.dumps({"a": secret}, ensure_ascii=False), repr({"a": secret})):
        assert find_secrets(written, [secret]), written


@given(before=st.binary(max_size=9), after=st.binary(max_size=9), secret=st.text("abcxyz0189-_", min_size=6))
def test_base64_is_found_at_every_alignment(before: bytes, after: bytes, secret: str) -> None:
    """What stands before and behind it in the encoded bytes does not hide it."""
    assert find_secrets(base64.b64encode(before + secret.encode() + after).decode(), [secret])


@given(
    st.text("aB1/+%\"'é\\", min_size=4, max_size=12),
    st.data(),
    st.sampled_from([str, quote, lambda text: quote(text, safe=""), lambda text: json.dumps(text)[1:-1], repr]),
)
def test_the_quick_question_has_the_same_answer(secret: str, data: st.DataObject, encode: Callable[[str], str]) -> None:
    """As the list of what is found, also where only a part of the secret stands there."""
    written = encode(secret) if data.draw(st.booleans()) else base64.b64encode(secret.encode()).decode()
    begin = data.draw(st.integers(0, 2))
    text = f"of it: {written[begin:]} {data.draw(st.text('aB1/+%é', max_size=9))}"
    assert holds_any(text, [secret]) == bool(find_secrets(text, [secret]))


def test_other_text_holds_no_secret() -> None:
    """Neither a text without it nor one with a part of it."""
    assert find_secrets("asked https://api.acme.com/v2/tokens?page=2 with s3cr3t", [TOKEN]) == []


def test_what_is_short_is_not_searched() -> None:
    """Three characters are found everywhere."""
    assert find_secrets("abc", ["abc"]) == []
    assert masked("abc", ["abc"]) == "abc"


def test_the_longer_secret_is_masked_whole() -> None:
    """A secret that begins with another one leaves nothing behind."""
    assert masked("key=abcd-efgh.", ["abcd", "abcd-efgh"]) == "key=***."


@given(st.text("abcd-", min_size=4), st.data())
def test_what_is_left_of_a_secret_that_was_cut_off_is_masked(secret: str, data: st.DataObject) -> None:
    """Wherever a text is cut short: four characters of it are as good as all."""
    text = f"refresh_token={secret}&scope=all"
    at = data.draw(st.integers(0, len(text) - 1))
    cut = masked(text[:at] + "…, and more", [secret])
    assert secret[:4] not in cut
    assert cut.endswith("…, and more")
    assert cut.startswith(text[: min(at, len("refresh_token="))])


CONFIG: dict[str, Any] = {
    "name": "acme",
    "page_size": 100,
    "primary_key": "updated_at",
    "cursor_field": "updated_at",
    "database_url": "postgres://ada:p%40ssw0rd@host/db",
    "webhook": SecretStr("hook-secret"),
    "headers": {"X-Api-Key": "header-key"},
    "authentication": {
        "type": "oauth",
        "params": {
            "token_refresh_endpoint": "https://api.acme.com/oauth/token",
            "access_token_name": "access_token",
            "client_id": "client-1",
            "client_secret": "client-secret",
            "refresh_token": "refresh-token",
            "refresh_request_body": {"assertion": "x", "password": "body-password"},
        },
    },
}


def test_secrets_are_told_by_their_names() -> None:
    """Tokens, passwords, secrets and keys; not endpoints, names of fields, or the primary key of a table."""
    assert set(secrets_of(CONFIG)) == {
        "p%40ssw0rd",
        "p@ssw0rd",
        "hook-secret",
        "header-key",
        "client-secret",
        "refresh-token",
        "body-password",
    }


@pytest.mark.parametrize(
    ("name", "secret"),
    [("Authorization", True), ("X-Credentials", True), ("Access-Control-Allow-Credentials", False)],
)
def test_headers_are_told_by_their_names_too(name: str, secret: bool) -> None:
    """What tells a browser whether it may send credentials is none."""
    assert names_secret(name) is secret


def test_models_are_read_like_mappings() -> None:
    """A validated config has the same secrets."""

    class Config(BaseModel):
        authentication: AuthConfig
        api_token: SecretStr = SecretStr("model-secret")

    config = Config.model_validate({"authentication": CONFIG["authentication"]})
    assert set(secrets_of(config)) == {"client-secret", "refresh-token", "body-password", "model-secret"}


def test_cookie_values_are_secrets() -> None:
    """The values, and not the names of the cookies."""
    assert secrets_of({"type": "cookies", "params": {"cookies": {"session": "cookie-1"}}}) == ("cookie-1",)


def test_nothing_has_no_secrets() -> None:
    """A config without authentication is asked in the same way."""
    assert secrets_of(None) == ()
