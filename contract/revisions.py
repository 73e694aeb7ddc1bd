"""What older revisions of a file hold, out of git."""

from __future__ import annotations

import subprocess
from pathlib import Path

from contract.errors import UsageError


def git(folder: Path, *arguments: str) -> bytes:
    """What git says in ``folder``.

    Raises:
        UsageError: there is no git, or it says no.
    """
    try:
        ran = subprocess.run(["git", "-C", str(folder), *arguments], capture_output=True, check=False)  # noqa: S603, S607 - no shell; git of the user's PATH
    except FileNotFoundError as error:
        raise UsageError("--against takes the older revision out of git, and there is no `git` here") from error
    if ran.returncode:
        said = ran.stderr.decode("utf-8", "replace").strip()
        raise UsageError(f"--against: `git {' '.join(arguments)}` in {folder} says: {said}")
    return ran.stdout
