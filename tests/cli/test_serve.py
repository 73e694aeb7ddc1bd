"""`bizon-contract serve`: the described API, reachable as it says."""

from __future__ import annotations

import re
import socket
import sys
from collections.abc import Callable
from pathlib import Path
from types import ModuleType
from typing import Any

import pytest
import requests

import contract
from contract.messages import Request, Response, json_response
from contract.simulation.clock import VirtualClock
from contract.simulation.faults import Schedule
from contract.simulation.network import Network
from contract.simulation.server import Server

Run = Callable[..., Any]


class Api:
    """Answers every request with an empty page."""

    def kind(self, request: Request) -> str:
        """Every request lists."""
        return "list"

    def respond(self, request: Request) -> Response:
        """Nothing."""
        return json_response(200, {"data": []})


@pytest.fixture
def asked(monkeypatch: pytest.MonkeyPatch) -> dict[str, Any]:
    """How the simulated network was asked for."""
    called: dict[str, Any] = {}

    def network(document: Any, *, records: int, seed: int, schedule: Schedule) -> Network:
        called.update(document=document, records=records, seed=seed, schedule=schedule)
        return Network({"https://api.acme.com:443": Api()}, VirtualClock(), schedule)

    module = ModuleType("contract.serving")
    module.network = network  # type: ignore[attr-defined]
    monkeypatch.setitem(sys.modules, "contract.serving", module)
    monkeypatch.setattr(contract, "serving", module, raising=False)
    return called


def use(monkeypatch: pytest.MonkeyPatch, paths: list[str]) -> list[int]:
    """Ask for ``paths`` while the server serves, instead of waiting for Ctrl-C."""
    statuses: list[int] = []

    def serve_forever(self: Server) -> None:
        for path in paths:
            with requests.Session() as session:
                session.trust_env = False
                statuses.append(session.get(self.url + path, verify=self.ca_file or True, timeout=5).status_code)

    monkeypatch.setattr(Server, "serve_forever", serve_forever)
    return statuses


def test_what_is_printed_can_be_used(
    run: Run, asked: dict[str, Any], contract_file: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """URLs, credentials and a curl line are printed, then each request with its answer and fault."""
    statuses = use(monkeypatch, ["/v2/orders?limit=2", "/v2/orders"])
    ran = run("serve", contract_file, "--fault", "503@2", "--records", "7", "--seed", "4")

    assert ran.exit_code == 0, ran.output
    assert statuses == [200, 503]
    assert (asked["records"], asked["seed"], len(asked["schedule"].rules)) == (7, 4, 1)
    lines = re.sub(r":\d+/", ":PORT/", ran.output).splitlines()
    assert lines == [
        "https://api.acme.com/v2 is served at http://127.0.0.1:PORT/v2; Ctrl-C stops it",
        "  orders       GET http://127.0.0.1:PORT/v2/orders",
        "  accepts      Authorization: Bearer acme-test-token",
        "  or           oauth client acme-client, secret acme-test-secret, tokens at POST http://127.0.0.1:PORT/oauth/token",
        "Try:",
        "  curl -H 'Authorization: Bearer acme-test-token' http://127.0.0.1:PORT/v2/orders",
        "",
        "GET /v2/orders?limit=2 -> 200",
        "GET /v2/orders -> 503 (fault: 503)",
        "Stopped after 2 requests.",
    ]


@pytest.mark.usefixtures("asked")
def test_tls_names_its_authority(run: Run, contract_file: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """With --tls the CA file is named, and curl is told of it."""
    statuses = use(monkeypatch, ["/v2/orders"])
    ran = run("serve", contract_file, "--tls")

    assert statuses == [200]
    found = re.search(r"CA file +(\S+)", ran.output)
    assert found is not None
    assert f"curl --cacert {found[1]} " in ran.output


@pytest.mark.usefixtures("asked")
def test_a_port_that_is_taken_is_told(run: Run, contract_file: Path) -> None:
    """The way out is another port."""
    with socket.socket() as taken:
        taken.bind(("127.0.0.1", 0))
        taken.listen()
        ran = run("serve", contract_file, "--port", taken.getsockname()[1])

    assert ran.exit_code == 2
    assert "choose another --port" in ran.stderr


def test_without_a_description_there_is_nothing_to_serve(run: Run, tmp_path: Path) -> None:
    """The class alone makes no server."""
    path = tmp_path / "contract.yml"
    path.write_text("source: a.py:B\nconfig: {}\n")
    ran = run("serve", path)

    assert ran.exit_code == 2
    assert "there is nothing to serve; describe the API under `api:`" in ran.stderr


def test_a_fault_that_means_nothing_is_refused_first(run: Run, contract_file: Path) -> None:
    """Nothing is served with half of what was asked for."""
    ran = run("serve", contract_file, "--fault", "rest@1")

    assert ran.exit_code == 2
    assert "did you mean reset?" in ran.stderr


@pytest.mark.usefixtures("asked")
def test_a_missing_extra_is_named(run: Run, contract_file: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """Without the libraries of the server, the command says what to install."""
    monkeypatch.delitem(sys.modules, "contract.simulation.server")
    monkeypatch.setitem(sys.modules, "trustme", None)
    ran = run("serve", contract_file)

    assert ran.exit_code == 2
    assert "pip install 'bizon-contract[serve]'" in ran.stderr
