"""`bizon-contract`: help, version, and how it ends when something goes wrong."""

from __future__ import annotations

import subprocess
import sys
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest

import contract

Run = Callable[..., Any]


@pytest.mark.parametrize("command", ["check", "serve", "clauses", "schema"])
def test_help_teaches_with_an_example(run: Run, command: str) -> None:
    """Every command shows how it is typed."""
    ran = run(command, "--help")

    assert ran.exit_code == 0
    assert "Example" in ran.output
    assert f"bizon-contract {command}" in ran.output


def test_the_version_is_the_packages(run: Run) -> None:
    """`--version` tells what is installed."""
    assert contract.__version__ in run("--version").output


def test_help_is_quick() -> None:
    """Help imports nothing heavy."""
    code = (
        "import sys; from contract.cli.main import main\n"
        "try: main(['check', '--help'])\n"
        "except SystemExit: print([name for name in ('bizon', 'hypothesis', 'pydantic', 'rich', 'yaml', 'urllib3')"
        " if name in sys.modules])"
    )
    ran = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True)

    assert ran.stdout.splitlines()[-1] == "[]"


@pytest.mark.parametrize("arguments", [["frob"], ["check", "--frob"], ["check", "--profile", "quik"], ["serve"]])
def test_a_wrong_call_ends_with_status_2(run: Run, arguments: list[str]) -> None:
    """What cannot be understood is no verdict."""
    ran = run(*arguments)

    assert ran.exit_code == 2
    assert "Traceback" not in ran.output


def test_a_defect_of_ours_is_told_as_ours(
    run: Run, judge: Any, contract_file: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """One line, without blaming the connector; the traceback comes when it is asked for."""
    judge.raises = ZeroDivisionError("division by zero")
    ran = run("check", contract_file)
    assert ran.exit_code == 2
    assert ran.stderr.startswith(
        "A defect of bizon-contract, not of your connector: ZeroDivisionError: division by zero."
    )
    assert "BIZON_CONTRACT_DEBUG=1" in ran.stderr
    assert "Traceback" not in ran.stderr

    monkeypatch.setenv("BIZON_CONTRACT_DEBUG", "1")
    assert "Traceback" in run("check", contract_file).stderr


def test_an_interruption_anywhere_ends_quietly(run: Run, contract_file: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """Ctrl-C is no error and shows no traceback."""

    def interrupt(path: Path) -> None:
        raise KeyboardInterrupt

    monkeypatch.setattr("contract.description.document.read", interrupt)
    ran = run("serve", contract_file)

    assert ran.exit_code == 130
    assert ran.stderr == "Interrupted.\n"
