"""Places: what is written in contract.yml finds its value in a message, and back."""

from __future__ import annotations

from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st
from pydantic import TypeAdapter, ValidationError

from contract.description.places import MISSING, Found, Keys, Place, Sent, look_up, put, take_out
from contract.messages import Request, json_response

SENT: TypeAdapter[Place] = TypeAdapter(Sent)
FOUND: TypeAdapter[Place] = TypeAdapter(Found)
KEYS: TypeAdapter[tuple[str, ...]] = TypeAdapter(Keys)


@pytest.mark.parametrize(
    ("text", "sent", "found"),
    [
        ("cursor", Place("query", ("cursor",)), Place("body", ("cursor",))),
        ("page.next", Place("query", ("page.next",)), Place("body", ("page", "next"))),
        ("body.page.after", Place("body", ("page", "after")), Place("body", ("page", "after"))),
        ("header:X-Next", Place("header", ("X-Next",)), Place("header", ("X-Next",))),
        (["@odata.nextLink"], Place("body", ("@odata.nextLink",)), Place("body", ("@odata.nextLink",))),
    ],
)
def test_text_names_a_place(text: Any, sent: Place, found: Place) -> None:
    """Plain text is a query parameter where something is sent, and a path in the body where it is found."""
    assert SENT.validate_python(text) == sent
    assert FOUND.validate_python(text) == found


@pytest.mark.parametrize("text", ["", " ", "header:", "body.", "body.a..b", 3, None, [], [1], [""], {"a": "b"}])
def test_what_names_no_place_is_refused(text: Any) -> None:
    """A place that cannot be read is refused with examples of what can."""
    with pytest.raises(ValidationError):
        SENT.validate_python(text)


keys = st.lists(st.text(alphabet="abc.@ ", min_size=1), min_size=1, max_size=3).map(tuple)


@given(st.builds(Place, st.just("body"), keys))
def test_a_place_survives_being_written_down(place: Place) -> None:
    """What is written for a place in the body is read as the same place, dots and all."""
    assert FOUND.validate_python(FOUND.dump_python(place)) == place


@given(keys, st.integers())
def test_what_is_put_is_found(path: tuple[str, ...], value: int) -> None:
    """A value that is put at a way of keys stands there, and is gone when it is taken out."""
    body: dict[str, Any] = {}
    put(body, path, value)
    assert look_up(body, path) == value

    take_out(body, path)
    assert look_up(body, path) is MISSING


def test_a_request_is_read_at_a_place() -> None:
    """Query, header and body are read alike; what is not there is MISSING, not None."""
    request = Request("POST", "https://a.b/c?x=1&x=2", (("X-Key", "k"),), b'{"a": {"b": null}}')

    assert Place("query", ("x",)).sent_in(request) == "2"
    assert Place("query", ("x",)).times_sent(request) == 2
    assert Place("header", ("x-key",)).sent_in(request) == "k"
    assert Place("body", ("a", "b")).sent_in(request) is None
    assert Place("body", ("a", "c")).sent_in(request) is MISSING
    assert Place("body", ("a", "c")).times_sent(request) == 0


def test_an_answer_is_read_where_it_was_written() -> None:
    """What is put into an answer is found in it by the same place."""
    for place in (Place("header", ("X-Next",)), Place("body", ("links", "next"))):
        body: dict[str, Any] = {}
        headers: list[tuple[str, str]] = []
        place.put(body, headers, "abc")
        assert place.found_in(json_response(200, body, tuple(headers))) == "abc"


def test_missing_is_false_and_says_its_name() -> None:
    """MISSING reads well in a message, and counts as nothing."""
    assert not MISSING
    assert repr(MISSING) == "MISSING"


def test_keys_are_a_way_into_a_value() -> None:
    """Keys are dotted text or a list."""
    assert KEYS.validate_python("links.next") == ("links", "next")
    assert KEYS.validate_python(["a.b"]) == ("a.b",)
