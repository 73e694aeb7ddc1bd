"""What README and docs show is run."""

import re
from pathlib import Path

import pytest
import yaml
from click.testing import CliRunner

from contract.cli.main import main
from contract.description.document import read
from contract.judge import check

ROOT = Path(__file__).parents[2]
BLOCK = re.compile(r"^```(\w+)\n(.*?)^```$", re.MULTILINE | re.DOTALL)


def blocks(file: str, language: str) -> list[str]:
    return [text for name, text in BLOCK.findall((ROOT / file).read_text("utf-8")) if name == language]


def notes(folder: Path) -> Path:
    source = next(text for text in blocks("README.md", "python") if "class NotesSource" in text)
    (folder / "source.py").write_text(source, "utf-8")
    (folder / "contract.yml").write_text(blocks("README.md", "yaml")[0], "utf-8")
    return folder


@pytest.mark.parametrize("text", [*blocks("README.md", "yaml"), *blocks("docs/contract-yml.md", "yaml")])
def test_every_contract_shown_is_accepted(text, tmp_path):
    """Every contract.yml in README and docs is accepted as it is written."""
    (tmp_path / "contract.yml").write_text(text, "utf-8")
    assert read(tmp_path / "contract.yml").contract.config == yaml.safe_load(text)["config"]


def test_the_readme_s_connector_is_judged_as_the_readme_says(tmp_path, monkeypatch):
    """`bizon-contract check` in the folder of the README's connector tells the story that the README shows."""
    monkeypatch.chdir(notes(tmp_path))
    monkeypatch.setenv("COLUMNS", "140")
    result = CliRunner().invoke(main, ["check", "--clause", "pagination.*"])
    assert result.exit_code == 1, result.output
    shown = next(text for text in blocks("README.md", "text") if "pagination.short_pages" in text)
    said = " ".join(result.output.split())
    for line in shown.splitlines():
        assert " ".join(line.split()) in said


def test_the_readme_s_test_file_is_collected(tmp_path, pytester):
    """The README's three lines of Python make one test per clause and stream."""
    notes(pytester.path)
    suite = next(text for text in blocks("README.md", "python") if "contract_suite" in text)
    pytester.makepyfile(test_notes=suite)
    result = pytester.runpytest_subprocess("-q", "-k", "empty_collection or short_pages", "-p", "no:randomly")
    result.assert_outcomes(passed=1, failed=1)
    result.stdout.fnmatch_lines(["*FAILED test_notes.py::TestNotes::pagination.short_pages?notes?*"])


def test_the_readme_s_own_clause_is_judged_beside_the_suite(pytester):
    """`@contract.clause` in the README makes one more test of the suite, which the README's connector passes."""
    notes(pytester.path)
    shown = blocks("README.md", "python")
    suite = next(text for text in shown if "contract_suite" in text)
    own = next(text for text in shown if "@contract.clause" in text)
    pytester.makepyfile(test_notes=suite + own)
    result = pytester.runpytest_subprocess("-v", "-k", "titled", "-p", "no:randomly")
    result.assert_outcomes(passed=1)
    result.stdout.fnmatch_lines(["*TestNotes::notes.titled?notes? PASSED*"])


def test_the_catalogue_in_docs_is_the_one_in_code():
    """docs/reference/clauses.md is what `bizon-contract clauses --markdown` prints."""
    result = CliRunner().invoke(main, ["clauses", "--markdown"])
    assert (ROOT / "docs/reference/clauses.md").read_text("utf-8") == result.output, "run `make docs`"


def test_the_handlers_shown_serve_a_connector(tmp_path):
    """The handlers of docs/contract-yml.md, with the contract beside them, serve a connector that is right."""
    shown = next(text for text in blocks("docs/contract-yml.md", "yaml") if "handlers:" in text)
    (tmp_path / "exports_api.py").write_text(next(iter(blocks("docs/contract-yml.md", "python"))), "utf-8")
    (tmp_path / "source.py").write_text("from tests.good.none_job import Source as ExportsSource\n", "utf-8")
    (tmp_path / "contract.yml").write_text(shown, "utf-8")
    results = check(
        tmp_path / "contract.yml", clauses=["pagination.complete", "security.file_hosts"], profile="quick"
    ).results
    assert [str(result.outcome) for result in results] == ["passed"] * 3
