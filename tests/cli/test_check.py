"""`bizon-contract check`: what it asks of the judge, and how it ends."""

from __future__ import annotations

import json
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest

from contract.errors import SubjectLoadError
from contract.results import Outcome, Severity
from contract.workers import processors

Run = Callable[..., Any]


@pytest.mark.parametrize(
    ("outcomes", "severity", "options", "status"),
    [
        ([Outcome.PASSED, Outcome.SKIPPED], Severity.MUST, [], 0),
        ([Outcome.PASSED, Outcome.FAILED], Severity.MUST, [], 1),
        ([Outcome.PASSED, Outcome.FAILED], Severity.SHOULD, [], 0),
        ([Outcome.PASSED, Outcome.FAILED], Severity.SHOULD, ["--strict"], 1),
        ([Outcome.ERROR], Severity.SHOULD, [], 1),
        ([Outcome.XFAILED, Outcome.XPASSED], Severity.MUST, [], 0),
        ([Outcome.XPASSED], Severity.MUST, ["--strict"], 1),
        ([Outcome.SKIPPED], Severity.MUST, [], 2),
        ([], Severity.MUST, [], 2),
    ],
)
def test_the_exit_status_is_the_verdict(
    run: Run,
    judge: Any,
    contract_file: Path,
    outcomes: list[Outcome],
    severity: Severity,
    options: list[str],
    status: int,
) -> None:
    """0 when what must hold holds, 1 when it does not, 2 when nothing was judged."""
    judge.outcomes, judge.severity = outcomes, severity
    ran = run("check", contract_file, *options)

    assert ran.exit_code == status, ran.output
    assert ("Nothing was judged: every clause" in ran.stderr) is (status == 2)


def test_options_reach_the_judge(run: Run, judge: Any, contract_file: Path) -> None:
    """What is typed is what is judged."""
    run(
        "check",
        contract_file,
        "--clause",
        "a.*",
        "--clause",
        "b.c",
        "--stream",
        "s",
        "--profile",
        "quick",
        "--seed",
        "3",
        "-n",
        "2",
    )

    assert judge.called_with == {
        "paths": [contract_file],
        "clauses": ("a.*", "b.c"),
        "streams": ("s",),
        "profile": "quick",
        "seed": 3,
        "live": False,
        "max_requests": 500,
        "config": None,
        "workers": 2,
    }


def test_the_current_folder_is_the_default(
    run: Run, judge: Any, contract_file: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Without a path, contracts are searched where one is."""
    monkeypatch.chdir(contract_file.parent)
    run("check")

    assert [path.resolve() for path in judge.called_with["paths"]] == [contract_file.resolve()]


def test_the_report_is_written_as_json(run: Run, judge: Any, contract_file: Path, tmp_path: Path) -> None:
    """The terminal and the file tell the same."""
    judge.outcomes = [Outcome.FAILED]
    ran = run("check", contract_file, "--json", tmp_path / "report.json")

    assert json.loads((tmp_path / "report.json").read_text())["summary"]["failed"] == 1
    assert "The contract is broken" in ran.stdout


@pytest.mark.usefixtures("judge")
def test_json_on_standard_output_is_alone_there(run: Run, contract_file: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """With `--json -` everything else goes to standard error, also at GitHub."""
    monkeypatch.setenv("GITHUB_ACTIONS", "true")
    ran = run("check", contract_file, "--json", "-")

    assert json.loads(ran.stdout)["summary"]["passed"] == 1
    assert "The contract holds" in ran.stderr


def test_a_wrong_destination_stops_before_the_judge_begins(
    run: Run, judge: Any, contract_file: Path, tmp_path: Path
) -> None:
    """An hour of judging is not lost to a typo."""
    ran = run("check", contract_file, "--json", tmp_path / "no" / "report.json")

    assert ran.exit_code == 2
    assert "does not exist" in ran.stderr
    assert judge.called_with == {}


@pytest.mark.usefixtures("judge")
def test_a_wrong_path_is_told_in_one_line(run: Run, tmp_path: Path) -> None:
    """What cannot be used ends with status 2, a message and no traceback."""
    ran = run("check", tmp_path / "contract.yml")

    assert ran.exit_code == 2
    assert "no such file" in ran.stderr
    assert ran.stdout == ""


def test_a_connector_that_cannot_be_loaded_is_the_callers_affair(run: Run, judge: Any, contract_file: Path) -> None:
    """The judge's usage errors end with status 2 and their own words."""
    judge.raises = SubjectLoadError("source.py: no class AcmeSource; did you mean ACMESource?")
    ran = run("check", contract_file)

    assert ran.exit_code == 2
    assert ran.stderr == "source.py: no class AcmeSource; did you mean ACMESource?\n"


@pytest.mark.parametrize("workers", ["0", "-1", "1.5", "many"])
def test_a_number_of_processes_is_one(run: Run, judge: Any, contract_file: Path, workers: str) -> None:
    """From 1 on, or `auto`."""
    ran = run("check", contract_file, "-n", workers)

    assert ran.exit_code == 2
    assert "write 1 or more, or `auto`" in ran.stderr


def test_auto_is_every_processor(run: Run, judge: Any, contract_file: Path) -> None:
    """That the process may use."""
    run("check", contract_file, "-n", "auto")

    assert judge.called_with["workers"] == processors()


def test_an_interruption_writes_no_partial_report(run: Run, judge: Any, contract_file: Path, tmp_path: Path) -> None:
    """Ctrl-C says how far it came, keeps the old file, and ends as interrupted programs do."""
    judge.outcomes = [Outcome.PASSED] * 3
    judge.raises, judge.raises_after = KeyboardInterrupt(), 2
    ran = run("check", contract_file, "--json", tmp_path / "report.json")

    assert ran.exit_code == 130
    assert "Interrupted: 2 of 3 were judged (2 passed)." in ran.output
    assert not (tmp_path / "report.json").exists()


def test_failures_are_annotated_at_github(
    run: Run, judge: Any, contract_file: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """In a job of GitHub Actions the failures appear in the pull request; elsewhere nothing of it is printed."""
    judge.outcomes = [Outcome.FAILED]
    assert "::error" not in run("check", contract_file).output

    monkeypatch.setenv("GITHUB_ACTIONS", "true")
    monkeypatch.setenv("GITHUB_WORKSPACE", str(contract_file.parent))
    assert "::error file=contract.yml,title=pagination.c0[orders] (must)::why" in run("check", contract_file).stdout
