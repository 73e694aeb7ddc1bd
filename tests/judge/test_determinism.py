"""The same seed gives the same report: twice, in another process, and whatever else is loaded."""

import json
import subprocess
import sys
from pathlib import Path

import pytest

from contract.judge import check
from tests.cli.test_lock import CONTRACT, NOTES

ROOT = Path(__file__).parents[2]
PROGRAM = """
import json, sys
sys.path[:0] = sys.argv[2:]
if len(sys.argv) > 2:
    import constants
from contract.judge import check
from contract.results import Report
report = check(sys.argv[1], profile="quick", seed=7).to_json()
for connector in report["connectors"]:
    for result in connector["results"]:
        del result["seconds"]
print(json.dumps(report))
"""


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    broken = NOTES.replace("data=row", "data={key: str(value) for key, value in row.items()}")
    (tmp_path / "source.py").write_text(broken, "utf-8")
    (tmp_path / "contract.yml").write_text(CONTRACT, "utf-8")
    return tmp_path


def report_of(folder: Path, *path: str):
    ran = subprocess.run(
        [sys.executable, "-c", PROGRAM, str(folder), *path], capture_output=True, text=True, check=True, cwd=ROOT
    )
    return json.loads(ran.stdout)


def test_the_same_seed_is_the_same_report(folder):
    """All of it but the seconds, stories included; another seed draws other cases."""
    once, again = (check(folder, profile="quick", seed=7).to_json() for _ in range(2))
    for result in (result for report in (once, again) for result in report["connectors"][0]["results"]):
        del result["seconds"]
    assert once == again
    assert json.loads(json.dumps(once)) == report_of(folder)


def test_what_else_is_loaded_changes_nothing(folder, tmp_path_factory):
    """Hypothesis would draw the constants of every module of the project that happens to be loaded."""
    elsewhere = tmp_path_factory.mktemp("elsewhere")
    numbers = ", ".join(str(number) for number in range(12_345, 99_999, 101))
    (elsewhere / "constants.py").write_text(
        f"NUMBERS = [{numbers}]\nTEXTS = [{', '.join(map(repr, 'αβγδεζηθ'))}]\n", "utf-8"
    )
    assert report_of(folder) == report_of(folder, str(elsewhere))
