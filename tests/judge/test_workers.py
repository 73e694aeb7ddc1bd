"""`check -n`: the items are judged in several processes, and nobody can tell from the report."""

import multiprocessing
import os
import signal
import subprocess
import sys
import threading
import time
from pathlib import Path

import pytest

from contract.judge import run
from contract.results import Outcome, Report
from contract.workers import Died, processors, spread
from tests.cli.test_lock import CONTRACT, NOTES

ROOT = Path(__file__).parents[2]
LOSES = NOTES.replace("data=row", 'data={"id": row["id"]}')
HANGS = """
import contract

@contract.clause("notes.hangs")
def hangs(sync):
    while True:
        pass
"""
CLAUSES = ["connection.accepts", "pagination.complete", "pagination.resume"]
DIES = NOTES.replace("return True, None", "__import__('os')._exit(7)")


def written(folder: Path, source: str) -> Path:
    (folder / "source.py").write_text(source, "utf-8")
    (folder / "contract.yml").write_text(CONTRACT, "utf-8")
    return folder


def work(task: int) -> int:
    if task == 3:
        os._exit(task)
    if task < 0:
        raise ValueError(f"no {task}")
    return task * task


@pytest.mark.parametrize("fresh", [None, ("json",)])
def test_every_task_is_answered_whatever_becomes_of_the_others(fresh):
    """A process that ends costs its own task."""
    answers = dict(spread(work, range(5), 2, fresh=fresh))
    assert answers == {0: 0, 1: 1, 2: 4, 3: Died(3), 4: 16}
    assert str(answers[3]) == "ended with status 3"


def test_what_the_work_raises_is_raised():
    """As if it had been done here."""
    with pytest.raises(ValueError, match="no -1"):
        list(spread(work, [1, -1, 2], 2))
    assert multiprocessing.active_children() == []


def tidies(folder: Path | None) -> None:
    if folder is not None:
        try:
            (folder / "began").touch()
            threading.Event().wait(60)
        finally:
            (folder / "tidied").touch()


@pytest.mark.parametrize("fresh", [None, ("json",)])
def test_a_task_that_is_broken_off_tidies_up(tmp_path, fresh):
    """What it holds open elsewhere, a schema in a database say, is not left there."""
    answers = spread(tidies, [tmp_path, None], 2, fresh=fresh)
    assert next(answers) == (1, None)
    while not (tmp_path / "began").exists():
        time.sleep(0.01)
    answers.close()
    assert (tmp_path / "tidied").exists()
    assert multiprocessing.active_children() == []


def test_there_are_processors():
    assert processors() >= 1


def report_of(folder: Path, workers: int) -> tuple[list[str], Report]:
    *events, report = run([folder], profile="quick", workers=workers)
    plain = report.to_json()
    for result in plain["connectors"][0]["results"]:
        del result["seconds"]
    return [f"{type(event).__name__} {getattr(event, 'name', '')}" for event in events], plain


def test_the_report_is_the_same_as_with_one_process(tmp_path):
    """Failures, their stories and the order of events, too."""
    folder = written(tmp_path, NOTES.replace("data=row", "data={key: str(value) for key, value in row.items()}"))
    alone, spread_out = (report_of(folder, workers) for workers in (1, 3))
    assert alone[1]["summary"]["failed"]
    assert alone == spread_out


def test_a_connector_that_ends_the_process_spoils_no_other_clause(tmp_path):
    """It is told at the clauses that it happened in."""
    *_, report = run([written(tmp_path, DIES)], clauses=CLAUSES, profile="quick", workers=2)
    outcomes = {result.name: (result.outcome, result.message or "") for result in report.results}
    outcome, message = outcomes["connection.accepts[notes]"]
    assert outcome is Outcome.ERROR
    assert message.startswith("the process that judged it ended with status 7")
    assert outcomes["pagination.complete[notes]"][0] is Outcome.PASSED


@pytest.mark.skipif(not hasattr(os, "killpg"), reason="process groups")
def test_ctrl_c_ends_every_process_and_tells_what_is_known(tmp_path):
    """Here the last clause hangs, for ever."""
    folder = written(tmp_path, LOSES)
    (folder / "own.py").write_text(HANGS, "utf-8")
    (folder / "contract.yml").write_text(f"{CONTRACT}clauses: [own.py]\n", "utf-8")
    command = [sys.executable, "-m", "contract", "check", str(folder), "--profile", "quick", "-n", "2"]
    with subprocess.Popen(
        command, cwd=ROOT, stdout=subprocess.PIPE, stderr=subprocess.PIPE, text=True, start_new_session=True
    ) as process:
        late = threading.Timer(60, process.kill)
        late.start()
        for line in process.stdout:
            if line.strip().startswith("notes records:"):
                break
        os.killpg(process.pid, signal.SIGINT)  # as a terminal does: to all of them
        said, errors = process.communicate()
        late.cancel()
    assert process.returncode == 130
    assert errors == ""
    assert "records.payload[notes]  must" in said
    assert "again bizon-contract check --replay" in said
    for _ in range(100):  # Python's own tracker of resources ends a moment later
        try:
            os.killpg(process.pid, 0)
        except ProcessLookupError:
            return
        time.sleep(0.05)
    pytest.fail("a process is left")
