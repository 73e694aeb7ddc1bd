"""`bizon-contract lock`: a release's checkpoints are kept, and nothing that was kept is lost."""

from __future__ import annotations

from pathlib import Path

import pytest
import yaml
from click.testing import CliRunner

from contract.cli.main import main
from contract.judge import check
from tests.good.next_url_own_state import CONTRACT as INCREMENTAL

NOTES = """
from bizon.source.config import SourceConfig
from bizon.source.models import SourceIteration, SourceRecord
from bizon.source.source import AbstractSource


class Source(AbstractSource):
    @staticmethod
    def streams():
        return ["notes"]

    @staticmethod
    def get_config_class():
        return SourceConfig

    def get_authenticator(self):
        return None

    def check_connection(self):
        return True, None

    def get_total_records_count(self):
        return None

    def get(self, pagination=None):
        body = self.session.get("https://notes.example/notes", params=pagination or {}).json()
        records = [SourceRecord(id=row["id"], data=row) for row in body["notes"]]
        return SourceIteration(next_pagination={"after": body["next"]} if body["next"] else {}, records=records)
"""
CONTRACT = """\
source: source.py:Source
config: {name: notes}
api:
  base_url: https://notes.example
  streams:
    notes:
      path: /notes
      records: notes
      paging: {style: cursor, send: after, next: next}
      page_size: {send: size, default: 2}
"""


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    (tmp_path / "source.py").write_text(NOTES, "utf-8")
    (tmp_path / "contract.yml").write_text(CONTRACT, "utf-8")
    return tmp_path


def lock(folder: Path, release: str):
    return CliRunner().invoke(main, ["lock", str(folder / "contract.yml"), release])


def judged(folder: Path):
    [result] = check(folder / "contract.yml", clauses=["checkpoints.compatible"], profile="quick").results
    return str(result.outcome), result.message or ""


def test_releases_are_added(folder: Path):
    """A second release stands beside the first; a release that is there is not written again."""
    assert "the checkpoints of 1.0 are in it (2 of notes)" in lock(folder, "1.0").output
    assert lock(folder, "1.1").exit_code == 0
    kept = yaml.safe_load((folder / "checkpoints.lock").read_text("utf-8"))
    assert list(kept) == ["1.0", "1.1"]
    again = lock(folder, "1.0")
    assert again.exit_code == 2
    assert "holds release '1.0' already" in again.output
    assert judged(folder) == ("passed", "")


def test_without_a_lock_nothing_is_judged(folder: Path):
    """The reason says which command writes one."""
    outcome, message = judged(folder)
    assert outcome == "skipped"
    assert "`bizon-contract lock` writes one" in message


def test_a_new_form_of_the_pagination_is_told_with_the_release(folder: Path):
    """Whose checkpoint it was, and what became of it."""
    lock(folder, "1.0")
    renamed = NOTES.replace("params=pagination or {}", 'params={"after": pagination["at"]} if pagination else {}')
    (folder / "source.py").write_text(renamed.replace('{"after": body', '{"at": body'), "utf-8")
    outcome, message = judged(folder)
    assert outcome == "failed"
    assert "as 1.0 left it: get() raised KeyError: 'at'" in message


@pytest.mark.parametrize("text", ["1.0: {notes: [{records: 5}]}", "[1, 2]", "{", "1.0: {notes: [{records: x}]}"])
def test_a_damaged_lock_is_refused(folder: Path, text: str):
    """With the file, the place and where to get a whole one."""
    (folder / "checkpoints.lock").write_text(text, "utf-8")
    refused = lock(folder, "2.0")
    assert refused.exit_code == 2
    assert "checkpoints.lock: " in refused.output
    assert "Take it from version control" in refused.output
    assert "Traceback" not in refused.output


def test_a_contract_without_a_description_has_no_checkpoints(folder: Path):
    """There is nothing to simulate."""
    (folder / "contract.yml").write_text("source: source.py:Source\nconfig: {name: notes}\n", "utf-8")
    refused = lock(folder, "1.0")
    assert refused.exit_code == 2
    assert "no `api:` to simulate" in refused.output


def test_the_states_of_increments_are_kept_and_read_on_from(tmp_path: Path):
    """Before the next run and behind each of its pages; a release that reads them still passes."""
    contract = {"source": "tests.good.next_url_own_state:Source"} | INCREMENTAL
    (tmp_path / "contract.yml").write_text(yaml.safe_dump(contract), "utf-8")
    assert "(5 of charges)" in lock(tmp_path, "1.0").output
    kept = yaml.safe_load((tmp_path / "checkpoints.lock").read_text("utf-8"))["1.0"]["charges"]
    states = [each for each in kept if "state" in each]
    assert [bool(each["pagination"]) for each in states] == [False, True, True]
    assert [len(each["remaining"]) for each in states] == [5, 3, 1]
    assert all(list(each["state"]) == ["after"] for each in states)
    assert judged(tmp_path) == ("passed", "")
    for each in states:
        each["state"] = {"after": "yesterday"}
    (tmp_path / "checkpoints.lock").write_text(yaml.safe_dump({"1.0": {"charges": states}}), "utf-8")
    outcome, message = judged(tmp_path)
    assert outcome == "failed"
    assert message.startswith("a run from the state {'after': 'yesterday'}, as 1.0 left it: get_records_after()")
