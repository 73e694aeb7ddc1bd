"""Put any bizon connector under contract. Names are resolved on first use: importing this costs nothing."""

from __future__ import annotations

import importlib
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from contract.clauses.own import clause as clause
    from contract.judge import check as check
    from contract.results import Report as Report
    from contract.simulation.handlers import Visit as Visit
    from contract.simulation.handlers import handles as handles
    from contract.suite import contract_suite as contract_suite

_HOMES = {
    "Report": "contract.results",
    "Visit": "contract.simulation.handlers",
    "check": "contract.judge",
    "clause": "contract.clauses.own",
    "contract_suite": "contract.suite",
    "handles": "contract.simulation.handlers",
}

__all__ = ["Report", "Visit", "check", "clause", "contract_suite", "handles"]
__version__ = "0.1.0"


def __getattr__(name: str) -> Any:
    if name in _HOMES:
        return getattr(importlib.import_module(_HOMES[name]), name)
    raise AttributeError(f"module 'contract' has no attribute {name!r}; it has {', '.join(__all__)}")


def __dir__() -> list[str]:
    return [*__all__, "__version__"]
