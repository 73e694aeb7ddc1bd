"""The JSON report is written whole or not at all."""

from __future__ import annotations

import json
import os
import threading
from collections.abc import Callable
from pathlib import Path

import pytest

from contract.errors import UsageError
from contract.report.json_file import JsonFile
from contract.results import Exchange, Outcome, Report, Result

Make = Callable[..., Result]
Bundle = Callable[..., Report]


def test_the_file_holds_the_report(tmp_path: Path, make_result: Make, make_report: Bundle) -> None:
    """It is UTF-8, indented, ends with a newline, and is the report."""
    report = make_report(make_result(outcome=Outcome.FAILED, message="é", story=(Exchange("a", "b", "c"),)))
    path = tmp_path / "report.json"
    JsonFile(path).write(report)

    text = path.read_text(encoding="utf-8")
    assert json.loads(text) == report.to_json() | {"connectors": json.loads(json.dumps(report.to_json()["connectors"]))}
    assert '  "format": 1,\n' in text
    assert "é" in text
    assert text.endswith("}\n")
    assert list(tmp_path.iterdir()) == [path]


def test_a_failed_write_leaves_the_old_file(
    tmp_path: Path, make_report: Bundle, monkeypatch: pytest.MonkeyPatch
) -> None:
    """When the disk is full the report of yesterday is still there, and no rest of today's."""
    path = tmp_path / "report.json"
    path.write_text("old")

    def full(self: Path, target: Path) -> None:
        raise OSError(28, "No space left on device")

    monkeypatch.setattr(Path, "replace", full)
    with pytest.raises(OSError, match="No space"):
        JsonFile(path).write(make_report())

    assert path.read_text() == "old"
    assert list(tmp_path.iterdir()) == [path]


def test_a_dash_is_standard_output(capsysbinary: pytest.CaptureFixture[bytes], make_report: Bundle) -> None:
    """`-` prints the report and nothing else."""
    target = JsonFile("-")
    target.write(make_report())

    assert target.is_stdout
    assert json.loads(capsysbinary.readouterr().out)["tool"]["name"] == "bizon-contract"


def test_half_a_character_is_still_json(tmp_path: Path, make_result: Make, make_report: Bundle) -> None:
    """A message with a lone surrogate does not lose the report."""
    path = tmp_path / "report.json"
    JsonFile(path).write(make_report(make_result(message="\ud800")))

    assert json.loads(path.read_bytes())["connectors"][0]["results"][0]["message"] == "\ud800"


@pytest.mark.parametrize(
    ("name", "said"), [("", "a folder; name a file in it"), ("no/report.json", "does not exist; make it first")]
)
def test_what_cannot_be_written_is_refused_before_the_run(tmp_path: Path, name: str, said: str) -> None:
    """A wrong destination is told at once, not after an hour of judging."""
    with pytest.raises(UsageError, match=said):
        JsonFile(tmp_path / name)


def test_a_pipe_is_written_to_and_not_replaced(tmp_path: Path, make_report: Bundle) -> None:
    """`--json >(jq …)` and /dev/stdout stay what they are."""
    path = tmp_path / "pipe"
    os.mkfifo(path)
    read: list[bytes] = []
    reader = threading.Thread(target=lambda: read.append(path.read_bytes()))
    reader.start()
    JsonFile(path).write(make_report())
    reader.join(timeout=10)

    assert json.loads(read[0])["format"] == 1
    assert path.is_fifo()


def test_a_link_stays_a_link(tmp_path: Path, make_report: Bundle) -> None:
    """What a symbolic link points to is replaced, not the link."""
    (tmp_path / "real.json").write_text("old")
    (tmp_path / "link.json").symlink_to("real.json")
    JsonFile(tmp_path / "link.json").write(make_report())

    assert (tmp_path / "link.json").is_symlink()
    assert json.loads((tmp_path / "real.json").read_text())["format"] == 1
