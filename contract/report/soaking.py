"""A soak as people watch it: how far it is, each failure at once, and the report in the end."""

from __future__ import annotations

from typing import Self

from rich.console import Console
from rich.progress import BarColumn, Progress, SpinnerColumn, TextColumn

from contract.report.terminal import TerminalReport
from contract.results import Judged, Planned, Report, Soaking

MINUTE = 60


class SoakReport:
    """Takes the events of a soak, one by one. On a terminal a line shows how far it is; elsewhere one is printed each minute.

    Args:
        console: where to print.
        seed: of the first round.
        strict: whether `should` clauses count, too.
    """

    def __init__(self, console: Console, seed: int, strict: bool = False) -> None:
        self.console = console
        self._seed = seed
        self._in_the_end = TerminalReport(console, strict)
        self._progress: Progress | None = None
        self._minutes = 0
        self._broken = 0

    def __enter__(self) -> Self:
        return self

    def __exit__(self, *_: object) -> None:
        self._stop()

    def event(self, event: Planned | Soaking | Judged) -> None:
        """Show one event."""
        if isinstance(event, Planned):
            self._planned(event)
        elif isinstance(event, Soaking):
            self._soaking(event)
        else:
            self._broken += 1
            self._in_the_end.briefly(event.result)

    def report(self, report: Report) -> None:
        """Everything, in the end."""
        self._stop()
        self._in_the_end.event(report)

    def _planned(self, event: Planned) -> None:
        self._print(f"{', '.join(event.connectors)}: {event.items} verdicts to soak, from --seed {self._seed} on")
        if not self.console.is_terminal:
            return
        self._progress = Progress(
            SpinnerColumn("line" if self.console.options.ascii_only else "dots"),
            BarColumn(bar_width=20),
            TextColumn("{task.description}", markup=False),
            console=self.console,
            transient=True,
        )
        self._progress.add_task("", total=None)
        self._progress.start()

    def _soaking(self, event: Soaking) -> None:
        line = f"round {event.round} (seed {event.seed}), {event.cases:,} cases, {self._broken} broken, {_clock(event.left)} left"
        if self._progress is not None:
            room = max(len(line), self.console.width - 26)
            whole = event.passed + event.left
            self._progress.update(
                self._progress.task_ids[0],
                total=whole,
                completed=event.passed,
                description=f"{line}: {event.name}"[:room],
            )
        elif event.passed >= (self._minutes + 1) * MINUTE:
            self._minutes = int(event.passed // MINUTE)
            self._print(f"  {line}")

    def _stop(self) -> None:
        if self._progress is not None:
            self._progress.stop()
            self._progress = None

    def _print(self, line: str) -> None:
        self.console.print(line, soft_wrap=True, highlight=False, markup=False)


def _clock(seconds: float) -> str:
    return f"{int(seconds) // MINUTE}:{int(seconds) % MINUTE:02}"
