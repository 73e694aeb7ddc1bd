"""Mutants under the contract: each in a process of its own, in which the first broken clause is enough."""

from __future__ import annotations

import bisect
import fnmatch
import inspect
import signal
import sys
from collections import Counter
from collections.abc import Generator, Sequence
from contextlib import closing
from dataclasses import dataclass
from pathlib import Path

from contract.errors import UsageError
from contract.hearing import judge
from contract.judge import Sitting
from contract.mutation.applied import put
from contract.mutation.mutants import Mutant, mutants_of
from contract.results import Outcome, Result
from contract.workers import Died, spread

PRELOADED = ("contract.judge", "contract.mutation.judging", "contract.subject.building", "contract.trial")
"""What a process finds imported; nothing of the connector."""

BROKEN = (Outcome.FAILED, Outcome.ERROR)

PATIENCE = 10
"""A mutant may take so many times as long for a clause as the connector itself, ..."""

AT_LEAST = 5.0
"""... and so many seconds of processor time. The clock of the contract is virtual: what hangs computes."""

ASLEEP = 12
"""So many times as long by the clock on the wall, for what waits and computes nothing: the machine may be busy."""


@dataclass(frozen=True)
class Verdict:
    """What became of a mutant."""

    mutant: Mutant
    killed_by: str | None
    """The name of the clause that was broken, ``import`` or ``time``; None: it survived."""
    why: str = ""


IMPORT, TIME = "import", "time"


@dataclass(frozen=True)
class Order:
    """What a process has to do: judge ``mutant`` (None: the connector as it is) by items, one after another."""

    mutant: Mutant | None
    items: tuple[tuple[str, float], ...]
    """The name of each item, and the seconds of processor time that it may take; 0: as long as it takes."""


@dataclass(frozen=True)
class Told:
    """What a process says: all results up to the first broken clause, or why nothing could be judged."""

    results: tuple[Result, ...] = ()
    unusable: str = ""


@dataclass(frozen=True)
class Bench:
    """Carries out an order, in a process of its own."""

    sitting: Sitting

    def __call__(self, order: Order) -> Told:
        """The results."""
        if order.mutant is not None:
            put(order.mutant.text, order.mutant.file)
        results = []
        try:
            for name, seconds in order.items:
                _limited_to(seconds)
                docket, item = self.sitting.named[name]
                results.append(judge(docket, item))
                if results[-1].outcome in BROKEN and order.mutant is not None:
                    break
        except Exception as error:  # whatever the connector does where it is imported and asked for its streams
            return Told(unusable=f"{type(error).__name__}: {error}")
        finally:
            _limited_to(0)
        return Told(tuple(results))


def _limited_to(seconds: float) -> None:
    """What takes longer ends the process, and whatever it does, by signals that are not handled. 0: no limit."""
    if hasattr(signal, "setitimer"):
        signal.setitimer(signal.ITIMER_PROF, seconds)
        signal.setitimer(signal.ITIMER_REAL, ASLEEP * seconds)


@dataclass(frozen=True)
class Mutation:
    """The mutants of one connector, and the clauses that it keeps: those may kill."""

    bench: Bench
    mutants: tuple[Mutant, ...]
    items: tuple[tuple[str, float], ...]
    """The name of each, and the seconds that it takes."""
    broken: int
    """How many clauses are broken without any mutation, so that they notice nothing."""

    def judge(self, workers: int) -> Generator[Verdict, None, None]:
        """The verdict on each mutant, as it is found."""
        chances = _Chances(self.items)
        orders = (Order(mutant, chances.order_for(mutant)) for mutant in self.mutants)
        with closing(spread(self.bench, orders, workers, fresh=PRELOADED)) as answers:
            for number, told in answers:
                verdict = _verdict(self.mutants[number], told)
                chances.learn(verdict)
                yield verdict


def mutation(sitting: Sitting, patterns: Sequence[str] = ()) -> Mutation:
    """The mutants of the one connector of ``sitting``, and the clauses that it keeps as it is.

    Args:
        sitting: the contract.yml, and the clauses that may kill.
        patterns: globs of file names, of modules that the connector has beside the one with its class; none: that one.

    Raises:
        UsageError: there is no such file, nothing in it can be mutated, or the connector keeps no clause.
    """
    bench = Bench(sitting)
    mutants = tuple(mutant for file in files_of(sitting, patterns) for mutant in mutants_of(file))
    if not mutants:
        raise UsageError("--mutate: there is nothing to mutate in the connector's file")
    everything = Order(None, tuple((name, 0.0) for name in sitting.named))
    with closing(spread(bench, [everything], 1, fresh=PRELOADED)) as answers:
        _, told = next(answers)
    if isinstance(told, Died) or told.unusable:
        raise UsageError(
            f"--mutate: the connector cannot be judged: {told if isinstance(told, Died) else told.unusable}"
        )
    kept = [(result.name, result.seconds) for result in told.results if result.outcome is Outcome.PASSED]
    if not kept:
        raise UsageError(
            "--mutate: the connector keeps none of these clauses, so that none of them can notice anything"
        )
    broken = [result for result in told.results if result.outcome not in (Outcome.PASSED, Outcome.SKIPPED)]
    return Mutation(bench, mutants, tuple(kept), len(broken))


def files_of(sitting: Sitting, patterns: Sequence[str]) -> list[Path]:
    """The files to mutate: of the connector's class, or the loaded modules in the same folder whose names match.

    Raises:
        UsageError: a pattern matches none.
    """
    [docket] = sitting.dockets
    own = Path(inspect.getfile(docket.subject.source_class)).resolve()
    if not patterns:
        return [own]
    files = {
        Path(file).resolve() for module in list(sys.modules.values()) if (file := getattr(module, "__file__", None))
    }
    known = {str(file.relative_to(own.parent)): file for file in sorted(files) if file.is_relative_to(own.parent)}
    for pattern in patterns:
        if not fnmatch.filter(known, pattern):
            raise UsageError(f"--in {pattern}: no such file of the connector is imported; there are {', '.join(known)}")
    return [file for name, file in known.items() if any(fnmatch.fnmatch(name, pattern) for pattern in patterns)]


def _verdict(mutant: Mutant, told: Told | Died) -> Verdict:
    if isinstance(told, Died):
        return Verdict(mutant, TIME, f"its process {told}")
    if told.unusable:
        return Verdict(mutant, IMPORT, told.unusable)
    broken = next((result for result in told.results if result.outcome in BROKEN), None)
    return Verdict(mutant, broken.name, broken.message or "") if broken else Verdict(mutant, None)


class _Chances:
    """In which order the items are tried: what killed the nearest mutants, then what killed most a second."""

    NEIGHBOURS = 6

    def __init__(self, items: Sequence[tuple[str, float]]) -> None:
        self._items = items
        self._kills = Counter[str]()
        self._places: list[tuple[str, int, str]] = []

    def learn(self, verdict: Verdict) -> None:
        """A mutant was killed, or not."""
        if verdict.killed_by not in (None, IMPORT, TIME):
            assert verdict.killed_by is not None
            self._kills[verdict.killed_by] += 1
            bisect.insort(self._places, (str(verdict.mutant.file), verdict.mutant.line, verdict.killed_by))

    def order_for(self, mutant: Mutant) -> tuple[tuple[str, float], ...]:
        """Every item with its limit, the most promising first."""
        near = sorted((abs(line - mutant.line), name) for file, line, name in self._places if file == str(mutant.file))
        ranks = {name: rank for rank, (_, name) in reversed(list(enumerate(near[: self.NEIGHBOURS])))}
        ordered = sorted(
            self._items,
            key=lambda item: (ranks.get(item[0], self.NEIGHBOURS), -(self._kills[item[0]] + 0.1) / (item[1] + 0.01)),
        )
        return tuple((name, max(AT_LEAST, PATIENCE * seconds)) for name, seconds in ordered)
