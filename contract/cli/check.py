"""``bizon-contract check``: judge connectors and report."""

from __future__ import annotations

import os
import random
from contextlib import closing, suppress
from pathlib import Path
from typing import TYPE_CHECKING, Any

import click
from click.core import ParameterSource

if TYPE_CHECKING:
    from collections.abc import Sequence

    from rich.console import Console

    from contract.docket import Settings
    from contract.report.json_file import JsonFile
    from contract.results import Report

BROKEN = 1
NOTHING_JUDGED = 2
INTERRUPTED = 130


class Workers(click.ParamType[int]):
    """A number of processes, or `auto`."""

    name = "workers"

    def convert(self, value: Any, param: click.Parameter | None, ctx: click.Context | None) -> int:
        """The number."""
        if value == "auto":
            from contract.workers import processors

            return processors()
        if not str(value).isdecimal() or not int(value):
            self.fail(f"{value!r} is no number of processes: write 1 or more, or `auto`", param, ctx)
        return int(value)


@click.command(short_help="Judge connectors.")
@click.argument("paths", nargs=-1, metavar="[FILE|DIR]...", type=click.Path(path_type=Path))
@click.option("--clause", "clauses", multiple=True, metavar="GLOB", help="Only these: `retry.*`, `*.resume[orders]`.")
@click.option("--stream", "streams", multiple=True, metavar="NAME", help="Only these streams.")
@click.option(
    "--profile",
    type=click.Choice(["quick", "standard", "thorough", "soak"]),
    default="standard",
    show_default=True,
    help="quick: each fault, place and type of credentials once; standard: every pair; thorough: more drawn, and histories; "
    "soak: what is drawn, round after round, also through bizon's engine.",
)
@click.option(
    "--minutes",
    type=click.FloatRange(min=0, min_open=True),
    metavar="N",
    default=10,
    show_default=True,
    help="With --profile soak: no clause begins after so long.",
)
@click.option("--strict", is_flag=True, help="`should` clauses count, too.")
@click.option(
    "-n",
    "workers",
    type=Workers(),
    metavar="WORKERS",
    default=1,
    show_default=True,
    help="Judge in so many processes; `auto`: one for each processor.",
)
@click.option("--json", "json_to", metavar="FILE", help="Write the report as JSON; `-` for standard output.")
@click.option(
    "--seed",
    type=click.IntRange(min=0),
    default=0,
    show_default=True,
    help="Another seed, other syncs; that of a soak is drawn where none is given.",
)
@click.option(
    "--write-expected", is_flag=True, help="Write today's failures into `expected_failures` of each contract.yml."
)
@click.option("--replay", metavar="ID", help="Try one kept failure again, and nothing else.")
@click.option("--against", metavar="REV", help="Compare with an older revision in git, and nothing else.")
@click.option("--mutate", is_flag=True, help="Look for mutants of the connector that this contract misses.")
@click.option(
    "--in",
    "inside",
    multiple=True,
    metavar="FILE",
    help="With --mutate: change these modules instead of the one with the class.",
)
@click.option("--live", is_flag=True, help="Ask the real API where a clause only reads.")
@click.option(
    "--config",
    "config_file",
    metavar="FILE",
    type=click.Path(path_type=Path),
    help="With --live: the pipeline, or its `source:`, with the real credentials; default: the config of contract.yml.",
)
@click.option(
    "--max-requests",
    type=click.IntRange(min=1),
    default=500,
    show_default=True,
    help="With --live: so many requests to the API of one connector, one at a time, and no more.",
)
def check(
    paths: tuple[Path, ...],
    clauses: tuple[str, ...],
    streams: tuple[str, ...],
    profile: str,
    minutes: float,
    strict: bool,
    workers: int,
    json_to: str | None,
    seed: int,
    write_expected: bool,
    replay: str | None,
    against: str | None,
    mutate: bool,
    inside: tuple[str, ...],
    live: bool,
    config_file: Path | None,
    max_requests: int,
) -> None:
    """Judge every contract.yml (and *.contract.yml) in the files and folders given; default: the current folder.

    \b
    Examples:
      bizon-contract check
      bizon-contract check acme_connector/contract.yml --clause 'retry.*' --stream orders
      bizon-contract check connectors/ --profile quick -n auto --json report.json
      bizon-contract check legacy/contract.yml --write-expected
      bizon-contract check legacy/contract.yml --replay 7f3c2a
      bizon-contract check acme_connector --against v1.3.0
      bizon-contract check acme_connector --mutate -n auto
      bizon-contract check acme_connector --profile soak --minutes 60
      bizon-contract check acme_connector --live --config real.yml --max-requests 100

    The report is the same with one process and with many (-n). Ctrl-C ends them all, and tells what is broken so far.
    Failures are kept in .bizon-contract/ beside the contract; --replay says of one whether it is FIXED.

    --profile soak draws, for all clauses and streams in turn, each round with the next seed behind --seed, until its minutes are over or
    Ctrl-C ends it; then it reports what it has. The first failure of a clause on a stream is made small, told at once and kept;
    the others go on. What is not drawn is left to the other profiles.

    --mutate changes the connector, in memory, in one small way after the other (`<` for `<=`, `and` for `or`, 1 for 0), and
    shows the changes that no clause notices: what the contract does not describe, or code that does nothing. It takes
    minutes. Its exit status is 0; with --strict, 1 when a mutant survived.

    Exit status: 0 when every `must` clause holds (with --strict, every `should` clause, too), 1 when some do not, 2 when
    the call, a file or an import is wrong, or nothing could be judged.
    """
    from rich.console import Console

    from contract.description.document import find
    from contract.description.exempting import yaml_with_comments
    from contract.report.json_file import JsonFile

    json_file = JsonFile(json_to) if json_to else None
    # Standard output belongs to the JSON alone where it goes there.
    console = Console(stderr=json_file is not None and json_file.is_stdout)
    files = find(paths or (Path(),))
    if replay is not None:
        _replay(replay, files, console, strict=strict)
    if against is not None:
        _compare(against, files, console)
    if mutate:
        from contract.docket import Settings

        _mutate(files, console, Settings(profile="quick", seed=seed, keep=False, shrink=False), workers, strict=strict)
    elif inside:
        raise click.UsageError("--in says what --mutate mutates: give both")
    _refuse_unlike(files, live=live, config=config_file, workers=workers)
    _refuse_unlike_a_soak(soak=profile == "soak", live=live, workers=workers)
    if write_expected:
        yaml_with_comments()  # what is missing is said before the work, and not after it
    if profile == "soak":
        first = seed if _is_given("seed") else random.randrange(2**31)
        report = _soak(files, console, clauses, streams, first, minutes, strict=strict)
    else:
        asked = {"live": live, "max_requests": max_requests, "config": config_file, "workers": workers}
        report = _judge(files, console, clauses, streams, profile, seed, strict=strict, **asked)
    if write_expected:
        _write_expected(report, strict=strict)
    _hand_over(report, json_file, strict=strict)


def _judge(
    files: Sequence[Path],
    console: Console,
    clauses: tuple[str, ...],
    streams: tuple[str, ...],
    profile: str,
    seed: int,
    *,
    strict: bool,
    **asked: Any,
) -> Report:
    """Judge, and show it; Ctrl-C ends the command."""
    from contract import judge
    from contract.report.terminal import TerminalReport
    from contract.results import Report

    report: Report | None = None
    with TerminalReport(console, strict=strict) as terminal:
        try:
            events = judge.run(files, clauses=clauses, streams=streams, profile=profile, seed=seed, **asked)
            with closing(events):
                for event in events:
                    terminal.event(event)
                    if isinstance(event, Report):
                        report = event
        except KeyboardInterrupt:
            terminal.interrupted()
            click.get_current_context().exit(INTERRUPTED)
    assert report is not None, "the judge yields the report at the end"
    return report


def _soak(
    files: Sequence[Path],
    console: Console,
    clauses: tuple[str, ...],
    streams: tuple[str, ...],
    seed: int,
    minutes: float,
    *,
    strict: bool,
) -> Report:
    """Soak, and show it; Ctrl-C ends it early, and what was found is reported."""
    from contract.report.soaking import SoakReport
    from contract.soaking import Soak

    soak = Soak(files, clauses=clauses, streams=streams, seed=seed, minutes=minutes)
    with SoakReport(console, seed, strict=strict) as shown:
        with suppress(KeyboardInterrupt):
            for event in soak.events():
                shown.event(event)
        shown.report(soak.report)
    return soak.report


def _refuse_unlike(files: Sequence[Path], *, live: bool, config: Path | None, workers: int) -> None:
    """Refuse options about the real API that would be ignored, or break a promise."""
    if live and workers > 1:
        raise click.UsageError("--live asks one request at a time: leave out -n")
    if not live and _is_given("max_requests"):
        raise click.UsageError("--max-requests says how much --live may ask: give both")
    if config and not live:
        raise click.UsageError("--config has the credentials for --live: give both")
    if config and len(files) > 1:
        raise click.UsageError(f"--config is that of one connector, and there are {len(files)}: name its contract.yml")


def _is_given(name: str) -> bool:
    return click.get_current_context().get_parameter_source(name) is not ParameterSource.DEFAULT


def _refuse_unlike_a_soak(*, soak: bool, live: bool, workers: int) -> None:
    """Refuse options of a soak without one, and with one those that it does not have."""
    if not soak and _is_given("minutes"):
        raise click.UsageError("--minutes says how long --profile soak goes on: give both")
    if soak and workers > 1:
        raise click.UsageError(
            "--profile soak judges in one process: leave out -n, and start it twice, each with a --seed"
        )
    if soak and live:
        raise click.UsageError("--profile soak draws cases, which the real API has none of: leave out --live")


def _replay(wanted: str, files: Sequence[Path], console: Console, *, strict: bool) -> None:
    """Try one kept failure again; ends the command: 0 FIXED, 1 FAILED, 2 ERROR."""
    from contract import judge
    from contract.report.terminal import TerminalReport
    from contract.results import Outcome

    context = click.get_current_context()
    _alone("--replay tries one case as it was", "paths", "replay", "strict")
    report = judge.replay(files, wanted)
    with TerminalReport(console, strict=strict) as terminal:
        terminal.replayed(report)
    [result] = report.results
    context.exit({Outcome.PASSED: 0, Outcome.FAILED: BROKEN}.get(result.outcome, NOTHING_JUDGED))


def _compare(revision: str, files: Sequence[Path], console: Console) -> None:
    """Compare with an older revision; ends the command: 0 the same, 1 something differs."""
    from contract import against
    from contract.report.comparing import print_comparison

    _alone("--against compares whole syncs", "paths", "against")
    differs = False
    for file in files:
        today, differences = against.compare(file, revision)
        differs |= bool(differences)
        print_comparison(console, f"{file} against {revision}", today, differences)
    click.get_current_context().exit(BROKEN if differs else 0)


def _mutate(files: Sequence[Path], console: Console, settings: Settings, workers: int, *, strict: bool) -> None:
    """Judge mutants of each connector; ends the command: 0, or 1 where one survived and ``strict`` is asked for."""
    from contract.cli.extras import needing
    from contract.judge import Sitting
    from contract.report.mutation import MutationReport

    with needing("mutate", "cosmic_ray", "parso", "stevedore"):
        from contract.mutation.judging import mutation

    context = click.get_current_context()
    _alone(
        "--mutate judges with the profile quick",
        "paths",
        "mutate",
        "inside",
        "clauses",
        "streams",
        "seed",
        "workers",
        "strict",
    )
    survived = 0
    for file in files:
        sitting = Sitting((file,), context.params["clauses"], context.params["streams"], settings)
        found = mutation(sitting, context.params["inside"])
        names = ", ".join(dict.fromkeys(mutant.file.name for mutant in found.mutants))
        said = f"{file}: {len(found.mutants)} mutants of {names}, {len(found.items)} verdicts that may notice them"
        if found.broken:
            said += f"; {found.broken} cannot: broken already"
        console.print(said, soft_wrap=True, highlight=False)
        with (
            MutationReport(console, file.parent, len(found.mutants)) as report,
            closing(found.judge(workers)) as verdicts,
        ):
            try:
                for verdict in verdicts:
                    report.verdict(verdict)
            except KeyboardInterrupt:
                report.end(interrupted=True)
                context.exit(INTERRUPTED)
            report.end()
        survived += report.survived
    context.exit(BROKEN if survived and strict else 0)


def _alone(why: str, *beside: str) -> None:
    """Refuse every other option than those ``beside``: none is ignored without a word."""
    context = click.get_current_context()
    for name in context.params:
        if name not in beside and context.get_parameter_source(name) is not ParameterSource.DEFAULT:
            option = next(each.opts[0] for each in context.command.params if each.name == name)
            raise click.UsageError(f"{why}: leave out {option}")


def _write_expected(report: Report, *, strict: bool) -> None:
    """Adopt the contract: what fails today is expected from now on, and the exit status is 0."""
    from contract.description.exempting import add_expected, entries
    from contract.results import Outcome

    for connector in report.connectors:
        failed = [
            result for result in connector.results if result.outcome is Outcome.FAILED and result.breaks(strict=strict)
        ]
        judged = [result for result in connector.results if result.outcome is not Outcome.SKIPPED]
        added = add_expected(Path(connector.file), entries(failed, judged))
        click.echo(f"{connector.file}: expected_failures has {len(added)} more; give each its reason", err=True)
    errors = [result for result in report.results if result.outcome is Outcome.ERROR]
    click.get_current_context().exit(BROKEN if errors else 0)


def _hand_over(report: Report, json_file: JsonFile | None, *, strict: bool) -> None:
    from contract.report import github
    from contract.results import Outcome

    if json_file is not None:
        json_file.write(report)
    if github.runs_here(os.environ):
        workspace = os.environ.get("GITHUB_WORKSPACE")
        for line in github.workflow_commands(report, strict=strict, workspace=workspace):
            click.echo(line, err=json_file is not None and json_file.is_stdout)
    context = click.get_current_context()
    if all(result.outcome is Outcome.SKIPPED for result in report.results):
        click.echo("Nothing was judged: every clause asked for was skipped, for the reasons above.", err=True)
        context.exit(NOTHING_JUDGED)
    context.exit(0 if report.passed(strict=strict) else BROKEN)
