"""`check --mutate`: which small changes of a connector its contract does not notice."""

import os
import re
import signal
import subprocess
import sys
import threading
from pathlib import Path

import pytest
from click.testing import CliRunner

from contract.cli.main import main
from tests.cli.test_lock import CONTRACT, NOTES

ROOT = Path(__file__).parents[2]
HANGING = """
    def get_total_records_count(self):
        left = 0
        while left > 0:
            left += 1
        return None
"""


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    source = NOTES.replace("params=pagination or {}", "params=pagination or {}, timeout=10")
    (tmp_path / "source.py").write_text(source, "utf-8")
    (tmp_path / "contract.yml").write_text(CONTRACT, "utf-8")
    return tmp_path


def mutate(folder: Path, *options: str, clauses=("interface.dispatch", "pagination.complete")):
    words = [word for clause in clauses for word in ("--clause", clause)]
    return CliRunner().invoke(main, ["check", str(folder), "--mutate", *words, *options])


def test_what_no_clause_notices_is_shown(folder):
    """The place and the change, and what killed the others; the exit status says nothing unless --strict is given."""
    ran = mutate(folder, "-n", "2")
    assert ran.exit_code == 0, ran.output
    assert re.search(r"^survived  source\.py:26:\d+  NumberReplacer$", ran.output, re.MULTILINE)
    assert re.search(r"^  \+ .*params=pagination or {}, timeout= ?11\)\.json\(\)$", ran.output, re.MULTILINE)
    assert "killed by pagination.complete " in ran.output
    assert "2 verdicts that may notice them\n" in ran.output
    killed, _, rest = ran.output.splitlines()[-1].partition(" of ")
    assert 0 < int(killed) < int(rest.split()[0])
    assert list(folder.glob("**/*.pyc")) == []


def test_what_is_broken_already_notices_nothing(folder):
    """It is said, with the number."""
    ran = mutate(folder, clauses=["interface.dispatch", "retry.gives_up", "connection.reports"])
    assert "2 verdicts that may notice them; 1 cannot: broken already\n" in ran.output


def test_strict_makes_survivors_count(folder):
    assert mutate(folder, "--strict", clauses=["interface.dispatch"]).exit_code == 1


def test_a_mutant_that_hangs_is_killed(folder, monkeypatch):
    """By its processor time, of which it may take many times as much as the connector itself."""
    source = (folder / "source.py").read_text("utf-8")
    count = "    def get_total_records_count(self):\n        return None\n"
    assert count in source
    (folder / "source.py").write_text(source.replace(count, HANGING), "utf-8")
    monkeypatch.setattr("contract.mutation.judging.AT_LEAST", 1.0)
    monkeypatch.setattr("contract.mutation.judging.PATIENCE", 2)
    ran = mutate(folder, "-n", "2", clauses=["pagination.total"])
    assert ran.exit_code == 0, ran.output
    assert "time " in ran.output.splitlines()[-2]


def test_other_modules_are_named(folder):
    """By a glob of those that the connector has imported."""
    ran = mutate(folder, "--in", "sorce.py")
    assert ran.exit_code == 2
    assert "--in sorce.py: no such file of the connector is imported; there are source.py" in ran.output


@pytest.mark.parametrize(
    ("options", "said"),
    [
        (["--mutate", "--profile", "standard"], "leave out --profile"),
        (["--mutate", "--json", "x.json"], "leave out --json"),
        (["--in", "source.py"], "give both"),
    ],
)
def test_options_that_do_not_go_together_are_refused(folder, options, said):
    ran = CliRunner().invoke(main, ["check", str(folder), *options])
    assert ran.exit_code == 2
    assert said in ran.output


def test_a_connector_that_keeps_nothing_is_told(folder):
    ran = mutate(folder, clauses=["auth.oauth_refresh"])
    assert ran.exit_code == 2
    assert "keeps none of these clauses" in ran.output


@pytest.mark.skipif(not hasattr(os, "killpg"), reason="process groups")
def test_ctrl_c_tells_what_is_known(folder):
    command = [sys.executable, "-m", "contract", "check", str(folder), "--mutate", "--clause", "interface.dispatch"]
    with subprocess.Popen(
        command, cwd=ROOT, stdout=subprocess.PIPE, stderr=subprocess.PIPE, text=True, start_new_session=True
    ) as process:
        late = threading.Timer(60, process.kill)
        late.start()
        for line in process.stdout:
            if line.startswith("survived"):
                break
        os.killpg(process.pid, signal.SIGINT)
        said, errors = process.communicate()
        late.cancel()
    assert process.returncode == 130
    assert errors == ""
    assert "Interrupted: " in said
