"""Judging whole contracts, and yielding what happens."""

from __future__ import annotations

from collections.abc import Generator, Sequence
from contextlib import closing
from dataclasses import dataclass
from functools import cached_property
from pathlib import Path
from typing import Any

import contract as package
from contract import failures
from contract.description.document import Document, find, read
from contract.docket import Docket, Settings
from contract.errors import UsageError
from contract.hearing import judge, retry, unfinished
from contract.planning import Item, plan
from contract.results import Began, ConnectorReport, Event, Judged, Planned, Report, Result
from contract.strategies import SOAK
from contract.workers import Died, spread


def run(
    paths: Sequence[str | Path],
    *,
    clauses: Sequence[str] = (),
    streams: Sequence[str] = (),
    profile: str = "standard",
    seed: int = 0,
    live: bool = False,
    max_requests: int = Settings.max_requests,
    config: Path | None = None,
    workers: int = 1,
) -> Generator[Event, None, None]:
    """Judge every contract.yml in ``paths``: Planned, then Began and Judged by turns, and the Report.

    With more than one of ``workers`` the items are judged in as many processes; the events are the same, in the same order.

    Raises:
        UsageError: a file, a name or a connector cannot be used; before the first event.
    """
    if profile == SOAK:
        raise UsageError(
            "profile soak goes on until its time is over: `bizon-contract check --profile soak --minutes N`"
        )
    files = tuple(find([Path(path) for path in paths]))
    sitting = Sitting(files, tuple(clauses), tuple(streams), Settings(profile, seed, live, max_requests, config))
    dockets, items = sitting.dockets, sitting.items
    for docket in dockets:
        docket.prepare()
    yield Planned(tuple(docket.contract.name for docket in dockets), len(items))
    with closing(_verdicts(sitting, workers)) as verdicts:
        results: dict[Docket, list[Result]] = {docket: [] for docket in dockets}
        for docket, item in items:
            yield Began(docket.contract.name, item.name)
            result = next(verdicts)
            results[docket].append(result)
            yield Judged(docket.contract.name, result)
    reports = tuple(reported(docket, results[docket]) for docket in dockets)
    yield Report(package.__version__, profile, seed, reports)


@dataclass(frozen=True)
class Sitting:
    """What one run judges, by name: a process that is told so much finds the same items, under the same numbers."""

    files: tuple[Path, ...]
    clauses: tuple[str, ...]
    streams: tuple[str, ...]
    settings: Settings

    def __reduce__(self) -> tuple[Any, ...]:
        """Without what was found here: neither clauses nor classes of connectors can be sent."""
        return Sitting, (self.files, self.clauses, self.streams, self.settings)

    @cached_property
    def dockets(self) -> tuple[Docket, ...]:
        """One for each file."""
        return tuple(Docket(read(file), self.settings) for file in self.files)

    @cached_property
    def items(self) -> tuple[tuple[Docket, Item], ...]:
        """All that is judged, in order.

        Raises:
            UsageError: a file, a name or a connector cannot be used.
        """
        return tuple(
            (docket, item)
            for docket in self.dockets
            for item in plan(docket.contract, self.clauses, self.streams, docket.subject.streams(), docket.own)
        )

    @cached_property
    def named(self) -> dict[str, tuple[Docket, Item]]:
        """The items of the one connector that is judged, by their names."""
        [_] = self.dockets
        return {item.name: (docket, item) for docket, item in self.items}

    def __call__(self, number: int) -> Result:
        """The verdict on one of the items."""
        docket, item = self.items[number]
        return judge(docket, item)


def _verdicts(sitting: Sitting, workers: int) -> Generator[Result, None, None]:
    """The result of each item, in order."""
    numbers = range(len(sitting.items))
    if workers == 1:
        yield from map(sitting, numbers)
        return
    early: dict[int, Result] = {}
    wanted = 0
    with closing(spread(sitting, numbers, workers)) as answers:
        for number, answer in answers:
            _, item = sitting.items[number]
            early[number] = unfinished(item, answer) if isinstance(answer, Died) else answer
            while wanted in early:
                yield early.pop(wanted)
                wanted += 1


def replay(paths: Sequence[str | Path], wanted: str) -> Report:
    """A kept failure, tried again: a report with that one result.

    Args:
        paths: contract.yml files or folders, beside which failures are kept.
        wanted: the id of the failure.

    Raises:
        UsageError: there is no such failure, or it cannot be tried any more.
    """
    file, failed = failures.find(find([Path(path) for path in paths]), wanted)
    docket = Docket(read(file))
    return Report(package.__version__, docket.settings.profile, 0, (reported(docket, [retry(docket, failed)]),))


def reported(docket: Docket, results: Sequence[Result]) -> ConnectorReport:
    """The part of a report that is about one connector."""
    streams = docket.contract.streams or tuple(docket.subject.streams())
    return ConnectorReport(docket.contract.name, docket.contract.source, str(docket.path), streams, tuple(results))


def check(
    *paths: str | Path,
    clauses: Sequence[str] = (),
    streams: Sequence[str] = (),
    profile: str = "standard",
    seed: int = 0,
    live: bool = False,
    max_requests: int = Settings.max_requests,
    config: Path | None = None,
) -> Report:
    """Judge the connectors of ``paths`` and return the report. The arguments are the options of `bizon-contract check`.

    Raises:
        UsageError: a file, a name or a connector cannot be used.
    """
    report = None
    events = run(
        paths,
        clauses=clauses,
        streams=streams,
        profile=profile,
        seed=seed,
        live=live,
        max_requests=max_requests,
        config=config,
    )
    for event in events:
        if isinstance(event, Report):
            report = event
    assert report is not None
    return report


def judge_contract(
    document: Document,
    *,
    profile: str = "quick",
    seed: int = 0,
    clauses: Sequence[str] = (),
    streams: Sequence[str] = (),
) -> tuple[Result, ...]:
    """The results of a contract that was built in Python."""
    docket = Docket(document, Settings(profile, seed, keep=False))
    return tuple(judge(docket, item) for item in plan(document.contract, clauses, streams, own=docket.own))
