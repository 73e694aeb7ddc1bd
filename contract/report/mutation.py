"""What became of the mutants of a connector, in a terminal: each survivor at once, and the counts at the end."""

from __future__ import annotations

import time
from collections import Counter
from collections.abc import Callable
from pathlib import Path
from typing import TYPE_CHECKING, Self

from rich.console import Console
from rich.progress import BarColumn, MofNCompleteColumn, Progress, TextColumn, TimeElapsedColumn
from rich.text import Text

from contract.report.signs import signs_for

if TYPE_CHECKING:
    from contract.mutation.judging import Verdict

KILLERS_SHOWN = 12
"""Clauses that are named with what they killed; of more, only the number is told."""


class MutationReport:
    """Takes verdicts, one by one.

    Args:
        console: where to print.
        folder: file names are told relative to it, where they are below it.
        mutants: how many are coming.
        clock: tells seconds.
    """

    def __init__(
        self, console: Console, folder: Path, mutants: int, clock: Callable[[], float] = time.perf_counter
    ) -> None:
        self.console = console
        self.survived = 0
        self._folder = folder.resolve()
        self._mutants = mutants
        self._clock = clock
        self._began = clock()
        self._signs = signs_for(console.encoding)
        self._killers = Counter[str]()
        self._progress = Progress(
            MofNCompleteColumn(),
            BarColumn(bar_width=20),
            TimeElapsedColumn(),
            TextColumn("{task.description}", markup=False),
            console=console,
            transient=True,
            disable=not console.is_terminal,
            get_time=clock,
        )
        self._task = self._progress.add_task("", total=mutants)

    def __enter__(self) -> Self:
        self._progress.start()
        return self

    def __exit__(self, *_: object) -> None:
        self._progress.stop()

    def verdict(self, verdict: Verdict) -> None:
        """Count one; show it if it survived."""
        if verdict.killed_by is None:
            self.survived += 1
            self._show(verdict)
        else:
            self._killers[verdict.killed_by.partition("[")[0]] += 1
        self._progress.update(self._task, advance=1, description=f"{self.survived} survived")

    def end(self, *, interrupted: bool = False) -> None:
        """The counts."""
        self._progress.stop()
        killed = self._killers.total()
        judged = killed + self.survived
        if killed:
            named = self._killers.most_common(KILLERS_SHOWN)
            rest = f", {len(self._killers) - len(named)} more" if len(self._killers) > len(named) else ""
            self._print(Text("killed by " + ", ".join(f"{name} {count}" for name, count in named) + rest, "dim"))
        share = f" ({100 * killed / judged:.1f} %)" if judged else ""
        so_far = f"Interrupted: {judged} of {self._mutants} mutants were judged; " if interrupted else ""
        counts = (
            f"{killed} of {judged} mutants killed{share}, {self.survived} survived, {self._clock() - self._began:.0f} s"
        )
        self._print(Text(so_far + counts, "bold" if self.survived else "bold green"))

    def _show(self, verdict: Verdict) -> None:
        mutant = verdict.mutant
        below = mutant.file.is_relative_to(self._folder)
        file = mutant.file.relative_to(self._folder) if below else mutant.file
        self._print(
            Text.assemble(("survived", "bold yellow"), f"  {file}:{mutant.line}:{mutant.column}  {mutant.operator}")
        )
        for line in mutant.diff:
            self._print(Text(f"  {line}", "red" if line.startswith("-") else "green"))

    def _print(self, text: Text) -> None:
        self.console.print(
            Text(self._signs.safe(text.plain), text.style, spans=text.spans), soft_wrap=True, highlight=False
        )
