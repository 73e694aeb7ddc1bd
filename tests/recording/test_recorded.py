"""A recorded API: each request is answered as it was; what was not recorded is refused, and the nearest is named."""

from __future__ import annotations

import pytest

from contract.errors import UnrecordedRequestError
from contract.messages import Request, Response, json_response
from contract.recording.cassette import Interaction
from contract.recording.recorded import Recorded

API = "https://api.test"


def recorded(*exchanges: tuple[str, Response], secrets: tuple[str, ...] = (), **more) -> Recorded:
    found = [Interaction(Request("GET", API + path, **more), response) for path, response in exchanges]
    return Recorded(found, secrets, "notes.yaml")


def test_a_request_is_answered_as_it_was_recorded():
    """Whatever the order of its parameters, at every recorded origin."""
    page = json_response(200, {"notes": [1]})
    made = recorded(("/notes?limit=2&cursor=a%20b", page))
    assert made.respond(Request("GET", f"{API}/notes?cursor=a+b&limit=2")) is page
    assert list(made.hosts) == ["https://api.test:443"]


def test_parameters_that_repeat_keep_their_number():
    """`tag=a&tag=a` is not `tag=a`."""
    made = recorded(("/notes?tag=a&tag=a", Response()))
    with pytest.raises(UnrecordedRequestError):
        made.respond(Request("GET", f"{API}/notes?tag=a"))


def test_what_was_asked_again_is_answered_in_order_and_then_by_the_last_answer():
    """A 429 comes once; a rewound recording begins anew."""
    refused, page = Response(429), Response(200)
    made = recorded(("/notes", refused), ("/notes", page))
    asked = Request("GET", f"{API}/notes")
    assert [made.respond(asked).status for _ in range(4)] == [429, 200, 200, 200]
    made.rewind()
    assert made.respond(asked) is refused


def test_what_was_not_asked_is_known():
    """By its question, as long as one of its answers is left."""
    made = recorded(("/notes", Response(429)), ("/notes", Response()), ("/me", Response()))
    made.respond(Request("GET", f"{API}/notes"))
    assert [str(each) for each in made.unplayed] == ["GET /notes", "GET /me"]
    made.respond(Request("GET", f"{API}/notes"))
    assert [str(each) for each in made.unplayed] == ["GET /me"]


def test_the_secrets_of_today_stand_for_those_of_the_recording():
    """In the URL and in the body."""
    made = recorded(("/notes?key=REDACTED", Response()), secrets=("s3cr3t/key",))
    assert made.respond(Request("GET", f"{API}/notes?key=s3cr3t%2Fkey")).status == 200


@pytest.mark.parametrize(
    ("sent", "same"),
    [
        (b'{"limit":2,"after":{"id":1}}', b'{"after": {"id": 1}, "limit": 2}'),
        (b"a=1&b=2", b"b=2&a=1"),
        (b"plain text", b"plain text"),
    ],
)
def test_bodies_are_compared_by_what_they_say(sent, same):
    """JSON whatever the order of its keys, forms likewise."""
    made = Recorded([Interaction(Request("POST", f"{API}/search", body=sent), Response(201))])
    assert made.respond(Request("POST", f"{API}/search", body=same)).status == 201
    for other in (b"", b'{"limit":2}', b"a=1", b"other text"):
        with pytest.raises(UnrecordedRequestError):
            made.respond(Request("POST", f"{API}/search", body=other))


def test_numbers_and_texts_of_a_body_differ():
    """`{"page": 1}` is not `{"page": "1"}`."""
    made = Recorded([Interaction(Request("POST", API, body=b'{"page":1}'), Response())])
    with pytest.raises(UnrecordedRequestError):
        made.respond(Request("POST", API, body=b'{"page":"1"}'))


@pytest.mark.parametrize(
    ("asked", "message"),
    [
        ("/notes?limit=2&cursor=c", "the nearest is GET /notes?cursor=a&limit=2 (cursor is 'c', recorded 'a')"),
        ("/notes?limit=3&cursor=b", "the nearest is GET /notes?cursor=b&limit=2 (limit is '3', recorded '2')"),
        ("/notes?limit=2&cursor=a&x=1", "(x is new)"),
        ("/notes?limit=2", "(cursor is missing)"),
        ("/Notes?limit=2&cursor=a", "(another path)"),
    ],
)
def test_the_nearest_recorded_request_is_named(asked, message):
    """And what differs from it; the recording keeps in mind what it did not hold."""
    made = recorded(
        ("/notes?limit=2&cursor=a", Response()), ("/notes?limit=2&cursor=b", Response()), ("/me", Response())
    )
    with pytest.raises(UnrecordedRequestError, match="not in notes.yaml") as refused:
        made.respond(Request("GET", API + asked))
    assert message in str(refused.value)
    assert made.missed == [str(refused.value)]


def test_another_method_and_another_host():
    """The method is said; of a host that was never asked there is nothing to name."""
    made = recorded(("/notes", Response()))
    with pytest.raises(UnrecordedRequestError, match="recorded as GET"):
        made.respond(Request("POST", f"{API}/notes"))
    with pytest.raises(UnrecordedRequestError, match=r"notes.yaml holds nothing of https://other.test:443/x"):
        made.respond(Request("GET", "https://other.test/x"))


def test_a_token_endpoint_is_told_from_the_rest():
    """By its grant type (RFC 6749, section 4)."""
    made = recorded(("/notes", Response()))
    assert made.kind(Request("POST", f"{API}/token", body=b"grant_type=refresh_token&refresh_token=x")) == "token"
    assert made.kind(Request("POST", f"{API}/notes", body=b"{}")) == made.kind(Request("GET", f"{API}/notes")) == "list"
