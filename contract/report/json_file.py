"""The report as a JSON file, in its stable format."""

from __future__ import annotations

import json
import os
import sys
from pathlib import Path

from contract.errors import UsageError
from contract.results import Report


class JsonFile:
    """Where a report is going to be written: a path, or ``-`` for standard output.

    Raises:
        UsageError: nothing can be written there. It is said before the work and not after it.
    """

    def __init__(self, destination: str | Path) -> None:
        self.destination = str(destination)
        path = Path(destination)
        if self.is_stdout:
            return
        if path.is_dir():
            raise UsageError(f"{path}: a folder; name a file in it, as in {path / 'report.json'}")
        if not path.absolute().parent.is_dir():
            raise UsageError(f"{path}: the folder {path.absolute().parent} does not exist; make it first")
        if not os.access(path if path.exists() else path.absolute().parent, os.W_OK):
            raise UsageError(f"{path}: not writable; check the permissions or name another file")

    @property
    def is_stdout(self) -> bool:
        """Whether the report goes to standard output, which then belongs to it alone."""
        return self.destination == "-"

    def write(self, report: Report) -> None:
        """Write ``report`` whole or not at all."""
        text = json.dumps(report.to_json(), ensure_ascii=False, indent=2) + "\n"
        # Half a surrogate pair is no UTF-8; Python's escape for it is JSON's, too.
        raw = text.encode("utf-8", "backslashreplace")
        if self.is_stdout:
            sys.stdout.flush()
            sys.stdout.buffer.write(raw)
            sys.stdout.buffer.flush()
            return
        path = Path(self.destination).resolve()
        if path.exists() and not path.is_file():
            path.write_bytes(raw)  # a pipe or a device is written to, never replaced
            return
        part = path.with_name(f".{path.name}.{os.getpid()}.part")
        try:
            part.write_bytes(raw)
            part.replace(path)
        finally:
            part.unlink(missing_ok=True)
