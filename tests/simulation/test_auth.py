"""Credentials: who is let in, and what the token endpoint answers."""

from __future__ import annotations

from base64 import b64encode
from typing import Any
from urllib.parse import urlencode

import pytest
from hypothesis import given
from hypothesis import strategies as st
from pydantic import TypeAdapter

from contract.description.auth import Auth, OAuth
from contract.messages import Request, Response
from contract.simulation.auth import TokenEndpoint, TokenManners, lets_in
from tests.support.apis import ask, described, simulated
from tests.support.drawing import few

URL = "https://api.acme.com/v2/things"
TOKEN_URL = "https://auth.acme.com/oauth/token"
NOW = 1_700_000_000.0

OAUTH = {
    "type": "oauth",
    "token_url": TOKEN_URL,
    "client_id": "acme-client",
    "client_secret": "acme-test-secret",
    "expires_in": 60,
}


def auth(**described: Any) -> Auth:
    """Described credentials."""
    found: Auth = TypeAdapter(Auth).validate_python(described)
    return found


def basic(text: str) -> str:
    """A basic Authorization header."""
    return "Basic " + b64encode(text.encode()).decode()


def admitted(credentials: Auth, query: str = "", **headers: str) -> bool:
    """Whether a request with these headers is let in; `_` in a name stands for `-`."""
    named = tuple((name.replace("_", "-"), value) for name, value in headers.items())
    return lets_in(credentials, Request("GET", URL + query, named), [], NOW)


# -- credentials on a request


@pytest.mark.parametrize(
    ("header", "admits"),
    [
        ("Bearer abc", True),
        ("bearer abc", True),
        ("Bearer abcd", False),
        ("Bearer ab", False),
        ("Bearer", False),
        ("Bearer ", False),
        ("abc", False),
        ("Basic abc", False),
        ("Bearer  abc", False),
        ("", False),
    ],
)
def test_bearer_tokens(header: str, admits: bool) -> None:
    """A bearer token is compared whole; the scheme's case does not matter (RFC 9110, section 11.1)."""
    assert admitted(auth(type="bearer", token="abc"), Authorization=header) is admits
    assert not admitted(auth(type="bearer", token="abc"))


@pytest.mark.parametrize(
    ("header", "admits"),
    [
        (basic("ada:pass:word"), True),
        (basic("ada:pass:word").replace("Basic", "BASIC"), True),
        (basic("ada:wrong"), False),
        (basic("ada"), False),
        (basic("bob:pass:word"), False),
        ("Basic !!!", False),
        ("Basic é", False),
        ("Basic " + b64encode(b"\xff:x").decode(), False),
        ("Bearer " + b64encode(b"ada:pass:word").decode(), False),
    ],
)
def test_basic_credentials(header: str, admits: bool) -> None:
    """User and password are compared; the password may hold colons, the rest of the header anything."""
    assert admitted(auth(type="basic", username="ada", password="pass:word"), Authorization=header) is admits


def test_basic_credentials_beyond_ascii() -> None:
    """User and password are read as UTF-8."""
    assert admitted(auth(type="basic", username="Zoë", password="größe"), Authorization=basic("Zoë:größe"))


def test_an_api_key_in_a_header() -> None:
    """A key is read from its own header, whatever the header's case, and from no other place."""
    key = auth(type="api_key", token="k-1")
    assert admitted(key, X_API_Key="k-1")
    assert admitted(key, x_api_key="k-1")
    assert not admitted(key, X_API_Key="k-2")
    assert not admitted(key, Authorization="Bearer k-1")
    assert not admitted(key, "?X-API-Key=k-1")


def test_an_api_key_in_the_query() -> None:
    """A key is read from its query parameter, decoded."""
    key = auth(type="api_key", send="key", token="a+b/c=")
    assert admitted(key, "?x=1&key=a%2Bb%2Fc%3D")
    assert not admitted(key, "?key=a+b/c=")
    assert not admitted(key, "?key=")
    assert not admitted(key)


def test_an_api_key_behind_a_prefix() -> None:
    """Where a prefix is described, the key does not do without it."""
    key = auth(type="api_key", send="header:Authorization", token="abc", prefix="Token")
    assert admitted(key, Authorization="Token abc")
    assert not admitted(key, Authorization="abc")
    assert not admitted(key, Authorization="Bearer abc")


def test_an_api_key_in_the_body() -> None:
    """A key may stand in the JSON body; what is no text there is no key."""
    key = auth(type="api_key", send="body.auth.key", token="7")
    for body, admits in ((b'{"auth": {"key": "7"}}', True), (b'{"auth": {"key": 7}}', False), (b"[]", False)):
        assert lets_in(key, Request("POST", URL, body=body), [], NOW) is admits


@pytest.mark.parametrize(
    ("cookie", "admits"),
    [
        ("session=s1; region=eu", True),
        ("region=eu; other=x; session=s1", True),
        ("session=s1", False),
        ("session=s2; region=eu", False),
        ("=;;; ,", False),
        ("", False),
    ],
)
def test_cookies(cookie: str, admits: bool) -> None:
    """Every described cookie is needed; others do not matter."""
    assert admitted(auth(type="cookies", cookies={"session": "s1", "region": "eu"}), Cookie=cookie) is admits


def test_public_apis_let_everybody_in() -> None:
    """`type: none` asks for nothing, and credentials do no harm."""
    assert admitted(auth(type="none"))
    assert admitted(auth(type="none"), Authorization="Bearer whatever")


@few(200)
@given(
    header=st.text(),
    scheme=st.sampled_from(["", "Basic ", "Bearer ", "Token "]),
    name=st.sampled_from(["Authorization", "Cookie", "X-API-Key"]),
)
def test_guessed_credentials_are_refused(header: str, scheme: str, name: str) -> None:
    """Whatever stands in the header, nobody gets in who does not know the secret, and nothing breaks."""
    kinds = (
        auth(type="bearer", token="acme-test-token"),
        auth(type="api_key", token="acme-test-key"),
        auth(type="basic", username="ada", password="acme-test-password"),
        auth(type="cookies", cookies={"session": "acme-test-session"}),
        auth(**OAUTH),
    )
    request = Request("GET", URL, ((name, scheme + header),))
    assert not any(lets_in(kind, request, [TokenEndpoint(auth(**OAUTH))], NOW) for kind in kinds)  # type: ignore[arg-type]


# -- the token endpoint

CLIENT = {"client_id": "acme-client", "client_secret": "acme-test-secret"}
GRANT = {"grant_type": "client_credentials"}


def endpoint(**manners: Any) -> TokenEndpoint:
    """A token endpoint whose tokens live for a minute."""
    found = auth(**OAUTH)
    assert isinstance(found, OAuth)
    return TokenEndpoint(found, TokenManners(**manners))


def fetch(point: TokenEndpoint, now: float = NOW, method: str = "POST", **form: str) -> Response:
    """The answer to a token request with a form."""
    return point.respond(Request(method, TOKEN_URL, body=urlencode(form).encode()), now)


def test_client_credentials_give_a_token() -> None:
    """Who knows the client's secret gets a bearer token with its life, not to be cached (RFC 6749, sections 4.4 and 5.1)."""
    point = endpoint()
    answer = fetch(point, **CLIENT, **GRANT)
    assert answer.status == 200
    assert answer.header("Cache-Control") == "no-store"
    assert (answer.json["token_type"], answer.json["expires_in"]) == ("Bearer", 60)
    assert point.accepts(answer.json["access_token"], NOW)


def test_every_token_is_another_one() -> None:
    """Each request gets a token of its own; older ones stay alive."""
    point = endpoint()
    tokens = [fetch(point, **CLIENT, **GRANT).json["access_token"] for _ in range(3)]
    assert len(set(tokens)) == 3
    assert all(point.accepts(token, NOW) for token in tokens)


def test_a_client_may_use_basic_authentication() -> None:
    """The client's id and secret may stand in a basic Authorization header (RFC 6749, section 2.3.1)."""
    header = (("Authorization", basic("acme-client:acme-test-secret")),)
    answer = endpoint().respond(Request("POST", TOKEN_URL, header, urlencode(GRANT).encode()), NOW)
    assert answer.status == 200


def test_a_client_may_send_json() -> None:
    """The request may be JSON, as several real endpoints have it."""
    body = b'{"client_id": "acme-client", "client_secret": "acme-test-secret", "grant_type": "client_credentials"}'
    assert endpoint().respond(Request("POST", TOKEN_URL, body=body), NOW).status == 200


@pytest.mark.parametrize(
    "client", [{}, {"client_id": "acme-client"}, CLIENT | {"client_secret": "x"}, CLIENT | {"client_id": "x"}]
)
def test_an_unknown_client_gets_nothing(client: dict[str, str]) -> None:
    """A client that is unknown, or has a wrong secret, is answered 401 invalid_client (RFC 6749, section 5.2)."""
    answer = fetch(endpoint(), **client, **GRANT)
    assert (answer.status, answer.json) == (401, {"error": "invalid_client"})


@pytest.mark.parametrize("grant", [{}, {"grant_type": "password"}, {"grant_type": ""}])
def test_another_grant_is_not_supported(grant: dict[str, str]) -> None:
    """A grant that is not described is answered 400 unsupported_grant_type."""
    answer = fetch(endpoint(), **CLIENT, **grant)
    assert (answer.status, answer.json) == (400, {"error": "unsupported_grant_type"})


def test_tokens_are_asked_for_by_post() -> None:
    """A GET for a token is answered 405, with what is allowed."""
    answer = fetch(endpoint(), method="GET", **CLIENT, **GRANT)
    assert (answer.status, answer.header("Allow")) == (405, "POST")


def test_a_refresh_token_gives_a_token_every_time() -> None:
    """Without rotation the configured refresh token is good for ever, and no other one is."""
    point = endpoint()
    for _ in range(3):
        refreshed = fetch(point, **CLIENT, grant_type="refresh_token", refresh_token=point.first_refresh_token)
        assert point.accepts(refreshed.json["access_token"], NOW)
        assert "refresh_token" not in refreshed.json
    for other in ("", "guess"):
        answer = fetch(point, **CLIENT, grant_type="refresh_token", refresh_token=other)
        assert (answer.status, answer.json) == (400, {"error": "invalid_grant"})
    assert fetch(point, **CLIENT, grant_type="refresh_token").status == 400


def test_a_rotated_refresh_token_is_good_once() -> None:
    """With rotation each answer holds the next refresh token, and the one before is refused."""
    point = endpoint(rotate=True)
    token = point.first_refresh_token
    for _ in range(3):
        answer = fetch(point, **CLIENT, grant_type="refresh_token", refresh_token=token)
        assert answer.status == 200
        used, token = token, answer.json["refresh_token"]
        assert fetch(point, **CLIENT, grant_type="refresh_token", refresh_token=used).status == 400


def test_the_refresh_token_may_be_described() -> None:
    """A described refresh token is the one that is accepted; otherwise one is made up."""
    named = TokenEndpoint(auth(**OAUTH, refresh_token="acme-test-refresh"))  # type: ignore[arg-type]
    assert named.first_refresh_token == "acme-test-refresh"
    assert fetch(named, **CLIENT, grant_type="refresh_token", refresh_token="acme-test-refresh").status == 200
    assert endpoint().first_refresh_token


def test_a_token_dies_at_the_end_of_its_life() -> None:
    """A token is accepted until the announced second, and not in it."""
    point = endpoint()
    token = fetch(point, **CLIENT, **GRANT).json["access_token"]
    assert point.accepts(token, NOW + 59.9)
    assert not point.accepts(token, NOW + 60)


def test_a_token_may_end_a_moment_before_its_time() -> None:
    """A second sooner than announced, or a twentieth of a short life: the request took that long."""
    for life, moment in ((60, 1), (10, 0.5)):
        point = endpoint(early=True, expires_in=life)
        token = fetch(point, **CLIENT, **GRANT).json["access_token"]
        assert point.moment == moment
        assert point.accepts(token, NOW + life - 1.1 * moment)
        assert not point.accepts(token, NOW + life - 0.9 * moment)


def test_a_token_may_end_the_one_before() -> None:
    """Where the API knows a single token, issuing one revokes the others; all of them were the client's."""
    point = TokenEndpoint(auth(**OAUTH, single=True))  # type: ignore[arg-type]
    before, after = (fetch(point, **CLIENT, **GRANT).json["access_token"] for _ in range(2))
    assert not point.accepts(before, NOW)
    assert point.accepts(after, NOW)
    for token, alive in ((before, False), (after, True), ("guess", False)):
        request = Request("GET", URL, (("Authorization", f"Bearer {token}"),))
        assert lets_in(point.described, request, [point], NOW) is alive
        assert lets_in(point.described, request, [point], None) is (token != "guess")


def test_a_revoked_token_is_dead() -> None:
    """Tokens end before their time when they are revoked; those fetched afterwards live."""
    point = endpoint()
    before = fetch(point, **CLIENT, **GRANT).json["access_token"]
    point.revoke_all()
    after = fetch(point, **CLIENT, **GRANT).json["access_token"]
    assert not point.accepts(before, NOW)
    assert point.accepts(after, NOW)


@pytest.mark.parametrize(
    ("announce", "told"), [("number", {"expires_in": 30}), ("text", {"expires_in": "30"}), ("absent", {})]
)
def test_the_life_of_a_token_is_told_in_several_ways(announce: str, told: dict[str, Any]) -> None:
    """The life is a number, the same as text, or not told; it is what the manners say."""
    point = endpoint(announce=announce, expires_in=30)
    answer = fetch(point, **CLIENT, **GRANT).json
    assert {key: value for key, value in answer.items() if key == "expires_in"} == told
    assert not point.accepts(answer["access_token"], NOW + 31)


def test_the_api_and_its_token_endpoint_work_together() -> None:
    """A token from the endpoint opens the API until the clock passes its life; then a new one is needed."""
    api = simulated(described(OAUTH))
    form = urlencode(CLIENT | GRANT).encode()

    def opened(token: str) -> int:
        return ask(api, headers={"Authorization": f"Bearer {token}"}).status

    token = api.respond(Request("POST", TOKEN_URL, body=form)).json["access_token"]
    assert (opened(token), opened("guess"), ask(api).status) == (200, 401, 401)
    api.clock.advance(61)
    assert opened(token) == 401
    assert opened(api.respond(Request("POST", TOKEN_URL, body=form)).json["access_token"]) == 200


@pytest.mark.parametrize(
    ("written", "asked"),
    [
        ("https://auth.acme.com/token?tenant=7", "https://auth.acme.com/token?tenant=7"),
        ("https://auth.acme.com", "https://auth.acme.com/"),
        ("https://AUTH.acme.com:443/token", "https://auth.acme.com/token"),
        ("https://api.acme.com/v2/token/", "https://api.acme.com/v2/token"),
    ],
)
def test_the_token_endpoint_is_found_however_it_is_written(written: str, asked: str) -> None:
    """A token URL may have a query, a port or no path: a request for it arrives."""
    api = simulated(described(OAUTH | {"token_url": written}))
    assert api.respond(Request("POST", asked, body=urlencode(CLIENT | GRANT).encode())).status == 200


@few(200)
@given(
    method=st.sampled_from(["POST", "GET"]) | st.text(),
    body=st.binary()
    | st.dictionaries(st.sampled_from([*CLIENT, *GRANT, "refresh_token"]), st.text()).map(
        lambda form: urlencode(form).encode()
    ),
    header=st.text(),
    rotate=st.booleans(),
)
def test_every_token_request_is_answered(method: str, body: bytes, header: str, rotate: bool) -> None:
    """Whatever is sent to it, the token endpoint answers with an error of RFC 6749, and never fails itself."""
    answer = endpoint(rotate=rotate).respond(Request(method, TOKEN_URL, (("Authorization", header),), body), NOW)
    assert answer.status in {400, 401, 405}
    assert isinstance(answer.json["error"], str)
