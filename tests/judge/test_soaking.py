"""A soak: rounds of what is drawn, in which each clause has its turn, until the time is over."""

from collections.abc import Callable
from itertools import count
from pathlib import Path

import pytest

from contract.errors import UsageError
from contract.judge import replay, run
from contract.results import Judged, Outcome, Planned, Report, Soaking
from contract.soaking import Soak
from tests.support.tiny import write

DRAWN = ("pagination.complete", "pagination.resume")


def ticking(seconds: float) -> Callable[[], float]:
    """A clock on which so much time passes between two looks."""
    times = count(step=seconds)
    return lambda: next(times)


def soaked(path: Path, *clauses: str, items: int, seed: int = 0) -> tuple[list[Soaking], list[Judged], Report]:
    """What a soak of so many items yields on the stream `things`, and its report."""
    soak = Soak([path], clauses=clauses, streams=["things"], seed=seed, minutes=items / 60 + 0.001, clock=ticking(1))
    planned, *events = soak.events()
    assert isinstance(planned, Planned)
    turns = [event for event in events if isinstance(event, Soaking)]
    return turns, [event for event in events if isinstance(event, Judged)], soak.report


def outcomes(report: Report) -> dict[str, Outcome]:
    return {result.clause: result.outcome for result in report.results}


def test_clauses_take_turns_and_each_round_has_a_seed_of_its_own(tmp_path):
    """Round after round with the next seed, until the time is over."""
    turns, judged, report = soaked(write(tmp_path), *DRAWN, items=5, seed=7)
    names = [f"{clause}[things]" for clause in DRAWN]
    assert [(turn.round, turn.seed, turn.name) for turn in turns] == [
        (1, 7, names[0]), (1, 7, names[1]), (2, 8, names[0]), (2, 8, names[1]), (3, 9, names[0]),
    ]  # fmt: skip
    assert turns[0].left > turns[1].left > 0
    assert judged == []
    assert (report.profile, report.seed) == ("soak", 7)
    assert set(outcomes(report).values()) == {Outcome.PASSED}
    assert report.results[0].examples > 2 * 5, "those of three rounds"
    assert report.results[0].judged["records"] > 0


def test_a_round_can_be_had_again_by_its_seed(tmp_path):
    """The second round of a soak is the first one of another, and differs from the first."""
    path = write(tmp_path)

    def tried(items: int, seed: int) -> tuple[int, int]:
        [result] = soaked(path, "pagination.complete", items=items, seed=seed)[2].results
        return result.examples, result.requests

    both, first, second = tried(2, 3), tried(1, 3), tried(1, 4)
    assert both == (first[0] + second[0], first[1] + second[1])
    assert first[1] != second[1]


def test_the_first_failure_is_told_kept_and_tried_again(tmp_path):
    """It is made small, its clause has no more turns, and the others go on."""
    path = write(tmp_path, defect="loses")
    turns, judged, report = soaked(path, "pagination.complete", "pagination.terminates", items=4)
    assert [turn.name.partition("[")[0].partition(".")[2] for turn in turns] == [
        "complete", "terminates", "terminates", "terminates",
    ]  # fmt: skip
    [told] = judged
    assert told.result.name == "pagination.complete[things]"
    assert told.result == report.results[0]
    assert told.result.message == "of 1 records that the API holds, 0 arrived: 1 lost: r00000"
    assert outcomes(report) == {"pagination.complete": Outcome.FAILED, "pagination.terminates": Outcome.PASSED}
    assert told.result.replay is not None
    [again] = replay([path], told.result.replay).results
    assert (again.outcome, again.message) == (Outcome.FAILED, told.result.message)


def test_what_is_not_drawn_is_left_out(tmp_path):
    """The cases that are always tried are those of the other profiles."""
    turns, _, report = soaked(write(tmp_path), "pagination.empty_collection", "pagination.complete", items=2)
    assert [turn.name for turn in turns] == ["pagination.complete[things]"] * 2
    left_out = next(result for result in report.results if result.clause == "pagination.empty_collection")
    assert (left_out.outcome, left_out.requests) == (Outcome.SKIPPED, 0)
    assert left_out.message == "nothing is drawn for it: judged with --profile standard"


def test_what_is_expected_to_fail_is_left_out(tmp_path):
    """A failure that is known would hide others."""
    path = write(tmp_path, defect="loses", more="expected_failures: {pagination.complete: {reason: ticket 7}}")
    turns, _, report = soaked(path, *DRAWN, items=2)
    assert [turn.name for turn in turns] == ["pagination.resume[things]"] * 2
    assert report.results[0].message == "expected to fail: ticket 7"


def test_a_soak_in_which_nothing_is_left_to_draw_ends(tmp_path):
    """Before its time."""
    turns, _, _ = soaked(write(tmp_path, defect="loses"), "pagination.complete", items=1000)
    assert len(turns) == 1


def test_a_soak_that_is_broken_off_reports_what_it_has(tmp_path):
    """Whoever stops listening gets the verdicts so far, and what had no turn says so."""
    soak = Soak([write(tmp_path)], clauses=DRAWN, streams=["things"])
    events = soak.events()
    for _ in range(3):
        next(events)
    events.close()
    first, second = soak.report.results
    assert (first.outcome, second.outcome) == (Outcome.PASSED, Outcome.SKIPPED)
    assert second.message == "the time was over before its turn"


def test_a_run_has_an_end(tmp_path):
    """`contract.check` refuses the profile, which goes on until its time is over."""
    with pytest.raises(UsageError, match="profile soak goes on until its time is over"):
        next(run([write(tmp_path)], profile="soak"))
