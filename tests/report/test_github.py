"""Annotations of GitHub Actions."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path

from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from contract.report import github
from contract.results import Outcome, Report, Result, Severity

Make = Callable[..., Result]
Bundle = Callable[..., Report]


def test_only_failures_are_annotated(make_result: Make, make_report: Bundle) -> None:
    """What passed or was skipped is silent; a `should` that fails is a warning, unless it counts."""
    report = make_report(
        make_result(),
        make_result("a.b", Outcome.SKIPPED),
        make_result("a.c", Outcome.FAILED, message="lost", cost="Records.", stream=None),
        make_result("a.d", Outcome.FAILED, severity=Severity.SHOULD, message="slow", stream=None),
        make_result("a.e", Outcome.ERROR, message="ours", stream=None),
    )

    assert list(github.workflow_commands(report)) == [
        "::error file=acme/contract.yml,title=a.c (must)::lost%0ARecords.",
        "::warning file=acme/contract.yml,title=a.d (should)::slow",
        "::error file=acme/contract.yml,title=a.e (must)::ours",
    ]
    assert [line.split()[0] for line in github.workflow_commands(report, strict=True)] == ["::error"] * 3


def test_one_cause_is_one_annotation(make_result: Make, make_report: Bundle) -> None:
    """GitHub shows few annotations, so streams that fail alike share one."""
    failed = [make_result(outcome=Outcome.FAILED, message="lost", stream=name) for name in ("orders", "products")]
    (line,) = github.workflow_commands(make_report(*failed))

    assert line.endswith("::lost%0AThe same: pagination.complete[products]")


def test_paths_are_relative_to_the_workspace(make_result: Make, make_report: Bundle, tmp_path: Path) -> None:
    """GitHub knows files by their path in the repository."""
    report = make_report(make_result(outcome=Outcome.FAILED, message="x"), file=str(tmp_path / "a" / "contract.yml"))

    (line,) = github.workflow_commands(report, workspace=tmp_path)
    assert line.startswith("::error file=a/contract.yml,")


@settings(suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(message=st.text(alphabet="%\r\n:,a", min_size=1), file=st.text(alphabet="%\r\n:,a", min_size=1))
def test_no_text_breaks_out_of_its_command(make_result: Make, make_report: Bundle, message: str, file: str) -> None:
    """An annotation is one line, and message and properties read back as they were."""
    (line,) = github.workflow_commands(make_report(make_result(outcome=Outcome.FAILED, message=message), file=file))

    assert "\n" not in line
    assert "\r" not in line
    properties, _, data = line.removeprefix("::error ").partition("::")
    assert _plain(data) == message
    assert _plain(properties.split(",")[0].removeprefix("file=")) == file


def _plain(text: str) -> str:
    for code, sign in (("%3A", ":"), ("%2C", ","), ("%0D", "\r"), ("%0A", "\n"), ("%25", "%")):
        text = text.replace(code, sign)
    return text


def test_it_is_github_only_where_it_says_so() -> None:
    """The variable is set to `true` there, and nowhere else."""
    assert github.runs_here({"GITHUB_ACTIONS": "true"})
    assert not github.runs_here({"GITHUB_ACTIONS": ""})
    assert not github.runs_here({})
