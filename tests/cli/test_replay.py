"""`check --replay`: one kept failure is tried again, alone."""

import json
from pathlib import Path

import pytest
from click.testing import CliRunner

from contract.cli.main import main
from contract.failures import FOLDER
from tests.cli.test_lock import CONTRACT, NOTES

CAREFUL, CARELESS = 'if body["next"] else', "if len(records) == 2 else"


def check(folder: Path, *options: str):
    return CliRunner().invoke(main, ["check", str(folder), *options])


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    (tmp_path / "source.py").write_text(NOTES.replace(CAREFUL, CARELESS), "utf-8")
    (tmp_path / "contract.yml").write_text(CONTRACT, "utf-8")
    return tmp_path


@pytest.fixture
def failed(folder: Path) -> str:
    """The id of a failure of a connector that ends with a short page."""
    found = check(folder, "--profile", "quick", "--clause", "pagination.short_pages")
    assert found.exit_code == 1
    [kept] = (folder / FOLDER / "failures").iterdir()
    assert f"--replay {kept.stem}" in found.output
    return kept.stem


def test_the_same_failure_is_kept_once(folder, failed):
    """The same check finds the same id; its file keeps itself out of version control."""
    check(folder, "--profile", "quick", "--clause", "pagination.short_pages")
    assert [kept.stem for kept in (folder / FOLDER / "failures").iterdir()] == [failed]
    assert (folder / FOLDER / ".gitignore").read_text("utf-8") == "*\n"


def test_what_still_fails_is_told_again(folder, failed):
    """FAILED, the whole story, exit status 1."""
    again = check(folder, "--replay", failed)
    assert again.exit_code == 1
    assert again.output.startswith("FAILED pagination.short_pages[notes]")
    assert "cost" in again.output
    assert f"--replay {failed}" in again.output


def test_what_was_mended_is_fixed(folder, failed):
    """FIXED, exit status 0; nothing else is judged."""
    source = folder / "source.py"
    source.write_text(source.read_text("utf-8").replace(CARELESS, CAREFUL), "utf-8")
    again = check(folder, "--replay", failed)
    assert (again.exit_code, again.output) == (0, "FIXED pagination.short_pages[notes]\n")


def test_what_cannot_be_judged_is_an_error(folder, failed):
    """A sync that no longer reaches what failed proves nothing: ERROR, exit status 2."""
    source = folder / "source.py"
    source.write_text(source.read_text("utf-8").replace("notes.example", "elsewhere.example"), "utf-8")
    again = check(folder, "--replay", failed)
    assert again.exit_code == 2
    assert again.output.startswith("ERROR pagination.short_pages[notes]")


@pytest.mark.parametrize(
    ("options", "said"),
    [
        (["--replay", "000000"], "no failure '000000' is kept"),
        (["--replay", "ID", "--seed", "1"], "leave out --seed"),
        (["--replay", "ID", "--clause", "retry.*"], "leave out --clause"),
    ],
)
def test_what_cannot_be_asked_is_said(folder, failed, options, said):
    """An unknown id, and options that mean other cases."""
    refused = check(folder, *(failed if each == "ID" else each for each in options))
    assert refused.exit_code == 2
    assert said in refused.output + str(refused.exception)


def test_a_case_of_another_release_is_refused(folder, failed):
    """It is not taken for another case."""
    kept = folder / FOLDER / "failures" / f"{failed}.json"
    kept.write_text(json.dumps(json.loads(kept.read_text("utf-8")) | {"case": {"gone": 1}}), "utf-8")
    refused = check(folder, "--replay", failed)
    assert refused.exit_code == 2
    assert "no such case any more" in refused.output + str(refused.exception)
