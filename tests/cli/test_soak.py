"""`check --profile soak`: until the time is over, or Ctrl-C."""

import json
from pathlib import Path

import pytest
from click.testing import CliRunner

from contract import soaking
from contract.cli.main import main
from contract.failures import FOLDER
from tests.support.tiny import write

DRAWN = ("--clause", "pagination.complete", "--clause", "pagination.terminates", "--stream", "things")
SHORT = ("--profile", "soak", "--minutes", "0.01")


def check(folder: Path, *options: str):
    return CliRunner().invoke(main, ["check", str(folder), *options])


@pytest.mark.parametrize(
    ("options", "said"),
    [
        (["--minutes", "5"], "--minutes says how long --profile soak goes on: give both"),
        (["--profile", "soak", "-n", "2"], "--profile soak judges in one process: leave out -n"),
        (
            ["--profile", "soak", "--live"],
            "--profile soak draws cases, which the real API has none of: leave out --live",
        ),
        (["--profile", "soak", "--minutes", "0"], "0.0 is not in the range x>0"),
        (["--replay", "abcdef", "--minutes", "5"], "--replay tries one case as it was: leave out --minutes"),
    ],
)
def test_options_that_do_not_go_together_are_refused(tmp_path, options, said):
    """None is ignored without a word."""
    refused = check(write(tmp_path), *options)
    assert refused.exit_code == 2
    assert said in " ".join(refused.output.split())


def test_a_failure_ends_the_soak_with_1_and_is_kept(tmp_path):
    """The first item is judged however short the time is; its failure can be tried again."""
    write(tmp_path, defect="loses")
    found = check(tmp_path, *SHORT, *DRAWN, "--seed", "7")
    assert found.exit_code == 1
    [kept] = (tmp_path / FOLDER / "failures").iterdir()
    told, _, report = found.output.partition(f"again bizon-contract check --replay {kept.stem}")
    assert told.startswith("tiny: 2 verdicts to soak, from --seed 7 on\npagination.complete[things]  must")
    assert "The contract is broken" in report
    assert check(tmp_path, "--replay", kept.stem).exit_code == 1


def test_ctrl_c_ends_a_soak_which_reports_what_it_has(tmp_path, monkeypatch):
    """The exit status is that of the verdicts so far."""
    real = soaking.judge
    turns = iter([real, real])

    def judge(docket, item):
        turn = next(turns, None)
        if turn is None:
            raise KeyboardInterrupt
        return turn(docket, item)

    monkeypatch.setattr(soaking, "judge", judge)
    found = check(write(tmp_path), "--profile", "soak", *DRAWN)
    assert found.exit_code == 0, found.output
    assert "The contract holds" in found.output
    assert "2 passed" in found.output


def test_the_report_of_a_soak_is_written(tmp_path):
    """The profile is soak, the seed the one that was given."""
    check(write(tmp_path), *SHORT, *DRAWN, "--seed", "5", "--json", str(tmp_path / "report.json"))
    report = json.loads((tmp_path / "report.json").read_text("utf-8"))
    assert (report["profile"], report["seed"]) == ("soak", 5)
    assert report["connectors"][0]["results"][0]["outcome"] == "passed"


def test_each_soak_has_another_seed(tmp_path):
    """Else a soak of every night would be the same one."""
    write(tmp_path)
    told = [check(tmp_path, *SHORT, *DRAWN).output.partition(" on\n")[0] for _ in range(2)]
    assert told[0].startswith("tiny: 2 verdicts to soak, from --seed ")
    assert told[0] != told[1]
