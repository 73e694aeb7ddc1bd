"""Writing today's failures into a contract.yml, with its comments and layout kept."""

from __future__ import annotations

import io
from collections.abc import Iterable
from pathlib import Path
from typing import TYPE_CHECKING, Any

from contract.errors import UsageError

if TYPE_CHECKING:
    from contract.results import Result

REASON = "found when the contract was adopted: say here why it is left, or mend it"
"""What stands as the reason until the author writes one."""


def entries(failed: Iterable[Result], judged: Iterable[Result]) -> list[str]:
    """The keys for ``expected_failures``: the clause where it fails wherever it was judged, else each item."""
    failing: dict[str, list[str]] = {}
    for result in failed:
        failing.setdefault(result.clause, []).append(result.name)
    everywhere: dict[str, set[str]] = {}
    for result in judged:
        everywhere.setdefault(result.clause, set()).add(result.name)
    return [
        key
        for clause, names in failing.items()
        for key in ([clause] if everywhere.get(clause, set()) <= set(names) else names)
    ]


def yaml_with_comments() -> Any:
    """The YAML reader and writer that keeps comments: ruamel.yaml's.

    Raises:
        UsageError: it is not installed.
    """
    try:
        from ruamel.yaml import YAML
    except ImportError as error:
        raise UsageError(
            "--write-expected keeps the comments of a contract.yml with ruamel.yaml: pip install 'bizon-contract[write]'"
        ) from error
    return YAML()


def add_expected(path: Path, keys: Iterable[str]) -> list[str]:
    """Add ``keys`` to ``expected_failures`` of the file, each with a placeholder for the reason; those that were new.

    Raises:
        UsageError: the library that keeps comments is not installed, or the file cannot be written.
    """
    yaml = yaml_with_comments()
    yaml.preserve_quotes = True
    yaml.width = 4096
    document = yaml.load(path.read_text("utf-8"))
    known = document.get("expected_failures") or {}
    new = [key for key in keys if key not in known]
    if not new:
        return []
    if not document.get("expected_failures"):
        document["expected_failures"] = {}
    for key in new:
        document["expected_failures"][key] = {"reason": REASON}
    text = io.StringIO()
    yaml.dump(document, text)
    try:
        path.write_text(text.getvalue(), "utf-8")
    except OSError as error:
        raise UsageError(f"{path} cannot be written: {error.strerror}") from error
    return new
