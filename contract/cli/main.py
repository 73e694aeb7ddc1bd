"""The command ``bizon-contract``: its group, and how it ends when something goes wrong."""

from __future__ import annotations

import errno
import os
import traceback
from typing import Any

import click

import contract
from contract.cli.cassettes import cassettes
from contract.cli.check import check
from contract.cli.clauses import clauses
from contract.cli.infer import infer
from contract.cli.lock import lock
from contract.cli.record import record
from contract.cli.schema import schema
from contract.cli.serve import serve
from contract.errors import UsageError

DEBUG = "BIZON_CONTRACT_DEBUG"
"""Environment variable: with 1, a defect of ours shows its traceback."""

WRONG_CALL = 2
INTERRUPTED = 130


class _Commands(click.Group):
    """Turns what commands raise into one message and an exit status; a traceback helps no user."""

    def invoke(self, ctx: click.Context) -> Any:
        """Run the command."""
        try:
            return super().invoke(ctx)
        except (click.ClickException, click.exceptions.Exit, click.Abort):
            raise
        except UsageError as error:
            click.echo(str(error), err=True)
            ctx.exit(WRONG_CALL)
        except KeyboardInterrupt:
            click.echo("Interrupted.", err=True)
            ctx.exit(INTERRUPTED)
        except Exception as error:  # whatever it is, it is told in one line
            if isinstance(error, OSError) and error.errno == errno.EPIPE:
                raise  # the reader of a pipe left; click knows what to do
            if os.environ.get(DEBUG) == "1":
                click.echo("".join(traceback.format_exception(error)), err=True)
            click.echo(_defect(error), err=True)
            ctx.exit(WRONG_CALL)


def _defect(error: Exception) -> str:
    text = " ".join(f"{type(error).__name__}: {error}".split())
    hint = "" if os.environ.get(DEBUG) == "1" else f" with what {DEBUG}=1 shows"
    return f"A defect of bizon-contract, not of your connector: {text}. Please report it{hint}."


@click.group(cls=_Commands, context_settings={"help_option_names": ["-h", "--help"], "max_content_width": 100})
@click.version_option(contract.__version__, prog_name="bizon-contract")
def main() -> None:
    """Put any bizon connector under contract.

    A contract.yml names the connector and says what its API does. `check` then judges, over thousands of simulated
    syncs, that the connector loses nothing, ends, retries, resumes, authenticates and leaks nothing.

    \b
    Begin here:
      bizon-contract check contract.yml
    """


for command in (check, record, cassettes, infer, serve, lock, clauses, schema):
    main.add_command(command)
