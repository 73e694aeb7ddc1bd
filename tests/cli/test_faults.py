"""`--fault`: what people type, and the rule that it means."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from contract.cli.faults import parse
from contract.errors import UsageError
from contract.simulation.faults import CutShort, Fault, Lost, ReadTimedOut, Refused, Reset, Rule, Status, html


@pytest.mark.parametrize(
    ("text", "fault", "at", "times"),
    [
        ("503@2", Status(503), 1, 1),
        ("500@3+", Status(500), 2, None),
        ("429:Retry-After=3@4", Status(429, (("Retry-After", "3"),)), 3, 1),
        ("429:A=1; B=x:y=z@1", Status(429, (("A", "1"), ("B", "x:y=z"))), 0, 1),
        ("302:Location=https://a@b/@1", Status(302, (("Location", "https://a@b/"),)), 0, 1),
        ("reset@1", Lost(Reset), 0, 1),
        ("refused@1", Lost(Refused), 0, 1),
        ("timeout@1", Lost(ReadTimedOut), 0, 1),
        ("cut@2", CutShort(), 1, 1),
        ("html@2", html(), 1, 1),
    ],
)
def test_a_specification_is_a_rule(text: str, fault: Fault, at: int, times: int | None) -> None:
    """Requests are counted from 1 by people, from 0 by rules; `+` means all that follow."""
    assert parse(text) == Rule(fault, at=at, times=times)


@pytest.mark.parametrize(
    ("text", "said"),
    [
        ("503", "does not say what happens to which request; write KIND@N"),
        ("@1", "does not say what happens to which request"),
        ("503@0", "`0` is no request; requests are counted from 1"),
        ("503@-1", "`-1` is no request"),
        ("503@two", "`two` is no request"),
        ("503@٣", "is no request"),
        ("99@1", "99 is no final status; write one from 200 to 599"),
        ("100@1", "100 is no final status"),
        ("rest@1", "`rest` is no fault; did you mean reset?"),
        ("xyz@1", "`xyz` is no fault; known are a status such as 503, reset, refused, timeout, cut, html"),
        ("reset:A=1@1", "only a status takes headers; write reset without them"),
        ("429:@1", "`` is no header; write NAME=VALUE"),
        ("429:A@1", "`A` is no header; write NAME=VALUE"),
        ("429:A\n=1@1", "is no header"),
        ("429:A=1\r\nB: 2@1", "is no header"),
    ],
)
def test_what_means_nothing_is_answered_with_what_would(text: str, said: str) -> None:
    """A refused fault teaches how one is written."""
    with pytest.raises(UsageError) as caught:
        parse(text)
    assert said in str(caught.value)


@given(st.text() | st.text(alphabet="50349@+:=;resthtml"))
def test_any_text_is_a_rule_or_refused(text: str) -> None:
    """Whatever is typed, there is no traceback."""
    try:
        assert isinstance(parse(text), Rule)
    except UsageError as error:
        assert str(error).startswith("--fault ")
