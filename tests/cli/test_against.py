"""`check --against REV`: two revisions of a connector in the same simulated world."""

import subprocess
from pathlib import Path

import pytest
from click.testing import CliRunner

from contract.cli.main import main
from tests.cli.test_lock import CONTRACT, NOTES


def git(folder: Path, *arguments: str) -> None:
    identity = ["-c", "user.name=Ada", "-c", "user.email=ada@acme.test", "-c", "commit.gpgsign=false"]
    subprocess.run(["git", "-C", str(folder), *identity, *arguments], check=True, capture_output=True)


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    """A connector below the root of a repository, with one release."""
    folder = tmp_path / "connectors" / "notes"
    folder.mkdir(parents=True)
    (folder / "source.py").write_text(NOTES, "utf-8")
    (folder / "contract.yml").write_text(CONTRACT, "utf-8")
    git(tmp_path, "init", "-q")
    git(tmp_path, "add", "-A")
    git(tmp_path, "commit", "-q", "-m", "1.0")
    git(tmp_path, "tag", "v1.0")
    return folder


def against(folder: Path, *arguments: str):
    return CliRunner().invoke(main, ["check", str(folder), "--against", *arguments])


def edited(folder: Path, old: str, new: str) -> None:
    text = (folder / "source.py").read_text("utf-8")
    assert old in text
    (folder / "source.py").write_text(text.replace(old, new), "utf-8")


def test_the_same_connector_is_the_same(folder):
    """Exit status 0, and the folder of the older revision is gone; the repository is as it was."""
    result = against(folder, "v1.0")
    assert result.exit_code == 0, result.output
    assert result.output.count("the same") == 4
    assert "notes: 3 syncs" in result.output


@pytest.mark.parametrize(
    ("old", "new", "aspect", "said"),
    [
        ('body["notes"]]', 'body["notes"][1:]]', "ids", "gone: r00000"),
        ("data=row", 'data=row | {"id": 7}', "data", "→"),
        ('{"after": body["next"]}', '{"after": body["next"], "v": 2}', "checkpoints", '"v": 2'),
        ("        body = self", '        self.session.get("https://notes.example/notes")\n        body = self', "requests", "→"),
        ("        body = self", '        raise KeyError("gone")\n        body = self', "ids", "ended well → KeyError('gone')"),
    ],
)  # fmt: skip
def test_what_a_release_changes_is_told(folder, old, new, aspect, said):
    """Exit status 1, with the aspect and the difference; uncommitted edits are today's connector."""
    edited(folder, old, new)
    result = against(folder, "v1.0")
    assert result.exit_code == 1, result.output
    [line, *_] = [
        line for line in result.output.splitlines() if line.split()[:1] == [aspect] and "the same" not in line
    ]
    assert said in line


def test_what_cannot_be_compared_is_said(folder, tmp_path_factory):
    """An unknown revision, options that mean something else, a folder without git, no description, no connector then."""
    outside = tmp_path_factory.mktemp("outside")
    (outside / "contract.yml").write_text(CONTRACT, "utf-8")
    (outside / "source.py").write_text(NOTES, "utf-8")
    for where, arguments, said in [
        (folder, ["v9"], "v9"),
        (folder, ["--upload-pack=x"], "--upload-pack=x"),
        (folder, ["v1.0", "--seed", "1"], "leave out --seed"),
        (outside, ["v1.0"], "not a git repository"),
    ]:
        refused = against(where, *arguments)
        assert refused.exit_code == 2
        assert said in refused.output + str(refused.exception)
    git(folder, "mv", "source.py", "renamed.py")
    git(folder, "commit", "-q", "-m", "renamed")
    refused = against(folder, "HEAD")
    assert refused.exit_code == 2
    assert "source.py" in refused.output + str(refused.exception)
