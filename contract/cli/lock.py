"""``bizon-contract lock``: keep today's checkpoints, for later releases to resume from."""

from __future__ import annotations

import os
from pathlib import Path

import click


@click.command(short_help="Keep today's checkpoints.")
@click.argument("file", metavar="FILE", type=click.Path(path_type=Path))
@click.argument("release")
def lock(file: Path, release: str) -> None:
    """Write what RELEASE of the connector leaves in bizon's backend into checkpoints.lock, beside the contract.

    That is the paginations of a sync, and the states and paginations of increments.

    Run it when you release the connector, and commit the file: checkpoints.compatible then resumes from them under
    every later version. What earlier releases left stays in the file.

    \b
    Example:
      bizon-contract lock acme_connector/contract.yml 1.4.0
    """
    from contract.description import lock as locks
    from contract.description.document import read
    from contract.docket import Docket, checkpoints
    from contract.errors import UsageError

    document = read(file)
    kept = locks.read(document.folder) or {}
    if release in kept:
        raise UsageError(f"{locks.NAME} holds release {release!r} already: it stays as it was; name another one")
    found = checkpoints(Docket(document))
    path = locks.write(document.folder, kept | {release: found})
    counts = ", ".join(f"{len(each)} of {name}" for name, each in found.items())
    click.echo(f"{os.path.relpath(path)}: the checkpoints of {release} are in it ({counts})")
