"""Annotations of GitHub Actions: failures appear at the contract.yml in the pull request."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from pathlib import Path

from contract.report.causes import Cause, causes
from contract.results import Outcome, Report


def runs_here(environment: Mapping[str, str]) -> bool:
    """Whether this is a job of GitHub Actions."""
    return environment.get("GITHUB_ACTIONS") == "true"


def workflow_commands(report: Report, *, strict: bool = False, workspace: str | Path | None = None) -> Iterator[str]:
    """One workflow command per cause: an error for what breaks the contract, a warning for what does not.

    ``workspace`` is what GitHub shows paths relative to (GITHUB_WORKSPACE); default: the current folder.
    """
    for outcome in (Outcome.FAILED, Outcome.ERROR):
        for cause in causes(report, outcome):
            level = "error" if cause.first.breaks(strict=strict) else "warning"
            file = _relative(cause.connector.file, Path(workspace or Path.cwd()))
            title = f"{cause.first.name} ({cause.first.severity})"
            yield f"::{level} file={_property(file)},title={_property(title)}::{_data(_message(cause))}"


def _message(cause: Cause) -> str:
    lines = [cause.first.message or "no reason was given"]
    if cause.others:
        lines.append("The same: " + ", ".join(other.name for other in cause.others))
    lines += [text for text in (cause.first.cost, cause.first.fix) if text]
    return "\n".join(lines)


def _relative(file: str, workspace: Path) -> str:
    path = Path(file).absolute()
    return path.relative_to(workspace).as_posix() if path.is_relative_to(workspace) else file


def _data(text: str) -> str:
    """Escape as GitHub's toolkit does (packages/core/src/command.ts): a line break would end the command."""
    return text.replace("%", "%25").replace("\r", "%0D").replace("\n", "%0A")


def _property(text: str) -> str:
    return _data(text).replace(":", "%3A").replace(",", "%2C")
