"""The terminal report tells what happened, whatever the terminal."""

from __future__ import annotations

import io
import re
import time
from collections.abc import Callable, Iterable

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from rich.cells import cell_len
from rich.console import Console

from contract.report.terminal import TerminalReport
from contract.results import Began, ConnectorReport, Event, Exchange, Judged, Outcome, Planned, Report, Result, Severity

Make = Callable[..., Result]
Bundle = Callable[..., Report]

STORY = (
    Exchange("GET /orders?limit=2", "200: r1, r2; more", "2 records"),
    Exchange("GET /orders?limit=2&offset=2&" + "x" * 80, "503 (503)"),
    Exchange("… 3 more exchanges …", ""),
    Exchange("GET /orders?limit=2&offset=4", "200: r5; the last page", "{}"),
)


def told(*events: Event, width: int = 80, strict: bool = False, encoding: str = "utf-8", terminal: bool = False) -> str:
    """What a console of ``width`` shows for ``events``."""
    raw = io.BytesIO()
    file = io.TextIOWrapper(raw, encoding=encoding)
    console = Console(
        file=file, width=width, force_terminal=terminal, color_system="standard" if terminal else None, _environ={}
    )
    seconds = 0.0
    with TerminalReport(console, strict=strict, clock=lambda: seconds) as shown:
        for event in events:
            if isinstance(event, Report):
                seconds = 5.0
            shown.event(event)
            if terminal and isinstance(event, Began):
                time.sleep(0.3)  # the bar is drawn ten times a second
    file.flush()
    return raw.getvalue().decode(encoding)


def run_of(report: Report) -> Iterable[Event]:
    """The events that end in ``report``."""
    yield Planned(tuple(each.name for each in report.connectors), len(report.results))
    for connector in report.connectors:
        for each in connector.results:
            yield Began(connector.name, each.name)
            yield Judged(connector.name, each)
    yield report


def test_chapters_and_streams_are_seen_at_a_glance(make_result: Make, make_report: Bundle) -> None:
    """A row for each chapter, a column for each stream, and one for what is judged once."""
    text = told(
        make_report(
            make_result("interface.names", stream=None),
            make_result(),
            make_result("pagination.resume", Outcome.FAILED, message="it does not"),
            make_result("pagination.total", Outcome.SKIPPED, message="no total", stream="products"),
        )
    )

    rows = [re.split(r"  +", line.strip()) for line in text.splitlines()]
    assert ["connector", "orders", "products"] in rows
    assert ["interface", "1 ✓"] in rows
    assert ["pagination", "1 ✗ 1 ✓", "1 –"] in rows


def test_a_failure_is_told_with_everything_needed_to_mend_it(make_result: Make, make_report: Bundle) -> None:
    """Name, severity, message, exchanges, cost, remedy, and the command that runs it again, unbroken."""
    failure = make_result(
        outcome=Outcome.FAILED, message="2 of 3 records came", cost="Records are lost.", fix="Follow it.", story=STORY
    )
    lines = told(make_report(failure, file="my acme/contract.yml")).splitlines()

    start = lines.index("1. pagination.complete[orders]  must")
    assert lines[start + 1] == "   2 of 3 records came"
    story = [line.rstrip() for line in lines[start + 2 :]]
    assert story[0] == "     1 GET /orders?limit=2 → 200: r1, r2; more"
    assert story[1] == "         ⇒ 2 records"
    assert "         → 503 (503)" in story
    assert "       … 3 more exchanges …" in story
    assert "     3 GET /orders?limit=2&offset=4 → 200: r5; the last page" in story
    assert "   cost  Records are lost." in story
    assert "   fix   Follow it." in story
    command = "bizon-contract check 'my acme/contract.yml' --clause pagination.complete --stream orders --seed 7"
    assert f"   again {command}" in story


def test_one_cause_is_told_once(make_result: Make, make_report: Bundle) -> None:
    """The same clause broken in the same way on several streams is one story; another way is another."""
    text = told(
        make_report(
            make_result(outcome=Outcome.FAILED, message="lost"),
            make_result(outcome=Outcome.FAILED, message="lost", stream="products"),
            make_result("auth.dispatch", Outcome.FAILED, message="lost", variant="oauth"),
            make_result("retry.backoff", Outcome.FAILED, message="GET /orders, Streams.ORDERS"),
            make_result("retry.backoff", Outcome.FAILED, message="GET /products, Streams.PRODUCTS", stream="products"),
        )
    )

    assert text.count("lost\n") == 2
    assert "also  in the same way on products" in text
    assert "2. auth.dispatch[orders-oauth]" in text
    assert "GET /products" not in text, "a message that names its own stream is the same message"


def test_what_must_hold_is_told_before_what_should(make_result: Make, make_report: Bundle) -> None:
    """The grave failures come first."""
    text = told(
        make_report(
            make_result("connection.light", Outcome.FAILED, message="a", severity=Severity.SHOULD),
            make_result("pagination.complete", Outcome.FAILED, message="b"),
        )
    )

    assert text.index("1. pagination.complete") < text.index("2. connection.light")


def test_errors_and_exemptions_have_sections_of_their_own(make_result: Make, make_report: Bundle) -> None:
    """What is our fault is said to be; what is exempted or skipped is there with its reason, in groups."""
    skipped = [make_result(f"pagination.c{n}", Outcome.SKIPPED, message="needs a recording") for n in range(5)]
    text = told(
        make_report(
            make_result("retry.backoff", Outcome.ERROR, message="ZeroDivisionError"),
            make_result("auth.missing", Outcome.XFAILED, message="planned: it raised"),
            make_result("auth.rejected", Outcome.XPASSED, message="expected to fail (planned), and passes"),
            *skipped,
        )
    )

    assert "could not be judged: not the connector's fault" in text
    assert "1 · planned: it raised\n   auth.missing[orders]" in text
    assert "1 · expected to fail (planned), and passes\n   auth.rejected[orders]" in text
    assert "5 · needs a recording" in text
    assert "pagination.c2[orders] and 2 more" in " ".join(text.split())


@pytest.mark.parametrize(
    ("outcome", "severity", "strict", "verdict"),
    [
        (Outcome.PASSED, Severity.MUST, False, "The contract holds"),
        (Outcome.FAILED, Severity.MUST, False, "The contract is broken"),
        (Outcome.FAILED, Severity.SHOULD, False, "Every must clause holds"),
        (Outcome.FAILED, Severity.SHOULD, True, "The contract is broken"),
        (Outcome.ERROR, Severity.MUST, False, "The contract could not be judged to its end"),
        (Outcome.SKIPPED, Severity.MUST, False, "Nothing was judged"),
    ],
)
def test_the_last_line_is_the_verdict(
    make_result: Make, make_report: Bundle, outcome: Outcome, severity: Severity, strict: bool, verdict: str
) -> None:
    """One line says how it ended, with counts, work and time."""
    report = make_report(make_result(outcome=outcome, severity=severity))
    line = " ".join(told(*run_of(report), strict=strict, width=200).splitlines()[-1].split())

    assert line == f"{verdict} · 1 {outcome} · 10 simulated syncs, 50 requests, 5.0 s"


def test_a_report_without_results_says_so(make_report: Bundle) -> None:
    """Zero clauses are not a success."""
    assert "Nothing was judged · no verdicts" in told(make_report())


def test_a_pipe_gets_plain_lines(make_result: Make, make_report: Bundle) -> None:
    """Away from a terminal there are no control characters, and one line of progress per chapter."""
    text = told(*run_of(make_report(make_result(), make_result("retry.backoff"))))

    assert text.startswith("acme: 2 verdicts to come\n  acme pagination: 1 passed\n  acme retry: 1 passed\n")
    assert "\x1b" not in text
    assert "\r" not in text


def test_a_terminal_gets_colours_and_a_bar(make_result: Make, make_report: Bundle) -> None:
    """On a terminal the clause at hand is named, and nothing of the bar is left behind."""
    text = told(*run_of(make_report(make_result())), terminal=True)

    assert " pagination.complete[orders]" in text.split("broken")[0]
    assert "\x1b[32m1 ✓" in text
    assert "\x1b[2K" in text, "the line of the bar is wiped"


def test_an_interruption_says_how_far_it_came(make_result: Make) -> None:
    """What was judged before Ctrl-C is counted."""
    file = io.StringIO()
    terminal = TerminalReport(Console(file=file, width=80, _environ={}))
    terminal.event(Planned(("acme",), 9))
    terminal.event(Judged("acme", make_result()))
    terminal.interrupted()

    assert "Interrupted: 1 of 9 were judged (1 passed)." in file.getvalue()


def test_a_terminal_that_is_not_utf_8_gets_ascii(make_result: Make, make_report: Bundle) -> None:
    """Signs have ASCII stand-ins, and text that cannot be shown is escaped."""
    failure = make_result(outcome=Outcome.FAILED, message="“é” came…", story=STORY)
    text = told(make_report(failure, make_result()), encoding="ascii")

    assert "1 FAIL 1 ok" in text
    assert '"\\xe9" came...' in text
    assert "GET /orders?limit=2 -> 200: r1, r2; more" in text


def test_names_and_messages_are_text_and_nothing_else(make_result: Make, make_report: Bundle) -> None:
    """Brackets are no markup, and control characters of a message do not reach the terminal."""
    text = told(make_report(make_result(outcome=Outcome.FAILED, message="[red]x[/red] \x1b[2J\r[/]")))

    assert "[red]x[/red] \\x1b[2J\\r[/]" in text


def test_several_connectors_are_told_apart(make_result: Make, make_report: Bundle) -> None:
    """With more than one connector, each failure names its own."""
    failure = make_result(outcome=Outcome.FAILED, message="lost")
    two = tuple(ConnectorReport(name, "s", f"{name}.yml", ("orders",), (failure,)) for name in ("acme", "beta"))
    text = told(make_report(connectors=two))

    assert "1. acme: pagination.complete[orders]" in text
    assert "2. beta: pagination.complete[orders]" in text


@settings(
    deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture, HealthCheck.too_slow], max_examples=60
)
@given(
    names=st.lists(st.text(min_size=1, max_size=30), max_size=12, unique=True),
    message=st.text(max_size=200),
    width=st.integers(40, 130),
    encoding=st.sampled_from(["utf-8", "ascii", "latin-1", "cp1252"]),
    outcomes=st.lists(st.sampled_from(Outcome), min_size=1, max_size=12),
)
def test_no_line_is_wider_than_the_terminal(
    make_result: Make,
    make_report: Bundle,
    names: list[str],
    message: str,
    width: int,
    encoding: str,
    outcomes: list[Outcome],
) -> None:
    """Whatever the names, messages, width and encoding: it is shown, within the width; only commands are not cut."""
    results = [
        make_result(
            stream=(names or [None])[number % len(names or [None])], outcome=outcome, message=message, story=STORY
        )
        for number, outcome in enumerate(outcomes)
    ]
    text = told(*run_of(make_report(*results)), width=width, encoding=encoding)

    for line in text.split("\n"):
        assert cell_len(line.rstrip()) <= width or line.startswith("   again ")
