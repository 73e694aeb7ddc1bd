"""What importing costs, and which names are public."""

from __future__ import annotations

import subprocess
import sys

import pytest

import contract

HEAVY = ("bizon", "hypothesis", "pytest", "vcr", "pydantic", "requests", "yaml", "rich", "click")
"""What takes its time to load."""


def loaded_by(statement: str) -> set[str]:
    """Which of the heavy libraries a fresh interpreter has loaded after ``statement``."""
    code = f"import sys\n{statement}\nprint(*(name for name in {HEAVY} if name in sys.modules))"
    done = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True, timeout=60)
    return set(done.stdout.split())


@pytest.mark.parametrize("statement", ["import contract", "from contract import contract_suite, Report"])
def test_the_package_costs_nothing(statement: str) -> None:
    """Importing the package, or what a test module needs of it, loads no library."""
    assert loaded_by(statement) == set()


def test_the_plugin_loads_pytest_alone() -> None:
    """The pytest plugin loads nothing that pytest has not loaded already."""
    assert loaded_by("import contract.pytest_plugin") == {"pytest"}


def test_planning_loads_no_bizon() -> None:
    """Reading a contract.yml and planning its items, as the collection does, leaves bizon and recordings alone."""
    statement = "import contract.judge, contract.description.document"
    assert not {"bizon", "vcr"} & loaded_by(statement)


def test_public_names() -> None:
    """Every public name is listed, in order, and resolves; nothing else looks public."""
    assert list(contract.__all__) == sorted(contract.__all__)
    for name in contract.__all__:
        assert getattr(contract, name).__name__ == name
    assert set(dir(contract)) == {*contract.__all__, "__version__"}


def test_an_unknown_name_is_told() -> None:
    """A name that is not there is refused with those that are."""
    with pytest.raises(AttributeError, match="module 'contract' has no attribute 'checks'; it has .*check"):
        _ = contract.checks
