"""Parts of the good connectors' contracts."""

import copy
from typing import Any


def only(contract: dict[str, Any], stream: str) -> dict[str, Any]:
    """The same contract with one stream."""
    kept = copy.deepcopy(contract)
    kept["api"]["streams"] = {stream: kept["api"]["streams"][stream]}
    return kept


def described(contract: dict[str, Any], stream: str, **other: Any) -> dict[str, Any]:
    """The same contract with ``other`` parts of the description of one stream."""
    changed = only(contract, stream)
    changed["api"]["streams"][stream] |= other
    return changed
