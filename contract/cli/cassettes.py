"""``bizon-contract cassettes``: what the recordings of a contract hold, and whether they are still good."""

from __future__ import annotations

import os
from collections.abc import Iterator
from pathlib import Path
from typing import TYPE_CHECKING

import click

from contract.cli.extras import needing

if TYPE_CHECKING:
    from contract.shelf import Shelved

NOT_GOOD = 1


@click.command(short_help="What the cassettes hold, and whether they still fit.")
@click.argument("file", metavar="FILE", type=click.Path(path_type=Path))
@click.option("--stream", "streams", multiple=True, metavar="NAME", help="Only these streams.")
@click.option(
    "--max-age",
    type=click.IntRange(min=0),
    metavar="DAYS",
    help="Older ones are to be recorded anew; default: `cassettes_max_age` of the contract.",
)
@click.option("--against", metavar="REV", help="Also what has changed in the shape of the API since this git revision.")
def cassettes(file: Path, streams: tuple[str, ...], max_age: int | None, against: str | None) -> None:
    """List the cassettes of the connector in FILE: age, pages, records, hosts, statuses, what was masked, what looks like a secret.

    Each is played through the connector. Exits with 1 when one is too old, cannot be read, or does not fit the connector any more.

    \b
    Examples:
      bizon-contract cassettes contract.yml --max-age 90
      bizon-contract cassettes contract.yml --stream orders --against main
    """
    with needing("record", "vcr"):
        from contract.shelf import shelf, since
    from contract.description.document import read

    document = read(file)
    good = True
    for each in shelf(document, streams, max_age):
        for line in _told(each):
            click.echo(line)
        if against is not None and each.pages and each.since is None:
            for line in since(document, each.stream, each.path, against):
                click.echo(f"  since {against}: {line}")
        good = good and not each.problems
    if not good:
        click.get_current_context().exit(NOT_GOOD)


def _told(each: Shelved) -> Iterator[str]:
    age = "of an unknown age" if each.days is None else "of today" if each.days < 1 else f"{each.days} days old"
    end = ", to its end" if each.ended else ""
    since = f" changed since {each.since:%Y-%m-%dT%H:%M:%S}" if each.since else ""
    yield f"{os.path.relpath(each.path)}: {age}, {each.pages} pages, {each.records} records{since}{end}"
    if each.hosts:
        hosts = ", ".join(f"{number} of {host}" for host, number in each.hosts)
        yield f"  requests: {hosts}; answers: {', '.join(f'{number} x {status}' for status, number in each.statuses)}"
    if each.masked:
        yield f"  masked: {', '.join(each.masked)}"
    yield from (f"  look at it: {line}" for line in each.suspects)
    yield from (f"  record it anew: {line}" for line in each.problems)
