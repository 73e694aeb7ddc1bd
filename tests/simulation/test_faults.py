"""Faults and their schedule: what arrives instead of an answer, and at which exchange."""

from __future__ import annotations

import gzip
import json
import zlib

import pytest
from hypothesis import given
from hypothesis import strategies as st

from contract.messages import Request, Response, json_response
from contract.simulation.faults import (
    HTML_PAGE,
    Altered,
    Broken,
    ConnectTimedOut,
    CutShort,
    Delayed,
    Fault,
    Lost,
    Position,
    ReadTimedOut,
    Refused,
    Reset,
    Rule,
    Schedule,
    Status,
    cut_json,
    damaged_gzip,
    html,
    redirect,
)

REQUEST = Request("GET", "https://api.acme.com/v2/customers")
ANSWER = json_response(200, {"results": [{"id": "cus_1"}, {"id": "cus_2"}]})
BREAKS = [Refused, Reset, ConnectTimedOut, ReadTimedOut]


def never_asked() -> Response:
    """An API that fails the test when it is asked."""
    raise AssertionError("the API was asked")


def position(number: int = 0, phase: str = "sync", in_phase: int = 0, kind: str = "list", in_kind: int = 0) -> Position:
    """A position in which only what matters differs."""
    return Position(number, phase, in_phase, kind, in_kind)


def test_a_status_answers_without_asking_the_api() -> None:
    """The body is a JSON error with its length, the headers are the given ones."""
    answer = Status(429, (("Retry-After", "7"),)).act(REQUEST, never_asked)
    assert (answer.status, answer.header("Retry-After")) == (429, "7")
    assert answer.json == {"error": {"message": "simulated 429"}}
    assert answer.header("Content-Length") == str(len(answer.body))


def test_a_status_can_carry_a_body_of_its_own() -> None:
    """The given body is sent as it is."""
    answer = Status(503, (), b"busy").act(REQUEST, never_asked)
    assert (answer.body, answer.header("Content-Length"), answer.json) == (b"busy", "4", None)


@pytest.mark.parametrize("error", BREAKS)
def test_a_lost_connection_raises_how_it_broke(error: type[Broken]) -> None:
    """Each kind raises itself, under a name that a story can tell."""
    fault = Lost(error)
    with pytest.raises(error, match=fault.name):
        fault.act(REQUEST, never_asked)


def test_only_connections_that_never_stood_do_not_connect() -> None:
    """A refused connection and a connect timeout keep the request at home, nothing else does."""
    assert [error for error in BREAKS if not Lost(error).connects] == [Refused, ConnectTimedOut]
    assert all(fault.connects for fault in (Status(500), CutShort(), Delayed(1), html(), cut_json()))


@given(st.floats(0, 1))
def test_a_body_cut_short_keeps_its_announced_length(keep: float) -> None:
    """The part that arrives is a prefix; headers and body still say what was meant."""
    answer = CutShort(keep).act(REQUEST, lambda: ANSWER)
    assert answer.arrives is not None
    assert 0 <= answer.arrives <= len(ANSWER.body)
    assert (answer.headers, answer.body) == (ANSWER.headers, ANSWER.body)


def test_an_html_page_is_no_json() -> None:
    """A login wall answers 200 with HTML."""
    answer = html().act(REQUEST, never_asked)
    assert (answer.status, answer.body, answer.json) == (200, HTML_PAGE, None)
    assert str(answer.header("content-type")).startswith("text/html")


def test_a_redirect_says_where_to() -> None:
    """The location is sent with an empty body."""
    answer = redirect("https://api.acme.com/v3", 308).act(REQUEST, never_asked)
    assert (answer.status, answer.header("Location"), answer.body) == (308, "https://api.acme.com/v3", b"")


def test_cut_json_is_complete_http_and_broken_json() -> None:
    """The length is right, the document is not."""
    answer = cut_json().act(REQUEST, lambda: ANSWER)
    assert answer.header("Content-Length") == str(len(answer.body))
    with pytest.raises(json.JSONDecodeError):
        json.loads(answer.body)


@given(st.binary(min_size=1, max_size=2000))
def test_damaged_gzip_cannot_be_unpacked(body: bytes) -> None:
    """Whatever the body was, what says gzip is not."""
    answer = damaged_gzip().act(REQUEST, lambda: ANSWER.with_body(body))
    assert answer.header("Content-Encoding") == "gzip"
    with pytest.raises((OSError, EOFError, zlib.error)):
        gzip.decompress(answer.body)


def test_a_delay_leaves_the_answer_as_it_is() -> None:
    """Only the time differs."""
    answer = Delayed(30).act(REQUEST, lambda: ANSWER)
    assert (answer.delay, answer.status, answer.body) == (30, 200, ANSWER.body)


def test_faults_of_one_kind_differ_by_name_and_equal_by_value() -> None:
    """Faults are values: a schedule can be compared, and told."""
    faults: list[Fault] = [
        Status(500),
        Status(503),
        Lost(Reset),
        CutShort(),
        Delayed(1),
        html(),
        cut_json(),
        damaged_gzip(),
    ]
    assert len({fault.name for fault in faults}) == len(faults)
    assert Status(500) == Status(500)
    assert Altered("x") == Altered("x")


@given(st.integers(0, 20), st.none() | st.integers(1, 5), st.integers(0, 40))
def test_a_rule_strikes_where_it_says(at: int, times: int | None, number: int) -> None:
    """From `at` on, `times` exchanges or all that follow."""
    struck = Rule(Status(500), at, times).strikes(position(number))
    assert struck == (number >= at and (times is None or number < at + times))


def test_a_rule_counts_within_what_it_selects() -> None:
    """A phase is counted by its own exchanges, a kind by its own within the phase."""
    here = position(number=9, phase="sync", in_phase=5, kind="list", in_kind=2)
    assert Rule(Status(500), 9).strikes(here)
    assert Rule(Status(500), 5, phase="sync").strikes(here)
    assert Rule(Status(500), 2, kind="list").strikes(here)
    assert not Rule(Status(500), 9, phase="sync").strikes(here)
    assert not Rule(Status(500), 5, phase="check").strikes(here)
    assert not Rule(Status(500), 2, kind="token").strikes(here)


def test_the_first_rule_that_strikes_decides() -> None:
    """Earlier rules come before later ones; where none strikes there is no fault."""
    schedule = Schedule((Rule(Status(500), at=1),)).plus(Rule(Status(429), at=0, times=2))
    assert [schedule.fault_at(position(number)) for number in range(3)] == [Status(429), Status(500), None]


def test_a_schedule_is_never_changed() -> None:
    """Adding rules makes a new schedule."""
    schedule = Schedule()
    assert schedule.plus(Rule(Status(500))) != schedule
    assert schedule.rules == ()
