"""``bizon-contract infer``: draft the description of an API from recordings."""

from __future__ import annotations

from pathlib import Path

import click

from contract.cli.extras import needing

UNPROVEN = 1


@click.command(short_help="Draft `api:` from recordings.")
@click.argument("file", metavar="FILE", type=click.Path(path_type=Path))
@click.option("--print", "only_print", is_flag=True, help="Show the draft, and leave the file alone.")
def infer(file: Path, only_print: bool) -> None:
    """Draft the `api:` part of FILE from the cassettes of its streams, and write it there.

    Each line says what it was taken from; what the recordings leave open is asked in comments above. The draft is then tried: the
    connector syncs each stream from the simulation of it.

    \b
    Examples:
      bizon-contract infer contract.yml
      bizon-contract infer contract.yml --print

    Exit status: 0 when every stream syncs from the draft, 1 when one does not, 2 when the call or a file is wrong.
    """
    with needing("record", "vcr"):
        from contract import inferring
    from contract.description.document import read
    from contract.errors import UsageError

    document = read(file)
    if document.contract.api is not None and not only_print:
        raise UsageError(f"{file} has an `api:` already: it stays as it is; `--print` shows the draft")
    found = inferring.infer(document)
    if only_print:
        click.echo(found.text, nl=False)
    else:
        inferring.write(document, found)
        click.echo(f"{file}: `api:` is drafted from {len(found.problems)} recordings; read it", err=True)
    for question in found.questions:
        click.echo(f"open: {question}", err=True)
    for stream, problem in found.problems.items():
        click.echo(f"{stream}: {'syncs from the draft' if problem is None else problem}", err=True)
    click.get_current_context().exit(UNPROVEN if any(found.problems.values()) else 0)
