"""Correct connectors, in every paging style and in different manners, keep every clause."""

from pathlib import Path
from typing import get_args

import pytest

from contract.clauses import engine
from contract.description.paging import Paging
from contract.results import Outcome
from tests.support.connectors import judged, judged_as, loaded

HERE = Path(__file__).parent
FILES = sorted(path for path in HERE.glob("*.py") if not path.name.startswith(("_", "test_")))
STYLES = {get_args(member.model_fields["style"].annotation)[0] for member in get_args(get_args(Paging)[0])}


@pytest.mark.parametrize("file", FILES, ids=lambda file: file.stem)
def test_a_good_connector_keeps_every_clause(file):
    """Nothing fails, the `should` clauses neither, and nothing is an error of ours."""
    bad = {Outcome.FAILED, Outcome.ERROR}
    assert {result.name: result.message for result in judged(file) if result.outcome in bad} == {}


def test_every_paging_style_has_two_good_connectors():
    """At least two connectors page in each style."""
    used = [
        {stream["paging"]["style"] for stream in loaded(file).CONTRACT["api"]["streams"].values()} for file in FILES
    ]
    assert {style for style in STYLES if sum(style in styles for styles in used) >= 2} == STYLES


@pytest.mark.parametrize("style", sorted(STYLES))
def test_bizons_engine_runs_good_connectors(style):
    """Through bizon's runner and destination, too, one connector of each paging style keeps every clause that judges it."""
    file = next(file for file in FILES if file.stem.startswith(style))
    unpaged = {
        name for name, each in loaded(file).CONTRACT["api"]["streams"].items() if each["paging"]["style"] == "none"
    }
    clauses = [clause.id for clause in engine.CHAPTER.clauses if clause.over.tried_in("standard")]
    found = {result.name: result for result in judged(file, "standard", clauses=clauses)}
    bad = {
        name: result.message
        for name, result in found.items()
        if result.outcome is not Outcome.PASSED and not (result.outcome is Outcome.SKIPPED and result.stream in unpaged)
    }
    assert bad == {}


@pytest.mark.parametrize("name", ["cursor_incremental", "page_since_day", "next_url_oauth"])
def test_good_connectors_take_whatever_happens_in_bizons_engine(name):
    """One round of a soak: runs that are killed, fail or meet faults, with records that come, change and go between them."""
    results = judged(HERE / f"{name}.py", "soak", clauses=["stateful.engine"])
    assert {result.name: result.message for result in results if result.outcome is not Outcome.PASSED} == {}


@pytest.mark.parametrize("name", ["cursor_incremental", "none_job"])
def test_bizons_process_runner_runs_good_connectors(name):
    """In processes of bizon's own, too: one that is resumed, and one that waits for a job, by a clock that goes with the world's."""
    results = judged(HERE / f"{name}.py", "thorough", clauses=["engine.processes"])
    assert {result.name: result.message for result in results if result.outcome is not Outcome.PASSED} == {}


@pytest.mark.parametrize(
    "examples", ["*_session.example.yml", "../**/cursor_*.example.yml", f"{HERE}/*_session.example.yml"]
)
def test_examples_may_be_anywhere(examples):
    """The glob of the examples is relative to the contract's file, or absolute."""
    file = HERE / "cursor_session.py"
    contract = loaded(file).CONTRACT | {"examples": examples}
    [result] = judged_as(file, contract, clauses=["interface.example_configs"])
    assert (result.outcome, result.message) == (Outcome.PASSED, None)
