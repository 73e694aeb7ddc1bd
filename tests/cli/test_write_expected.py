"""`check --write-expected`: a legacy connector adopts the contract in one step."""

from __future__ import annotations

import sys
from pathlib import Path

import pytest
from click.testing import CliRunner

from contract.cli.main import main
from contract.description.document import read
from contract.description.exempting import REASON, add_expected, entries
from contract.results import Outcome, Result, Severity
from tests.cli.test_lock import CONTRACT, NOTES

COMMENTED = CONTRACT.replace(
    "config: {name: notes}", "# the notes of everybody\nconfig: {name: notes}  # and their name"
)


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    (tmp_path / "source.py").write_text(NOTES, "utf-8")
    (tmp_path / "contract.yml").write_text(COMMENTED, "utf-8")
    return tmp_path


def check(folder: Path, *options: str):
    return CliRunner().invoke(
        main, ["check", str(folder), "--profile", "quick", "--clause", "retry.*", "--clause", "records.*", *options]
    )


def test_today_s_failures_are_expected_from_now_on(folder: Path):
    """The exit status is 0 at once, and for every later check; comments stay where they are."""
    file = folder / "contract.yml"
    assert check(folder).exit_code == 1
    adopted = check(folder, "--write-expected")
    assert adopted.exit_code == 0, adopted.output
    text = file.read_text("utf-8")
    assert text.startswith(COMMENTED.partition("api:")[0])
    assert "# and their name" in text
    expected = read(file).contract.expected_failures
    assert {entry.reason for entry in expected.values()} == {REASON}
    assert "retry.transient_status" in expected
    again = check(folder)
    assert again.exit_code == 0, again.output
    assert "xfailed" in again.output or "expected" in again.output
    assert "expected_failures has 0 more" in check(folder, "--write-expected").output
    assert file.read_text("utf-8") == text


def test_should_clauses_are_written_when_strict(folder: Path):
    """Without --strict they do not count, and are not written."""
    check(folder, "--write-expected")
    names = set(read(folder / "contract.yml").contract.expected_failures)
    assert check(folder, "--strict").exit_code == 1
    check(folder, "--write-expected", "--strict")
    assert names < set(read(folder / "contract.yml").contract.expected_failures)
    assert check(folder, "--strict").exit_code == 0


def test_a_missing_library_is_said_before_the_work(folder: Path, monkeypatch: pytest.MonkeyPatch):
    """Nothing is judged when its result could not be written."""
    monkeypatch.setitem(sys.modules, "ruamel.yaml", None)
    refused = check(folder, "--write-expected")
    assert refused.exit_code == 2
    assert "bizon-contract[write]" in refused.output + str(refused.exception)
    assert "verdicts to come" not in refused.output


def result(clause: str, stream: str, outcome: Outcome = Outcome.FAILED) -> Result:
    return Result(clause, clause.partition(".")[0], Severity.MUST, stream, None, None, outcome)


def test_a_clause_that_fails_everywhere_is_one_entry():
    """What fails on some streams only is an entry for each of them."""
    failed = [result("a.b", "x"), result("a.b", "y"), result("a.c", "x")]
    judged = [*failed, result("a.c", "y", Outcome.PASSED)]
    assert entries(failed, judged) == ["a.b", "a.c[x]"]


def test_entries_join_those_that_are_there(tmp_path: Path):
    """An entry keeps the reason that its author wrote."""
    file = tmp_path / "contract.yml"
    file.write_text("a: 1\nexpected_failures:\n  a.b: {reason: 'ticket 7'}  # mine\n", "utf-8")
    assert add_expected(file, ["a.b", "a.c[x]"]) == ["a.c[x]"]
    text = file.read_text("utf-8")
    assert text.startswith("a: 1\nexpected_failures:\n  a.b: {reason: 'ticket 7'}  # mine\n  a.c[x]:\n    reason:")
