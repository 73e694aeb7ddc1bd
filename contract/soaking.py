"""Soaking: connectors judged over what is drawn, round after round, each with a seed of its own, until the time is over."""

from __future__ import annotations

import itertools
import time
from collections import Counter
from collections.abc import Callable, Iterator, Sequence
from dataclasses import replace
from pathlib import Path

import contract as package
from contract.description.document import find
from contract.docket import Settings
from contract.hearing import UNDRAWN, judge, left_out
from contract.judge import Sitting, reported
from contract.results import Judged, Outcome, Planned, Report, Result, Soaking
from contract.strategies import SOAK

FOUND = (Outcome.FAILED, Outcome.ERROR)
"""What ends the turns of an item: its first failure is told, and the others go on."""


class Soak:
    """A soak of every contract.yml in ``paths``. Its report can be asked for at any time.

    Clauses and streams take turns. What is not drawn is left to the other profiles; so is what is expected to fail, since the
    failure that is known would hide others. The same ``seed`` draws the same cases; a round is the first one of a soak that is
    given the seed of the round.

    Args:
        paths: contract.yml files or folders.
        clauses: ids, ``id[stream]`` or globs; empty: the whole contract.
        streams: names; empty: all.
        seed: of the first round; each round adds 1.
        minutes: after which no item begins.
        clock: tells seconds; by default one that virtual time does not reach.
    """

    def __init__(
        self,
        paths: Sequence[str | Path],
        *,
        clauses: Sequence[str] = (),
        streams: Sequence[str] = (),
        seed: int = 0,
        minutes: float = 10,
        clock: Callable[[], float] = time.perf_counter,
    ) -> None:
        files = tuple(find([Path(path) for path in paths]))
        self._sitting = Sitting(files, tuple(clauses), tuple(streams), Settings(SOAK, seed))
        self._seed = seed
        self._seconds = minutes * 60
        self._clock = clock
        self._results: dict[int, Result] = {}

    def events(self) -> Iterator[Planned | Soaking | Judged]:
        """Soak: Planned, then Soaking before each item, and Judged behind one that is broken or cannot be judged.

        Raises:
            UsageError: a file, a name or a connector cannot be used; before the first event.
        """
        dockets, items = self._sitting.dockets, self._sitting.items
        for docket in dockets:
            docket.prepare()
        going = [at for at in range(len(items)) if self._left_out(at) is None]
        yield Planned(tuple(docket.contract.name for docket in dockets), len(going))
        began = self._clock()
        for number in itertools.count():
            for docket in dockets:
                docket.reseed(self._seed + number)
            for at in going:
                docket, item = items[at]
                passed = self._clock() - began
                if passed >= self._seconds:
                    return
                name, left = docket.contract.name, self._seconds - passed
                yield Soaking(name, item.name, number + 1, self._seed + number, self._cases, passed, left)
                self._results[at] = result = together(self._results.get(at), judge(docket, item))
                if result.outcome in FOUND:
                    yield Judged(name, result)
            going = [at for at in going if self._goes_on(self._results[at])]
            if not going:
                return

    @property
    def report(self) -> Report:
        """All results so far."""
        results = [
            self._results.get(at) or left_out(item, self._left_out(at) or "the time was over before its turn")
            for at, (_, item) in enumerate(self._sitting.items)
        ]
        of = [docket for docket, _ in self._sitting.items]
        connectors = (
            reported(docket, [result for whose, result in zip(of, results, strict=True) if whose is docket])
            for docket in self._sitting.dockets
        )
        return Report(package.__version__, SOAK, self._seed, tuple(connectors))

    def _left_out(self, at: int) -> str | None:
        """Why an item takes no turns; None where it does."""
        docket, item = self._sitting.items[at]
        if item.clause.over.draw is None:
            return UNDRAWN
        expected = docket.expects(item)
        return f"expected to fail: {expected[0].reason}" if expected else None

    @property
    def _cases(self) -> int:
        return sum(result.examples for result in self._results.values())

    @staticmethod
    def _goes_on(result: Result) -> bool:
        """Whether an item takes another turn: no failure was found, and something was tried at all."""
        return result.outcome not in FOUND and result.examples > 0


def together(before: Result | None, now: Result) -> Result:
    """The result of all turns of an item, of which those ``before`` found no failure."""
    if before is None:
        return now
    told = before if now.outcome is Outcome.SKIPPED else now
    return replace(
        told,
        judged=dict(Counter(before.judged) + Counter(now.judged)),
        examples=before.examples + now.examples,
        requests=before.requests + now.requests,
        seconds=round(before.seconds + now.seconds, 4),
    )
