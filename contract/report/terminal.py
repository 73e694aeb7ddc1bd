"""The report that people read in a terminal: progress, the chapters at a glance, each failure's story, one verdict."""

from __future__ import annotations

import time
from collections import Counter
from collections.abc import Callable, Iterable
from typing import Self

from rich.cells import cell_len
from rich.console import Console
from rich.padding import Padding
from rich.progress import BarColumn, MofNCompleteColumn, Progress, SpinnerColumn, TextColumn, TimeElapsedColumn
from rich.table import Table
from rich.text import Text

from contract.report.causes import Cause, causes, command
from contract.report.signs import MEANINGS, STYLES, signs_for
from contract.results import (
    Began,
    ConnectorReport,
    Event,
    Exchange,
    Judged,
    Outcome,
    Planned,
    Report,
    Result,
    Severity,
)

CONNECTOR = "connector"
"""The column of what is judged once, and not for each stream."""

NAMES_SHOWN = 3
"""Skipped clauses that are named for one reason; of more, only the number is told."""

REPLAYED = {
    Outcome.PASSED: ("FIXED", STYLES[Outcome.PASSED]),
    Outcome.FAILED: ("FAILED", STYLES[Outcome.FAILED]),
}
"""What is said of a kept failure; ERROR for everything else."""

LONGEST_NAME = 24
"""Characters of a stream's name in the head of a column."""


class TerminalReport:
    """Takes the events of a run, one by one, and prints what people want to know.

    On a terminal a progress bar shows what is being judged; elsewhere (a pipe, CI) one line per chapter does.

    Args:
        console: where to print.
        strict: whether `should` clauses count, too.
        clock: tells seconds; by default one that virtual time does not reach.
    """

    def __init__(self, console: Console, strict: bool = False, clock: Callable[[], float] = time.perf_counter) -> None:
        self.console = console
        self.strict = strict
        self._clock = clock
        self._began = clock()
        self._signs = signs_for(console.encoding)
        self._progress: Progress | None = None
        self._items = 0
        self._several = False
        self._counted: Counter[Outcome] = Counter()
        self._broken: list[Result] = []
        self._chapter: tuple[str, str] | None = None
        self._in_chapter: Counter[Outcome] = Counter()

    def __enter__(self) -> Self:
        return self

    def __exit__(self, *_: object) -> None:
        self._stop()

    def event(self, event: Event) -> None:
        """Show one event of the judge's."""
        if isinstance(event, Planned):
            self._planned(event)
        elif isinstance(event, Began):
            self._name(f"{event.connector}: {event.name}" if self._several else event.name)
        elif isinstance(event, Judged):
            self._judged(event)
        else:
            self._end_chapter()
            self._stop()
            self._report(event)

    def interrupted(self) -> None:
        """Say how far the run came, and what is broken so far."""
        self._end_chapter()
        self._stop()
        for result in self._broken:
            self.briefly(result)
        done = self._counted.total()
        self._print(Text(f"Interrupted: {done} of {self._items} were judged ({self._counts(self._counted)}).", "bold"))

    def briefly(self, result: Result) -> None:
        """One verdict without its story, before the report."""
        self._print(Text.assemble((self._signs.safe(result.name), STYLES[result.outcome]), f"  {result.severity}"))
        self._indented(Text(self._signs.safe(result.message or "no reason was given")))
        if result.replay is not None:
            self._labelled("again", Text(f"bizon-contract check --replay {result.replay}"))

    def replayed(self, report: Report) -> None:
        """One kept failure, tried again: FIXED, FAILED with its story, or ERROR with the reason."""
        [connector] = report.connectors
        [result] = connector.results
        word, style = REPLAYED.get(result.outcome, ("ERROR", STYLES[Outcome.ERROR]))
        self._print(Text.assemble((word, style), f" {self._signs.safe(result.name)}"))
        if result.outcome is Outcome.FAILED:
            self._story(report, Cause(connector, result), "")
        elif result.message:
            self._indented(Text(self._signs.safe(result.message)))

    # Progress

    def _planned(self, event: Planned) -> None:
        self._began = self._clock()
        self._items = event.items
        self._several = len(event.connectors) > 1
        if not self.console.is_terminal:
            self._print(Text(f"{', '.join(map(self._signs.safe, event.connectors))}: {event.items} verdicts to come"))
            return
        self._progress = Progress(
            SpinnerColumn("line" if self.console.options.ascii_only else "dots"),
            MofNCompleteColumn(),
            BarColumn(bar_width=20),
            TimeElapsedColumn(),
            TextColumn("{task.description}", markup=False),
            console=self.console,
            transient=True,
            get_time=self._clock,
        )
        self._progress.add_task("", total=event.items)
        self._progress.start()

    def _name(self, name: str) -> None:
        if self._progress is not None:
            # One line, always: a bar that wraps leaves its rests behind.
            room = max(8, self.console.width - 48)
            text = Text(self._signs.safe(name))
            text.truncate(room, overflow="crop" if self.console.options.ascii_only else "ellipsis")
            self._progress.update(self._progress.task_ids[0], description=text.plain)

    def _judged(self, event: Judged) -> None:
        self._counted[event.result.outcome] += 1
        if event.result.outcome is Outcome.FAILED:
            self._broken.append(event.result)
        if self._progress is not None:
            self._progress.advance(self._progress.task_ids[0])
            return
        chapter = (event.connector, event.result.chapter)
        if chapter != self._chapter:
            self._end_chapter()
            self._chapter = chapter
        self._in_chapter[event.result.outcome] += 1

    def _end_chapter(self) -> None:
        if self._chapter is not None and not self.console.is_terminal:
            name = self._signs.safe(" ".join(self._chapter))
            self._print(Text(f"  {name}: {self._counts(self._in_chapter)}"))
        self._chapter = None
        self._in_chapter = Counter()

    def _stop(self) -> None:
        if self._progress is not None:
            self._progress.stop()
            self._progress = None

    # The report

    def _report(self, report: Report) -> None:
        for connector in report.connectors:
            self._glance(connector)
        self._legend(report)
        failures = list(causes(report, Outcome.FAILED))
        if failures:
            self._rule("broken", STYLES[Outcome.FAILED])
            for number, cause in enumerate(failures, start=1):
                self._story(report, cause, f"{number}. ")
        errors = list(causes(report, Outcome.ERROR))
        if errors:
            self._rule("could not be judged: not the connector's fault", STYLES[Outcome.ERROR])
            for cause in errors:
                self._story(report, cause, "")
        self._grouped(report, Outcome.XPASSED, "hold, though expected_failures says otherwise: take the entries out")
        self._grouped(report, Outcome.XFAILED, "broken as expected")
        self._grouped(report, Outcome.SKIPPED, "skipped")
        self._summary(report)

    def _glance(self, connector: ConnectorReport) -> None:
        self._print(Text(""))
        title = Text.assemble(
            (self._signs.safe(connector.name), "bold"), "  ", (self._signs.safe(connector.file), "dim")
        )
        self._print(title)
        found = {result.stream for result in connector.results}
        named = [
            *connector.streams,
            *(name for name in sorted(found - {None}, key=str) if name not in connector.streams),
        ]
        streams = [name for name in (None, *named) if name in found]
        chapters = list(dict.fromkeys(result.chapter for result in connector.results))
        by_cell: dict[tuple[str, str | None], list[Result]] = {}
        for result in connector.results:
            by_cell.setdefault((result.chapter, result.stream), []).append(result)
        cells = {key: self._cell(results) for key, results in by_cell.items()}
        for columns in self._fitting(streams, chapters, cells):
            table = Table(box=None, pad_edge=False, padding=(0, 2, 0, 0), header_style="dim")
            table.add_column("", overflow="fold")
            for stream in columns:
                table.add_column(self._head(stream), overflow="fold")
            for chapter in chapters:
                row = [cells.get((chapter, stream), Text("")) for stream in columns]
                if any(row):
                    table.add_row(Text(self._signs.safe(chapter)), *row)
            self._print(Padding(table, (0, 0, 1, 2), expand=False))

    def _fitting(
        self, streams: list[str | None], chapters: list[str], cells: dict[tuple[str, str | None], Text]
    ) -> Iterable[list[str | None]]:
        """Columns by tables: as many side by side as the width holds."""
        first = max((cell_len(chapter) for chapter in chapters), default=0) + 4
        used, row = first, list[str | None]()
        for stream in streams:
            inside = [cells[chapter, stream].cell_len for chapter in chapters if (chapter, stream) in cells]
            width = max([*inside, self._head(stream).cell_len]) + 2
            if row and used + width > self.console.width:
                yield row
                used, row = first, []
            used += width
            row.append(stream)
        if row:
            yield row

    def _head(self, stream: str | None) -> Text:
        text = Text(
            CONNECTOR if stream is None else self._signs.safe(stream), "dim italic" if stream is None else "dim"
        )
        text.truncate(LONGEST_NAME, overflow="crop" if self.console.options.ascii_only else "ellipsis")
        return text

    def _cell(self, results: list[Result]) -> Text:
        counted = Counter(result.outcome for result in results)
        hard = any(result.breaks(strict=self.strict) for result in results)
        parts = []
        for outcome, style in STYLES.items():
            if counted[outcome]:
                tone = "yellow" if outcome is Outcome.FAILED and not hard else style
                parts.append(Text(f"{counted[outcome]} {self._signs.outcomes[outcome]}", tone))
        return Text(" ").join(parts)

    def _legend(self, report: Report) -> None:
        seen = {result.outcome for result in report.results}
        line = Text(style="dim")
        for outcome in STYLES:
            entry = f"  {self._signs.outcomes[outcome]} {MEANINGS[outcome]}" if outcome in seen else ""
            if line.cell_len + cell_len(entry) > self.console.width:
                self._print(line)
                line = Text(style="dim")
            line.append(entry)
        self._print(line)
        self._print(Text(""))

    def _story(self, report: Report, cause: Cause, number: str) -> None:
        result = cause.first
        counts = self.strict or result.severity is Severity.MUST
        style = "bold red" if result.outcome is Outcome.FAILED and counts else "bold yellow"
        name = result.name if len(report.connectors) == 1 else f"{cause.connector.name}: {result.name}"
        self._print(Text.assemble((number + self._signs.safe(name), style), f"  {result.severity}"))
        self._indented(Text(self._signs.safe(result.message or "no reason was given")))
        if cause.others:
            others = ", ".join(self._signs.safe(_inside(other)) for other in cause.others)
            self._labelled("also", Text(f"in the same way on {others}"))
        self._exchanges(result.story)
        if result.cost:
            self._labelled("cost", Text(self._signs.safe(result.cost)))
        if result.fix:
            self._labelled("fix", Text(self._signs.safe(result.fix)))
        # Not wrapped: a command that is cut into lines cannot be copied.
        again = self._signs.safe(command(report, cause.connector, result))
        line = Text.assemble(("   again ", "dim"), (again, "cyan"))
        self.console.print(line, soft_wrap=True, highlight=False)
        self._print(Text(""))

    def _exchanges(self, story: tuple[Exchange, ...]) -> None:
        if not story:
            return
        safe, signs = self._signs.safe, self._signs
        table = Table.grid(padding=(0, 1, 0, 0))
        table.add_column(justify="right", style="dim", overflow="fold")
        table.add_column(overflow="fold")
        number = 0
        for step in story:
            if not step.answer:
                table.add_row("", Text(safe(step.request), "dim"))
            else:
                number += 1
                line = Text.assemble(safe(step.request), (f" {signs.arrow} ", "dim"), safe(step.answer))
                if line.cell_len <= self.console.width - 9:
                    table.add_row(str(number), line)
                else:
                    table.add_row(str(number), Text(safe(step.request)))
                    table.add_row("", _hanging(f"  {signs.arrow}", Text(safe(step.answer))))
            if step.returned:
                table.add_row("", _hanging(f"  {signs.gives}", Text(safe(step.returned), "italic")))
        self._print(Padding(table, (0, 0, 0, 5), expand=False))

    def _grouped(self, report: Report, outcome: Outcome, title: str) -> None:
        by_reason: dict[str, list[str]] = {}
        for connector in report.connectors:
            prefix = f"{connector.name}: " if len(report.connectors) > 1 else ""
            for result in connector.results:
                if result.outcome is outcome:
                    reason = self._signs.safe(result.message or "no reason was given")
                    by_reason.setdefault(reason, []).append(self._signs.safe(prefix + result.name))
        if not by_reason:
            return
        self._rule(title, STYLES[outcome])
        for reason, names in by_reason.items():
            shown = names if outcome is not Outcome.SKIPPED else names[:NAMES_SHOWN]
            more = f" and {len(names) - len(shown)} more" if len(names) > len(shown) else ""
            self._print(Text(f"{len(names)} {self._signs.dot} {reason}"))
            self._indented(Text(", ".join(shown) + more, "dim"))
        self._print(Text(""))

    def _summary(self, report: Report) -> None:
        results = report.results
        examples = sum(result.examples for result in results)
        requests = sum(result.requests for result in results)
        verdict, style = self._verdict(report)
        work = f"{examples:,} simulated syncs, {requests:,} requests, {self._clock() - self._began:.1f} s"
        counts = self._counts(Counter(result.outcome for result in results))
        self._print(Text.assemble((verdict, style), f" {self._signs.dot} {counts} {self._signs.dot} {work}"))

    def _verdict(self, report: Report) -> tuple[str, str]:
        counted = Counter(result.outcome for result in report.results)
        if not set(counted) - {Outcome.SKIPPED}:
            return "Nothing was judged", "bold yellow"
        broken = [result for result in report.results if result.outcome is Outcome.FAILED]
        if any(result.breaks(strict=self.strict) for result in broken):
            return "The contract is broken", "bold red"
        if counted[Outcome.ERROR]:
            return "The contract could not be judged to its end", "bold magenta"
        if broken:
            return "Every must clause holds", "bold green"
        return "The contract holds", "bold green"

    # Printing

    def _counts(self, counted: Counter[Outcome]) -> str:
        return ", ".join(f"{counted[outcome]} {outcome}" for outcome in Outcome if counted[outcome]) or "no verdicts"

    def _rule(self, title: str, style: str) -> None:
        # Not rich's Rule: it shortens titles with a sign that ASCII does not have.
        line = ("-" if self.console.options.ascii_only else "─") * (self.console.width - cell_len(title) - 1)
        self._print(Text.assemble((title, style), " ", (line, "dim")))

    def _indented(self, thing: Text | Table) -> None:
        self._print(Padding(thing, (0, 0, 0, 3), expand=False))

    def _labelled(self, label: str, text: Text) -> None:
        self._indented(_hanging(f"{label:<5}", text))

    def _print(self, thing: object) -> None:
        self.console.print(thing, highlight=False, markup=False)


def _hanging(label: str, text: Text) -> Table:
    """``text`` behind ``label``, its further lines below its first."""
    table = Table.grid(padding=(0, 1, 0, 0))
    table.add_column(style="dim", min_width=cell_len(label))
    table.add_column(overflow="fold")
    table.add_row(label, text)
    return table


def _inside(result: Result) -> str:
    return "-".join(part for part in (result.stream, result.variant) if part) or result.clause
