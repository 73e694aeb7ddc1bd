"""Authors' own clauses appear, are judged and report like ours."""

from __future__ import annotations

from pathlib import Path

import pytest

import contract
from contract.errors import SubjectLoadError, UsageError
from contract.judge import check
from contract.results import Outcome, Severity
from tests.cli.test_lock import CONTRACT, NOTES

CLAUSES = '''
import contract


@contract.clause("notes.titles", severity="should", cost="They cannot be found.", fix="Ask for them.")
def titled(sync):
    """Every note has a title."""
    for record in sync.records:
        assert "title" in record.data, f"note {record.id} has no title"


@contract.clause("notes.ids")
def ids_are_short(sync, source, api, trial):
    assert source is not None
    assert all(len(record.id) < 20 for record in sync.records)
'''


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    (tmp_path / "source.py").write_text(NOTES, "utf-8")
    (tmp_path / "clauses.py").write_text(CLAUSES, "utf-8")
    (tmp_path / "contract.yml").write_text(CONTRACT + "clauses: [clauses.py]\n", "utf-8")
    return tmp_path


def judged(folder: Path, *names: str):
    return check(folder / "contract.yml", clauses=names or ("notes.*",), profile="quick").results


def test_they_are_judged_with_the_contract(folder: Path):
    """With severity, sentence, cost and remedy of their own, and the story of the sync that breaks them."""
    titles, ids = judged(folder)
    assert (titles.clause, titles.chapter, titles.severity) == ("notes.titles", "notes", Severity.SHOULD)
    assert (titles.outcome, titles.message) == (Outcome.FAILED, "note r00000 has no title")
    assert (titles.cost, titles.fix) == ("They cannot be found.", "Ask for them.")
    assert titles.story[0].request.startswith("GET /notes")
    assert (ids.outcome, ids.judged["cases"]) == (Outcome.PASSED, ids.examples)
    assert len(check(folder / "contract.yml", profile="quick").results) > 60


def test_an_assertion_without_a_message_is_quoted(folder: Path):
    """The line that failed is the verdict."""
    (folder / "clauses.py").write_text(CLAUSES.replace("< 20", "< 2"), "utf-8")
    [ids] = judged(folder, "notes.ids")
    assert ids.message == "`assert all(len(record.id) < 2 for record in sync.records)` does not hold"


def test_an_exception_is_told_as_what_it_is(folder: Path):
    """A clause that falls over names itself."""
    (folder / "clauses.py").write_text(CLAUSES.replace("record.data, f", "record.nothing, f"), "utf-8")
    [titles] = judged(folder, "notes.titles")
    assert titles.outcome is Outcome.FAILED
    assert titles.message is not None
    assert titles.message.startswith("titled raised AttributeError")


@pytest.mark.parametrize(
    ("name", "told"),
    [("region", "no clause id"), ("Acme.Region", "no clause id"), ("retry.mine", "belongs to the specification")],
)
def test_a_name_that_cannot_be_is_refused(name: str, told: str):
    """When the function is decorated."""
    with pytest.raises(ValueError, match=told):
        contract.clause(name)


def test_an_unknown_parameter_is_refused():
    """With the names that there are."""
    with pytest.raises(ValueError, match="no clause is given `records`; there are sync, source, api, trial"):

        @contract.clause("acme.region")
        def region(records):
            """Nothing."""


def test_two_of_one_name_are_refused(folder: Path):
    """The name is told."""
    (folder / "more.py").write_text(CLAUSES, "utf-8")
    (folder / "contract.yml").write_text(CONTRACT + "clauses: [clauses.py, more.py]\n", "utf-8")
    with pytest.raises(UsageError, match=r"two clauses are called notes\.titles"):
        judged(folder)


def test_a_file_without_clauses_is_refused(folder: Path):
    """It is named, and so is what is missing."""
    (folder / "clauses.py").write_text("x = 1\n", "utf-8")
    with pytest.raises(SubjectLoadError, match=r"clauses\.py holds no clause"):
        judged(folder)


def test_they_are_collected_beside_a_suite(folder: Path, pytester: pytest.Pytester):
    """In the test module of `contract_suite`, with a marker of their chapter."""
    (folder / "contract.yml").write_text(CONTRACT, "utf-8")
    suite = f"from contract import contract_suite\nTestNotes = contract_suite({str(folder / 'contract.yml')!r})\n"
    pytester.makepyfile(test_notes=CLAUSES + suite)
    result = pytester.runpytest_subprocess("-q", "-m", "notes", "--strict-markers", "--contract-profile", "quick")
    result.assert_outcomes(passed=1, xfailed=1)
