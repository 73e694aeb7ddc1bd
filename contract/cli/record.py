"""``bizon-contract record``: record cassettes against the real API, without its secrets."""

from __future__ import annotations

import os
from pathlib import Path
from typing import TYPE_CHECKING

import click

from contract.cli.extras import needing

if TYPE_CHECKING:
    from rich.status import Status

    from contract.recording.capture import Captured, Progress

INTERRUPTED = 130


@click.command(short_help="Record cassettes against the real API.")
@click.argument("file", metavar="FILE", type=click.Path(path_type=Path))
@click.option("--stream", "streams", multiple=True, metavar="NAME", help="Only these streams.")
@click.option("--pages", type=click.IntRange(min=1), metavar="N", help="Pages of each stream; default: all of them.")
@click.option(
    "--config",
    "config_file",
    metavar="FILE",
    type=click.Path(path_type=Path),
    help="The pipeline, or its `source:`, with the real credentials; env:// references are resolved.",
)
@click.option("--again", is_flag=True, help="Record streams anew that have a cassette.")
@click.option("--refresh", is_flag=True, help="The same, and show what has changed in the shape of the API.")
def record(
    file: Path, streams: tuple[str, ...], pages: int | None, config_file: Path | None, again: bool, refresh: bool
) -> None:
    """Record one sync of each stream of the connector in FILE against the real API: the check, the count, then its pages.

    A cassette is vcrpy's, without credentials, cookies and tokens; it is searched once more for every secret of the config, and not
    kept where one is left. Three pages show how one leads to the next: set the page size so that there are three.
    Ctrl-C keeps what was recorded.

    \b
    Examples:
      bizon-contract record contract.yml --config real.yml --pages 3
      bizon-contract record contract.yml --stream orders --again
      bizon-contract record contract.yml --refresh

    Then `bizon-contract infer` drafts the description of the API.
    """
    from rich.console import Console

    with needing("record", "vcr"):
        from contract import captures
    from contract.description.document import read

    console = Console(stderr=True)
    document = read(file)
    subject = captures.subject_of(document, config_file)
    work = captures.planned(document, subject, streams)
    if not (again or refresh):
        captures.refuse_existing(work)
    for stream, path in work.items():
        before = captures.shape(document, stream, path) if refresh and path.is_file() else None
        with console.status(f"{stream}: connecting") as status:
            captured = captures.capture(subject, stream, path, pages=pages, progress=_progress(status, stream))
        click.echo(_told(captured), err=True)
        for line in captures.looked_at(captured):
            click.echo(f"  look at it: {line}", err=True)
        if before is not None:
            for line in captures.changes(document, before, stream, path):
                click.echo(f"  {line}", err=True)
        if captured.interrupted:
            click.get_current_context().exit(INTERRUPTED)


def _progress(status: Status, stream: str) -> Progress:
    return lambda pages, records: status.update(f"{stream}: {pages} pages, {records} records")


def _told(captured: Captured) -> str:
    size = captured.path.stat().st_size
    end = "to its end" if captured.ended else "interrupted; what came is kept" if captured.interrupted else "so far"
    path = os.path.relpath(captured.path)
    return f"{path}: {captured.pages} pages, {captured.records} records, {end} ({size / 1000:,.0f} kB)"
