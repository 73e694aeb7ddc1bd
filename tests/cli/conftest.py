"""A runner of commands, a contract to give them, and a judge that judges nothing."""

from __future__ import annotations

import sys
from collections.abc import Callable, Iterator
from pathlib import Path
from types import ModuleType
from typing import Any

import pytest
from click.testing import CliRunner
from click.testing import Result as Ran

import contract
from contract.cli.main import main
from contract.results import (
    Began,
    ConnectorReport,
    Event,
    Evidence,
    Judged,
    Outcome,
    Planned,
    Report,
    Result,
    Severity,
)

CONTRACT = """\
source: source.py:AcmeSource
config: {name: acme}
api:
  base_url: https://api.acme.com/v2
  auth:
    - {type: bearer, token: acme-test-token}
    - {type: oauth, token_url: https://api.acme.com/oauth/token, client_id: acme-client, client_secret: acme-test-secret}
  streams:
    orders:
      path: /orders
      records: data
      paging: {style: offset, send: offset}
"""


@pytest.fixture(autouse=True)
def quiet_environment(monkeypatch: pytest.MonkeyPatch) -> None:
    """The environment of whoever runs the tests decides nothing."""
    for name in ("GITHUB_ACTIONS", "GITHUB_WORKSPACE", "BIZON_CONTRACT_DEBUG", "COLUMNS", "FORCE_COLOR", "NO_COLOR"):
        monkeypatch.delenv(name, raising=False)


@pytest.fixture
def run() -> Callable[..., Ran]:
    """Runs the command with arguments."""
    return lambda *arguments: CliRunner().invoke(main, [str(each) for each in arguments], prog_name="bizon-contract")


@pytest.fixture
def contract_file(tmp_path: Path) -> Path:
    """A contract.yml that describes an API."""
    path = tmp_path / "contract.yml"
    path.write_text(CONTRACT)
    return path


class Judge:
    """Stands for contract.judge: yields results made beforehand, and remembers how it was called."""

    def __init__(self) -> None:
        self.outcomes: list[Outcome] = [Outcome.PASSED]
        self.severity = Severity.MUST
        self.raises: BaseException | None = None
        self.raises_after = 0
        self.called_with: dict[str, Any] = {}

    def run(self, paths: list[Path], **options: Any) -> Iterator[Event]:
        """Yield the events of a run."""
        self.called_with = {"paths": paths, **options}
        if self.raises is not None and not self.raises_after:
            raise self.raises
        yield Planned(("acme",), len(self.outcomes))
        results = []
        for number, outcome in enumerate(self.outcomes):
            if self.raises is not None and number == self.raises_after:
                raise self.raises
            clause = f"pagination.c{number}"
            yield Began("acme", clause)
            result = Result(clause, "pagination", self.severity, "orders", None, Evidence.API, outcome, message="why")
            results.append(result)
            yield Judged("acme", result)
        connector = ConnectorReport("acme", "source.py:AcmeSource", str(paths[0]), ("orders",), tuple(results))
        yield Report("0.1.0", options["profile"], options["seed"], (connector,))


@pytest.fixture
def judge(monkeypatch: pytest.MonkeyPatch) -> Judge:
    """The judge that `check` calls."""
    stand_in, module = Judge(), ModuleType("contract.judge")
    module.run = stand_in.run  # type: ignore[attr-defined]
    monkeypatch.setitem(sys.modules, "contract.judge", module)
    monkeypatch.setattr(contract, "judge", module, raising=False)
    return stand_in
