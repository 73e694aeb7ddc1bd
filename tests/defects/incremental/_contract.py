"""Parts of the good connectors' contracts."""

import copy
from typing import Any


def incremental(contract: dict[str, Any], **other: Any) -> dict[str, Any]:
    """The same contract with ``other`` parts of what is described of increments."""
    changed = copy.deepcopy(contract)
    for stream in changed["api"]["streams"].values():
        stream["incremental"] |= other
    return changed
