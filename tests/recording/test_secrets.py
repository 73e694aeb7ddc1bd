"""No secret reaches the disk, wherever in an exchange it stands; what looks like one and is not known is shown."""

from __future__ import annotations

import base64
import json
from urllib.parse import quote

import pytest
from hypothesis import given
from hypothesis import strategies as st
from vcr.request import Request

from contract.messages import Request as Asked
from contract.messages import Response, json_response
from contract.recording.cassette import Interaction, Recording
from contract.recording.disguise import _core, bare, held
from contract.recording.recorded import Recorded
from contract.recording.scrub import REDACTED, Scrub, without_named
from contract.recording.suspects import looks_random, suspects
from contract.subject.leaks import find_secrets
from tests.support.drawing import few

secrets = st.text(st.characters(min_codepoint=33, max_codepoint=126), min_size=8, max_size=40)
SIGNED = (
    "https://files.test/export.csv?X-Amz-Expires=60&X-Amz-Signature=5f2c9a7be01d4a33&X-Amz-Credential=AKIA1234%2F2026"
)


def written(scrub: Scrub, request: Request, response: dict) -> str:
    """Everything of an exchange that would be written."""
    asked, answered = scrub.request(request), scrub.response(response)
    return f"{asked.uri}\n{asked.headers}\n{asked.body!r}\n{answered}"


def exchange(where: str, text: str) -> tuple[Request, dict]:
    """An exchange that holds ``text`` at one place."""
    uri, headers, body = "https://api.test/a", {}, b""
    answer = {"status": {"code": 200, "message": "OK"}, "headers": {}, "body": {"string": b"{}"}}
    match where:
        case "query":
            uri += f"?q={quote(text, safe='')}&page=1"
        case "path":
            uri += f"/{quote(text, safe='')}"
        case "header":
            headers = {"X-Own": f"v1 {text}"}
        case "form":
            body = f"a=1&b={quote(text, safe='')}".encode()
        case "json":
            body = json.dumps({"deep": [{"value": text}]}).encode()
        case "base64":
            headers = {"X-Own": base64.b64encode(f"user:{text}".encode()).decode()}
        case "answer":
            answer["body"]["string"] = json.dumps({"you": {"sent": text}}).encode()
        case "answer header":
            answer["headers"] = {"X-Echo": [text]}
        case "link":
            answer["body"]["string"] = json.dumps({"next": f"https://api.test/a?key={quote(text)}"}).encode()
    return Request("POST", uri, body, headers), answer


@few(150)
@given(
    secrets,
    st.sampled_from(["query", "path", "header", "form", "json", "base64", "answer", "answer header", "link"]),
)
def test_a_secret_of_the_config_is_written_nowhere(secret, where):
    """Plain, URL-encoded, escaped in JSON, or inside base64."""
    assert not find_secrets(written(Scrub([secret]), *exchange(where, secret)), [secret])


PARTS = [
    "a",
    "b",
    "1",
    "é",
    "😀",
    "/",
    '"',
    "&",
    "%",
    "\\",
    ";",
    " ",
    "%61",
    "%2F",
    "%25",
    "%C3%A9",
    "%5C",
    "%26",
    "\\u0061",
]
PARTS += [
    "\\ud83d\\ude00",
    "\\x62",
    "\\/",
    '\\"',
    "\\\\",
    "&#97;",
    "&#x2f;",
    "&amp;",
    "&quot;",
    "&#1;",
    "&copy",
    "amp;",
    "u0061",
    "#98;",
    "25",
]


@few(600)
@given(st.lists(st.sampled_from(PARTS), min_size=4, max_size=14).map("".join), st.data())
def test_encodings_that_hide_nothing_of_a_secret_may_be_left_on(text, data):
    """What is found so is what is found when all of them are taken off, in every order."""
    layers = bare(text)
    layer = data.draw(st.sampled_from([each for each in layers if len(each) >= 4] or ["none"]))
    begin = data.draw(st.integers(0, len(layer) - 4))
    secret = layer[begin : begin + data.draw(st.integers(4, 7))]
    assert held(text, [secret]) == [each for each in _core(secret) if any(each in layer for layer in layers)]


@pytest.mark.parametrize(
    "uri",
    [
        "https://api.test/a?access_token=5f2c9a7be01d4a33&page=1",
        "https://api.test/a?API_KEY=5f2c9a7be01d4a33",
        "https://api.test/a?page=1&sig=5f2c9a7be01d4a33&se=2026",
        SIGNED,
    ],
)
def test_keys_and_signatures_in_urls_go_by_their_names(uri):
    """In what is asked, in a redirect, and in a link that an answer gives; what is asked next by that link is recorded alike."""
    scrub = Scrub()
    answer = {
        "status": {"code": 302, "message": "Found"},
        "headers": {"Location": [uri]},
        "body": {"string": json.dumps({"file": uri, "again": "5f2c9a7be01d4a33"}).encode()},
    }
    text = written(scrub, Request("GET", uri, None, {}), answer)
    assert "5f2c9a7be01d4a33" not in text
    assert "AKIA1234" not in text
    assert text.count(REDACTED) >= 3
    made = Recorded([Interaction(Asked("GET", scrub.request(Request("GET", uri, None, {})).uri), Response(200))])
    assert made.respond(Asked("GET", uri)).status == 200


@pytest.mark.parametrize("name", ["page_token", "next_token", "cursor", "token_count", "signature_required"])
def test_cursors_are_no_secrets(name):
    """They have to come back as they were given."""
    uri = f"https://api.test/a?{name}=5f2c9a7be01d4a33"
    assert "5f2c9a7be01d4a33" in written(
        Scrub(), *exchange("query", "x")[:0], Request("GET", uri, None, {}), exchange("", "")[1]
    )


@pytest.mark.parametrize("name", ["access_token", "client_secret", "password", "apiKey", "private_key"])
def test_secrets_in_json_go_by_their_names(name):
    """Of a request and of an answer, and are looked for from then on."""
    scrub = Scrub()
    body = json.dumps({"x": {name: 'se"cret-value'}}).encode()
    answer = {"status": {"code": 200, "message": "OK"}, "headers": {}, "body": {"string": body}}
    text = written(scrub, Request("POST", "https://api.test/a", body, {}), answer)
    assert "cret-value" not in text
    assert "cret-value" not in written(scrub, *exchange("answer", 'se"cret-value'))


NAMES = [
    "access_token", "refreshToken", "ID_TOKEN", "auth_token", "sessiontoken", "client_secret", "CLIENTSECRET",
    "client_assertion", "assertion", "password", "private_key", "privateKey", "API_KEY", "apikey", "code_verifier",
    "pa\u017fsword", "api_\u212aey", "cl\u0131ent_secret", "CL\u0130ENT_SECRET",
]  # fmt: skip
IN_URLS = [
    "sig", "Signature", "AWSAccessKeyId", "GoogleAccessId", "X-Amz-Signature", "x-goog-credential",
    "X-Amz-Security-Token",
]  # fmt: skip


@pytest.mark.parametrize("name", NAMES)
@pytest.mark.parametrize(
    "body",
    [
        '{"NAME":"VALUE"}',
        '{"a":1, "NAME": "VALUE"}',
        '{"NAME" : "VALUE"}',
        '{"NAME"\n:\n"VALUE"}',
        '{"NAME"\u00a0: "VALUE"}',
        '{"text":"{\\"NAME\\":\\"VALUE\\"}"}',
        '{"text":"{\\\\\\"NAME\\\\\\" : \\\\\\"VALUE\\\\\\"}"}',
    ],
)
def test_every_name_is_known_in_json(name, body):
    """In either case, with white space or without, and in JSON that stands in JSON."""
    assert without_named(body.replace("NAME", name).replace("VALUE", "5f2c9a7b")) == body.replace("NAME", name).replace(
        "VALUE", REDACTED
    )


@pytest.mark.parametrize("name", NAMES + IN_URLS)
@pytest.mark.parametrize(
    "url",
    [
        "https://a.test/?NAME=VALUE",
        "https://a.test/?a=1&NAME=VALUE&b=2",
        "https://a.test/?a=1;NAME=VALUE",
        "https://a.test/#NAME=VALUE",
        '{"next":"https://a.test/?a=1\\u0026NAME=VALUE"}',
        "https://a.test/?to=https%3A%2F%2Fb.test%2F%3FNAME%3DVALUE",
        "https://a.test/?to=https%253A%252F%252Fb.test%252F%253Fa%253D1%2526NAME%253DVALUE",
        "NAME=VALUE",
    ],
)
def test_every_name_is_known_in_urls(name, url):
    """Behind every sign that begins a parameter, in links and in forms."""
    named = url.replace("NAME", name)
    assert without_named(named.replace("VALUE", "5f2c9a7b")) == named.replace("VALUE", REDACTED)


@few(100)
@given(st.lists(st.sampled_from(["token", "form", "api key", "echo", "plain"]), max_size=8), st.data())
def test_what_is_cleaned_under_way_is_what_is_cleaned_at_the_end(kinds, data):
    """Also where a secret becomes known only after it has been said."""

    def exchanges():
        for number, kind in enumerate(kinds):
            body = {"access_token": f"secret-value-{number}"} if kind == "token" else {"said": "secret-value-0"}
            headers = {"X-Api-Key": f"secret-value-{number}"} if kind == "api key" else {}
            sent = f"password=secret-value-{number}".encode() if kind == "form" else b""
            answer = {
                "status": {"code": 200, "message": "OK"},
                "headers": {"X-Echo": [f"secret-value-{len(kinds) - 1}"]},
            }
            yield (
                Request("POST", f"https://api.test/{number}", sent, headers),
                answer | {"body": {"string": json.dumps(body).encode()}},
            )

    under_way, kept = Scrub(), []
    for each in exchanges():
        kept.append(each)
        if data.draw(st.booleans()):
            under_way.some(kept)
    made, expected = (
        [(request.uri, request.body, dict(request.headers), response) for request, response in each]
        for each in (under_way.all(kept), Scrub().all(list(exchanges())))
    )
    assert made == expected


def test_what_looks_like_a_key_is_shown():
    """With its place, and only its beginning; cursors that come back, UUIDs and times are none."""
    key = "sk4Vq9ZtLp2XwB7nRc8KdYf3HmJ5"
    cursor = "eyJpZCI6MTIzNDU2Nzg5LCJkaXIiOiJuZXh0In0"
    interactions = (
        Interaction(
            Asked("GET", f"https://api.test/a?page=1&own={key}"),
            json_response(
                200,
                {
                    "next": cursor,
                    "id": "123E4567-e89b-12d3-a456-426614174000",
                    "at": "2026-01-01T00:00:00.123456+00:00",
                },
            ),
        ),
        Interaction(
            Asked("GET", f"https://api.test/a?cursor={cursor}"), json_response(200, {"session": {"jwt": f"{key}x"}})
        ),
    )
    assert suspects(Recording(interactions)) == [
        f"{key[:12]}… (28 characters), query parameter own of request 1",
        f"{key[:12]}… (29 characters), session.jwt of answer 2",
    ]


@pytest.mark.parametrize(
    "text",
    [
        "short1A",
        "a" * 40,
        "only-small-letters-and-dashes-here",
        f"aB1{REDACTED}aB1aB1aB1aB1",
        "A sentence, 1 of many words in it.",
    ],
)
def test_what_people_write_is_no_key(text):
    """Short, dull, of one kind of letters, redacted, or with spaces."""
    assert not looks_random(text)
