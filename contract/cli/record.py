"""``bizon-contract record``: record cassettes against the real API, without its secrets."""

from __future__ import annotations

import os
from pathlib import Path
from typing import TYPE_CHECKING

import click

from contract.cli.extras import needing
from contract.errors import UsageError

if TYPE_CHECKING:
    from collections.abc import Iterator

    from rich.console import Console
    from rich.status import Status

    from contract.recording.anonymous import Anonymous
    from contract.recording.capture import Captured, Progress
    from contract.subject.building import Subject

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
@click.option(
    "--anonymise",
    is_flag=True,
    help="Replace e-mail addresses, names, phone numbers and the like by others of their form.",
)
@click.option(
    "--anonymise-key", "keys", multiple=True, metavar="NAME", help="The same, and all values under this key as well."
)
def record(
    file: Path,
    streams: tuple[str, ...],
    pages: int | None,
    config_file: Path | None,
    again: bool,
    refresh: bool,
    anonymise: bool,
    keys: tuple[str, ...],
) -> None:
    """Record one sync of each stream of the connector in FILE against the real API: the check, the count, then its pages.

    Where the connector has get_records_after(), an incremental run follows, since an instant at which about half of the records had
    not changed yet: <stream>.incremental.yaml.

    A cassette is vcrpy's, without credentials, cookies and tokens; it is searched once more for every secret of the config, and not
    kept where one is left. Three pages show how one leads to the next: set the page size so that there are three.
    Ctrl-C keeps what was recorded. --anonymise replaces the same value by the same one in all streams, also in next links and cursors.

    \b
    Examples:
      bizon-contract record contract.yml --config real.yml --pages 3
      bizon-contract record contract.yml --stream orders --again
      bizon-contract record contract.yml --refresh
      bizon-contract record contract.yml --anonymise --anonymise-key nickname

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
    anonymous = captures.anonymous_of(document, keys) if anonymise or keys else None
    recorded: list[tuple[str, Captured]] = []
    try:
        for stream, path in work.items():
            before = captures.shape(document, stream, path) if refresh and path.is_file() else None
            for captured in _captured(console, subject, stream, path, pages, anonymous):
                recorded.append((stream, captured))
                click.echo(_told(captured), err=True)
                for line in captures.looked_at(captured):
                    click.echo(f"  look at it: {line}", err=True)
            if before is not None:
                for line in captures.changes(document, before, stream, path):
                    click.echo(f"  {line}", err=True)
            if recorded[-1][1].interrupted:
                click.get_current_context().exit(INTERRUPTED)
    finally:
        # Also where a stream fails: what the others told is to be replaced in all of them.
        for line in captures.anonymised(recorded, subject, anonymous) if anonymous else ():
            click.echo(line, err=True)


def _captured(
    console: Console, subject: Subject, stream: str, path: Path, pages: int | None, anonymous: Anonymous | None
) -> Iterator[Captured]:
    """The sync of a stream, then its incremental run, where the connector makes one."""
    from contract import captures

    with console.status(f"{stream}: connecting") as status:
        progress = _progress(status, stream)
        full = captures.capture(subject, stream, path, pages=pages, progress=progress, anonymous=anonymous)
    yield full
    if full.interrupted or not subject.supports_incremental():
        return
    try:
        with console.status(f"{stream}: an incremental run") as status:
            progress = _progress(status, f"{stream}: an incremental run")
            run = captures.capture_increment(subject, stream, full, pages=pages, progress=progress, anonymous=anonymous)
    except UsageError as error:
        click.echo(f"  no incremental run: {error}", err=True)
    else:
        yield run


def _progress(status: Status, stream: str) -> Progress:
    return lambda pages, records: status.update(f"{stream}: {pages} pages, {records} records")


def _told(captured: Captured) -> str:
    size = captured.path.stat().st_size
    end = "to its end" if captured.ended else "interrupted; what came is kept" if captured.interrupted else "so far"
    path = os.path.relpath(captured.path)
    return f"{path}: {captured.pages} pages, {captured.records} records, {end} ({size / 1000:,.0f} kB)"
