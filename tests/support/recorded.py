"""Recordings of the good connectors, made in a simulated world by vcrpy as those of a real API are."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import replace
from pathlib import Path
from typing import Any

from contract.description.connector import Contract
from contract.description.document import Document
from contract.docket import Docket, Settings
from contract.recording.anonymous import Anonymous
from contract.recording.capture import capture, capture_increment
from contract.strategies import Case
from tests.support.connectors import loaded

GOOD = Path(__file__).parents[1] / "good"
SIMULATED_IDS = {"cursor_by_ids"}
"""Connectors whose config lists ids, which their own description deals out: with the config as it is there is nothing to record."""

FILES = sorted(
    path for path in GOOD.glob("*.py") if not path.name.startswith(("_", "test_")) and path.stem not in SIMULATED_IDS
)


def contract_of(file: Path, api: Mapping[str, Any] | None = None) -> Contract:
    """The contract of a good connector, with its own description or with another one; it has the cassettes beside it."""
    own = loaded(file).CONTRACT | ({} if api is None else {"api": api})
    return Contract.model_validate(own | {"source": f"{file}:Source", "cassettes": "."})


def docket_of(file: Path, api: Mapping[str, Any] | None = None, path: Path | None = None) -> Docket:
    return Docket(Document(path=path or file, contract=contract_of(file, api)), Settings("quick", keep=False))


def record(
    docket: Docket,
    folder: Path,
    pages: int = 3,
    *,
    short: int = 1,
    limit: int = 100,
    anonymous: Anonymous | None = None,
    runs: bool = True,
    **manners: Any,
) -> None:
    """Record each stream: ``pages`` of the configured size, the last one ``short`` of a full page; then its incremental run."""
    for stream in docket.contract.streams:
        size = page_size(docket, stream)
        case = replace(Case(pages * size - min(short, size - 1), size, seed=1).under(**manners))
        path = folder / f"{stream}.yaml"
        with docket.undisturbed(stream, case):
            full = capture(docket.subject, stream, path, pages=limit, anonymous=anonymous)
            if runs and docket.subject.supports_incremental():
                capture_increment(docket.subject, stream, full, anonymous=anonymous)


def page_size(docket: Docket, stream: str) -> int:
    """The page size that the connector asks for with its config as it is."""
    assert docket.contract.api is not None
    described = docket.contract.api.streams[stream].page_size
    option = described.option if described else None
    return (docket.subject.option_value(option) if option else None) or docket.limits(stream).small(3)
