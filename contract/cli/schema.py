"""``bizon-contract schema``: the JSON Schema of contract.yml."""

from __future__ import annotations

import json

import click


@click.command(short_help="Print the JSON Schema of contract.yml.")
def schema() -> None:
    """Print the JSON Schema of contract.yml, with which editors complete and check it.

    \b
    Example:
      bizon-contract schema > contract.schema.json
    and as the first line of contract.yml:
      # yaml-language-server: $schema=contract.schema.json
    """
    from contract.description.document import json_schema

    click.echo(json.dumps(json_schema(), indent=2, ensure_ascii=False))
