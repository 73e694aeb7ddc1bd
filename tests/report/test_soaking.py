"""A soak as people watch it."""

from __future__ import annotations

import io
from collections.abc import Callable
from typing import Any

from rich.console import Console

from contract.report.soaking import SoakReport
from contract.results import Judged, Outcome, Planned, Report, Result, Soaking

Make = Callable[..., Result]
NAME = "pagination.complete[orders]"


def turn(passed: float, number: int = 1, cases: int = 0) -> Soaking:
    return Soaking("acme", NAME, number, number + 6, cases, passed, 600 - passed)


def told(*events: Any, report: Report | None = None, terminal: bool = False) -> str:
    file = io.StringIO()
    console = Console(file=file, force_terminal=terminal, width=110, color_system=None, _environ={})
    with SoakReport(console, 7) as soak:
        for event in events:
            soak.event(event)
        if report is not None:
            soak.report(report)
    return file.getvalue()


def test_a_pipe_gets_a_line_each_minute() -> None:
    """Round, seed, cases, what is broken and how long it goes on: once a minute, and not for minutes in which nothing ended."""
    text = told(
        Planned(("acme",), 9), turn(0), turn(59), turn(61, 2, 1200), turn(100, 3), turn(190, 4, 5000), turn(230, 5)
    )

    assert text == (
        "acme: 9 verdicts to soak, from --seed 7 on\n"
        "  round 2 (seed 8), 1,200 cases, 0 broken, 8:59 left\n"
        "  round 4 (seed 10), 5,000 cases, 0 broken, 6:50 left\n"
    )


def test_a_failure_is_told_at_once(make_result: Make, make_report: Callable[..., Report]) -> None:
    """With what tries it again, before the report; it is counted from then on."""
    broken = make_result(outcome=Outcome.FAILED, message="1 lost", replay="7f3c2a")
    text = told(
        Planned(("acme",), 9), turn(0), Judged("acme", broken), turn(60, 2), report=make_report(broken, profile="soak")
    )

    at_once, _, after = text.partition("1 broken")
    assert f"{NAME}  must\n   1 lost\n   again bizon-contract check --replay 7f3c2a" in at_once
    assert "The contract is broken" in after


def test_a_terminal_gets_a_line_that_stays(make_result: Make, make_report: Callable[..., Report]) -> None:
    """How far it is and what is judged; nothing of it is left behind."""
    text = told(Planned(("acme",), 9), turn(61, 2, 1200), report=make_report(make_result()), terminal=True)

    assert f"round 2 (seed 8), 1,200 cases, 0 broken, 8:59 left: {NAME}" in text
    assert "\x1b[2K" in text
    assert "The contract holds" in text
