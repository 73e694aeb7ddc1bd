"""Failures with one cause, told once: the same clause, broken in the same way, on several streams."""

from __future__ import annotations

import re
import shlex
from collections.abc import Iterator
from dataclasses import dataclass

from contract.results import ConnectorReport, Evidence, Outcome, Report, Result, Severity


@dataclass(frozen=True)
class Cause:
    """What is told once: the first result of its kind, and the others like it."""

    connector: ConnectorReport
    first: Result
    others: tuple[Result, ...] = ()


def causes(report: Report, outcome: Outcome) -> Iterator[Cause]:
    """The results that ended in ``outcome``, by cause; `must` before `should`, else in the order judged."""
    for connector in report.connectors:
        alike: dict[tuple[str, str], list[Result]] = {}
        for result in connector.results:
            if result.outcome is outcome:
                alike.setdefault((result.clause, _common(result)), []).append(result)
        for first, *others in sorted(alike.values(), key=lambda results: results[0].severity is not Severity.MUST):
            yield Cause(connector, first, tuple(others))


def _common(result: Result) -> str:
    """The message without what names its stream or variant: `/orders`, `Streams.ORDERS`."""
    text = result.message or ""
    for name in (result.stream, result.variant):
        if name:
            text = re.sub(rf"(?<![A-Za-z0-9]){re.escape(name)}(?![A-Za-z0-9])", "*", text, flags=re.IGNORECASE)
    return text


def command(report: Report, connector: ConnectorReport, result: Result) -> str:
    """What to type to judge ``result`` again."""
    words = ["bizon-contract", "check", connector.file]
    if result.replay is not None:
        return shlex.join([*words, "--replay", result.replay])
    words += ["--clause", result.clause]
    if result.stream is not None:
        words += ["--stream", result.stream]
    if report.profile != "standard":
        words += ["--profile", report.profile]
    if result.evidence is Evidence.LIVE:
        words.append("--live")
    return shlex.join([*words, "--seed", str(report.seed)])
