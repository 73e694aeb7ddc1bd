"""Domains: what a clause is quantified over. Boundaries are enumerated, smallest first; the rest is drawn."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator, Sequence
from dataclasses import dataclass, replace
from typing import Any

from hypothesis import strategies as st

from contract.simulation.faults import Fault
from contract.strategies.cases import Case, Limits, RecordedSync, crossed
from contract.strategies.profiles import EXAMPLES, SOAK

Enumerate = Callable[[Limits], Iterable[Case]]
Draw = Callable[[Limits], st.SearchStrategy[Case]]

STEP = "step"
"""Among phases: what a sync asks besides pages, where the API has steps of its own (a job that is created and polled)."""

seeds = st.integers(0, 2**16)
"""What records contain."""


@dataclass(frozen=True)
class Domain:
    """The cases of a clause: those that are always tried, and a strategy for more."""

    enumerate: Enumerate
    draw: Draw | None = None
    beyond_cap: bool = False
    """Whether its collections may hold more than the API pages through (`depth_cap`)."""
    least: str = "quick"
    """The smallest profile in which it is tried."""
    dear: bool = False
    """Whether a case takes so long that one which fails is not tried again with other records, to find a smaller one."""

    def tried_in(self, profile: str) -> bool:
        """Whether ``profile`` tries it."""
        profiles = list(EXAMPLES)
        return profiles.index(profile) >= profiles.index(self.least)

    def of(self, limits: Limits, profile: str) -> Iterator[Case]:
        """The cases that a profile always tries: a soak none, which leaves them to the others."""
        return (case for case in self.enumerate(limits) if (case.in_quick or profile != "quick") and profile != SOAK)

    def replayed(self, recorded: RecordedSync, limits: Limits, profile: str) -> Iterator[Case]:
        """The cases of one recorded sync: those that ask nothing of the API but what it has answered."""
        seen = set()
        for case in self.of(limits, profile):
            found = replace(case, size=recorded.size, page_size=recorded.page_size, seed=0)
            if case.size and case.plain and repr(found) not in seen:
                seen.add(repr(found))
                yield found

    def each(self, vary: Callable[[Case, Limits], Iterable[Case]]) -> Domain:
        """Every case of this domain in each of the variations that ``vary`` makes of it."""

        def enumerated(limits: Limits) -> Iterable[Case]:
            return (varied for case in self.enumerate(limits) for varied in vary(case, limits))

        if (draw := self.draw) is None:
            return replace(self, enumerate=enumerated)

        def drawn(limits: Limits) -> st.SearchStrategy[Case]:
            if not any(True for _ in enumerated(limits)):
                return st.nothing()
            return draw(limits).flatmap(lambda case: _one_of(list(vary(case, limits))))

        return replace(self, enumerate=enumerated, draw=drawn)

    def among(self, others: int) -> Domain:
        """Also a case of as many records as every other stream holds, ``others``, where handlers lead from one to the other."""

        def enumerated(limits: Limits) -> Iterator[Case]:
            yield from (plain := list(self.enumerate(limits)))
            if limits.steps:
                yield replace(plain[0], size=others).under(bystanders=others)

        return replace(self, enumerate=enumerated)

    def hit_by(
        self, *faults: Fault, times: int | None = 1, phases: Sequence[str] = ("check", "count", "sync", STEP)
    ) -> Domain:
        """Every case with each fault at every request in turn: the check, the count, the first, middle and last page, each step."""

        def vary(case: Case, limits: Limits) -> Iterable[Case]:
            places = [(phase, at) for phase in phases for at in range(requests_of(phase, case, limits))]
            for fault, (phase, at), kept in crossed(faults, places, telling=("sync", second_page(limits))):
                struck = case.hit_by(fault, at, times, *(("sync", STEP) if phase == STEP else (phase,)))
                yield struck.kept_in_quick(kept)

        return self.each(vary)


def _one_of(cases: list[Case]) -> st.SearchStrategy[Case]:
    return st.sampled_from(cases) if cases else st.nothing()


def page_count(case: Case, limits: Limits) -> int:
    """How many pages an undisturbed sync of ``case`` has at least."""
    if limits.recorded:
        return limits.recorded.pages
    return max(1, -(-case.size // case.page_size)) if limits.pages else 1


def requests_of(phase: str, case: Case, limits: Limits) -> int:
    """How many requests a ``phase`` makes at least: one, but for the pages of a sync, and its other steps."""
    if phase == STEP:
        return limits.steps
    return page_count(case, limits) if phase == "sync" else 1


def second_page(limits: Limits) -> int:
    """The number of the page behind the first one, from 0 on; the only one where there are no pages.

    A fault tells most there: a part has come, and a part is still to come.
    """
    return 1 if limits.pages else 0


def _pair(limits: Limits, page_size: int, count: Callable[[int], int]) -> Case:
    size = limits.small(page_size)
    return Case(size=max(0, count(size)), page_size=size, seed=1)


def _three_pages(limits: Limits) -> Iterable[Case]:
    yield _pair(limits, 2, lambda size: 2 * size + 1)


def _boundaries(limits: Limits) -> Iterable[Case]:
    """Collection sizes 0, 1, and around one, two and three pages; page sizes small and largest.

    What goes wrong at a boundary goes wrong at page sizes of 1, 2 and the largest, too: quick leaves out the others.
    """
    seen = set()
    for page_size in (1, 2, 3, 5):
        size = limits.small(page_size)
        for count in (0, 1, size - 1, size, size + 1, 2 * size - 1, 2 * size, 2 * size + 1, 3 * size + 1):
            if (size, count) not in seen and (not limits.fixed or count <= 2 * size + 1):
                seen.add((size, count))
                yield Case(size=count, page_size=size, seed=1).kept_in_quick(page_size <= 2 or limits.fixed)
    if not limits.fixed and limits.pages:
        yield Case(size=limits.largest + 1, page_size=limits.largest, seed=1)


def _any_pages(limits: Limits) -> st.SearchStrategy[Case]:
    sizes = st.integers(limits.smallest, min(limits.largest, limits.smallest + 6))
    return sizes.flatmap(
        lambda size: st.builds(Case, size=st.integers(0, 3 * size + 2), page_size=st.just(size), seed=seeds)
    )


def _several_pages(limits: Limits) -> st.SearchStrategy[Case]:
    sizes = st.integers(limits.smallest, min(limits.largest, limits.smallest + 3))
    return sizes.flatmap(
        lambda size: st.builds(Case, size=st.integers(size + 1, 4 * size), page_size=st.just(size), seed=seeds)
    )


def _nothing(limits: Limits) -> Iterable[Case]:
    yield _pair(limits, 2, lambda size: 0)


def _rich(limits: Limits) -> Iterable[Case]:
    """Enough records to meet every payload of the pool."""
    size = limits.small(20)
    yield Case(size=min(2 * size + 1, 60), page_size=size, seed=1)
    yield Case(size=min(2 * size + 1, 60), page_size=size, seed=2)


def variations(*changes: dict[str, Any]) -> Callable[[Case, Limits], Iterable[Case]]:
    """A variation for each set of manners."""
    return lambda case, limits: [case.under(**change) for change in changes]


once = Domain(_three_pages)
"""One sync of three pages."""

empty = Domain(_nothing)
"""A stream without records."""

boundaries = Domain(_boundaries, _any_pages)
"""Every collection size around every page boundary, and sizes drawn at random."""

several = Domain(_three_pages, _several_pages)
"""Syncs of two to four pages."""

rich = Domain(_rich, lambda limits: _several_pages(limits).map(lambda case: replace(case, size=case.size + 6)))
"""Records of many shapes."""
