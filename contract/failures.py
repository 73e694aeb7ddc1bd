"""Failures that are kept: each in a file beside its contract.yml, under an id by which `check --replay` tries it again."""

from __future__ import annotations

import hashlib
import json
import os
from collections.abc import Iterable
from dataclasses import asdict, dataclass
from pathlib import Path
from typing import Any, Self

from contract.errors import UnknownNameError, UsageError

FOLDER = ".bizon-contract"
"""Beside contract.yml; it keeps itself out of version control, as pytest's cache does."""


@dataclass(frozen=True)
class Failed:
    """A clause that did not hold: which, where, and the case as JSON."""

    file: str
    """The name of the contract.yml."""
    item: str
    """``pagination.complete[orders]``"""
    stream: str
    case: dict[str, Any]

    @property
    def id(self) -> str:
        """The same failure has the same id, wherever it is found."""
        text = json.dumps(asdict(self), sort_keys=True)
        return hashlib.sha256(text.encode()).hexdigest()[:6]

    def keep(self, folder: Path) -> str | None:
        """Write it below ``folder``; its id, or None where nothing can be written."""
        path = folder / FOLDER / "failures" / f"{self.id}.json"
        part = path.with_name(f"{path.name}.{os.getpid()}.part")
        try:
            path.parent.mkdir(parents=True, exist_ok=True)
            (folder / FOLDER / ".gitignore").write_text("*\n", "utf-8")
            part.write_text(json.dumps(asdict(self), indent=2) + "\n", "utf-8")
            part.replace(path)
        except OSError:
            return None
        return self.id

    @classmethod
    def read(cls, path: Path) -> Self:
        """The failure kept in ``path``.

        Raises:
            UsageError: the file is not one of ours.
        """
        try:
            return cls(**json.loads(path.read_text("utf-8")))
        except (OSError, ValueError, TypeError) as error:
            raise UsageError(f"{path}: not a kept failure ({error}); delete it and run `check` again") from error


def find(files: Iterable[Path], wanted: str) -> tuple[Path, Failed]:
    """The failure ``wanted`` and its contract.yml, one of ``files``.

    Raises:
        UnknownNameError: none of them has such a failure.
        UsageError: its file cannot be read.
    """
    known = []
    for file in files:
        for path in sorted((file.parent / FOLDER / "failures").glob("*.json")):
            if path.stem == wanted:
                found = Failed.read(path)
                if found.file == file.name:
                    return file, found
            known.append(path.stem)
    rest = f"; kept are {', '.join(known)}" if known else "; none is kept there: `check` keeps those that it finds"
    raise UnknownNameError(f"no failure {wanted!r} is kept beside the contracts given{rest}")
