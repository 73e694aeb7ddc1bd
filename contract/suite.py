"""A contract as a pytest class, without importing pytest or the connector."""

from __future__ import annotations

import inspect
from dataclasses import dataclass
from pathlib import Path


@dataclass(frozen=True)
class Suite:
    """What `contract_suite` leaves in a test module for the pytest plugin to collect: where the contract.yml is."""

    path: Path
    profile: str | None
    clauses: tuple[str, ...]
    streams: tuple[str, ...]


def contract_suite(
    path: str | Path, *, profile: str | None = None, clauses: tuple[str, ...] = (), streams: tuple[str, ...] = ()
) -> type:
    """A class for a test module, collected as one item per clause, stream and authentication type.

    ```python
    from contract import contract_suite

    TestAcme = contract_suite("acme_connector/contract.yml")
    ```

    Nothing is read, imported or sent until pytest collects, and then only the file is read.

    Args:
        path: of the contract.yml; relative to the test module, or else to pytest's root directory.
        profile: `quick`, `standard` or `thorough`; None: what `--contract-profile` says. `soak` is for the command alone.
        clauses: ids or globs; empty: the whole contract.
        streams: names; empty: all.
    """
    caller = inspect.stack(context=0)[1].filename
    beside = Path(caller).parent / path
    suite = Suite(beside if beside.exists() else Path(path), profile, tuple(clauses), tuple(streams))
    return type("ContractSuite", (), {"__contract_suite__": suite, "__doc__": f"The contract of {path}."})
