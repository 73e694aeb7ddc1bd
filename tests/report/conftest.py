"""Results made by hand."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import pytest

from contract.results import ConnectorReport, Evidence, Outcome, Report, Result, Severity


def result(clause: str = "pagination.complete", outcome: Outcome = Outcome.PASSED, **more: Any) -> Result:
    """A result of ``clause``."""
    given: dict[str, Any] = {
        "severity": Severity.MUST,
        "stream": "orders",
        "variant": None,
        "evidence": Evidence.API,
        "examples": 10,
        "requests": 50,
    }
    return Result(clause=clause, chapter=clause.split(".", maxsplit=1)[0], outcome=outcome, **{**given, **more})


def report(*results: Result, **more: Any) -> Report:
    """A report on one connector with two streams."""
    connector = ConnectorReport(
        "acme", "source.py:Acme", more.pop("file", "acme/contract.yml"), ("orders", "products"), results
    )
    return Report(**{"version": "0.1.0", "profile": "standard", "seed": 7, "connectors": (connector,), **more})


@pytest.fixture
def make_result() -> Callable[..., Result]:
    """Makes a result."""
    return result


@pytest.fixture
def make_report() -> Callable[..., Report]:
    """Makes a report of results."""
    return report
