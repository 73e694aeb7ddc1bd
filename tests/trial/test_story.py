"""The story of a failure: what was asked, what came, and what the connector made of it."""

from __future__ import annotations

from dataclasses import replace

import pytest

from contract.messages import Request, Response, ServedPage, json_response
from contract.results import Exchange
from contract.simulation.faults import Broken, CutShort, Fault, Lost, Position, ReadTimedOut, Reset, Status
from contract.simulation.network import Call
from contract.trial.story import LONGEST, MOST, answered, asked, duration, short, tell

GET = Request("GET", "https://api.acme.com/v2/things?size=2")


def call(
    request: Request = GET, response: Response | None = None, broken: Broken | None = None, fault: Fault | None = None
) -> Call:
    """An exchange that happened."""
    if broken is None and response is None:
        response = json_response(200, {})
    return Call(Position(0, "sync", 0, "list", 0), request, response, broken, fault, 0.0)


def page(*ids: str, last: bool = False) -> Response:
    """A page of records."""
    return json_response(200, {}, page=ServedPage("things", ids, last))


@pytest.mark.parametrize(
    ("request_", "said"),
    [
        (GET, "GET /v2/things?size=2"),
        (Request("GET", "https://api.acme.com"), "GET /"),
        (Request("GET", "https://api.acme.com/v2?q=a%20b%26c%2Bd"), "GET /v2?q=a b&c+d"),
        (Request("POST", "https://api.acme.com/v2", body=b'{"after": "x"}'), 'POST /v2 {"after": "x"}'),
        (Request("POST", "https://api.acme.com/v2", body=b"\xff\n\tx"), "POST /v2 \ufffd x"),
    ],
)
def test_a_request_is_readable(request_: Request, said: str) -> None:
    """A request is its method, path, decoded query and body, in one line."""
    assert asked(call(request_)) == said


@pytest.mark.parametrize(
    ("call_", "said"),
    [
        (call(response=page("r1", "r2")), "200: r1, r2; more"),
        (call(response=page("r1", last=True)), "200: r1; the last page"),
        (call(response=page(last=True)), "200: no records; the last page"),
        (call(response=page(*"abcdef")), "200: a, b, c, d, … (6); more"),
        (call(response=json_response(404, {"error": "no"})), '404 {"error":"no"}'),
        (call(response=json_response(503, {}), fault=Status(503)), "503"),
        (
            call(response=json_response(429, {}), fault=Status(429, (("Retry-After", "7"),))),
            "429, Retry-After: 7",
        ),
        (call(broken=Reset("connection reset"), fault=Lost(Reset)), "connection reset"),
        (call(broken=Reset("connection reset"), fault=Lost(ReadTimedOut)), "connection reset (read timeout)"),
    ],
)
def test_an_answer_is_readable(call_: Call, said: str) -> None:
    """An answer is its status and the ids on it, or the fault that hit it, in one line."""
    assert answered(call_) == said


def test_a_damaged_page_names_the_damage() -> None:
    """A page that a fault damaged is told with the fault."""
    assert answered(call(response=page("r1"), fault=CutShort())) == f"200: r1; more ({CutShort().name})"


def test_what_the_connector_did_stands_beside_the_last_request_before() -> None:
    """Each exchange has what the connector returned or raised after it."""
    steps = tell([call(response=page("r1")), call(response=page("r2", last=True))], {2: "returned {}"}, str)
    assert [step.returned for step in steps] == [None, "returned {}"]


def test_a_connector_that_asked_nothing_is_told() -> None:
    """Where no request was made, the story says so, and what came all the same."""
    assert tell([], {}, str) == (Exchange("(no request)", ""),)
    assert tell([], {0: "raised KeyError"}, str) == (Exchange("(no request)", "", "raised KeyError"),)
    assert [step.request for step in tell([call()], {0: "returned True", 1: "x"}, str)] == [
        "(no request)",
        "GET /v2/things?size=2",
    ]


@pytest.mark.parametrize("made", [MOST - 1, MOST, MOST + 1, 100])
def test_a_long_story_loses_its_middle(made: int) -> None:
    """At most so many exchanges are shown: the first, the last, and how many were left out between them."""
    calls = [call(Request("GET", f"https://api.acme.com/{number}")) for number in range(made)]
    shown = [step.request for step in tell(calls, {}, str)]
    assert len(shown) == min(made, MOST)
    assert (shown[0], shown[-1]) == ("GET /0", f"GET /{made - 1}")
    if made > MOST:
        [gap] = [text for text in shown if "more exchanges" in text]
        assert gap == f"… {made - len(shown) + 1} more exchanges …"


def test_secrets_are_masked_everywhere() -> None:
    """Requests, answers and what was raised pass through the mask."""
    told = tell(
        [call(Request("GET", "https://api.acme.com/?key=s3cret"), json_response(401, {"why": "s3cret"}))],
        {0: "raised s3cret", 1: "raised s3cret"},
        lambda text: text.replace("s3cret", "***"),
    )
    assert "s3cret" not in repr(told)
    assert repr(told).count("***") == 4


@pytest.mark.parametrize(
    ("text", "most", "line"),
    [("a  b\n\tc", 9, "a b c"), ("abcdef", 6, "abcdef"), ("abcdefg", 6, "abcde…"), ("", 6, "")],
)
def test_a_text_in_one_line(text: str, most: int, line: str) -> None:
    """Text is put into one line, and cut where it is too long."""
    assert short(text, most) == line
    assert len(short("x" * 1000)) == LONGEST


def test_what_happened_between_two_exchanges_is_told() -> None:
    """Another sync, a resumed one, and time that passed: lines without an answer."""
    calls = [call(), replace(call(), at=call().at + 7200)]
    steps = tell(calls, {}, str, {0: "a sync", 1: "resumed in a new process"})
    assert [step.request for step in steps if not step.answer] == ["… 2.0 h later …", "— resumed in a new process —"]


@pytest.mark.parametrize(("times", "lines"), [(1, 1), (2, 2), (3, 2), (40, 2)])
def test_what_repeats_itself_is_told_once(times: int, lines: int) -> None:
    """A loop is one exchange, and how often it came again."""
    steps = tell([call(response=page("r1"))] * times, {}, str)
    assert len(steps) == lines
    if times > 2:
        assert steps[1] == Exchange(f"… the same {times - 1} more times …", "")


@pytest.mark.parametrize(
    ("seconds", "said"), [(60, "60 s"), (150, "2 min"), (3600, "60 min"), (7200, "2.0 h"), (864000, "10 days")]
)
def test_a_duration_is_readable(seconds: float, said: str) -> None:
    """In the unit that makes a small number of it."""
    assert duration(seconds) == said
