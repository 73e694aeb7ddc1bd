"""What a clause is: a function from a trial to nothing, which raises when the promise is broken."""

from __future__ import annotations

import inspect
from collections.abc import Callable, Iterable
from dataclasses import dataclass
from typing import Literal

from contract.results import Evidence, Severity
from contract.strategies import Domain, once
from contract.trial import Trial

Check = Callable[[Trial], None]
Scope = Literal["stream", "connector"]
Variants = Literal["none", "each", "oauth", "one"]
"""None: as configured. One: oauth where it is described, whose tokens end, or else as configured."""


@dataclass(frozen=True)
class Clause:
    """One promise of the contract.

    ``over`` is what the promise is quantified over: which cases are enumerated and what Hypothesis draws.
    ``per`` says whether it is judged for each stream or once for the connector; ``variants`` whether it is
    judged under each authentication type that the description lists, under `oauth` alone, or under one. ``needs_sync`` is
    False for what can be judged although an undisturbed sync does not work. ``of_runs``: it is about incremental runs.
    """

    id: str
    chapter: str
    severity: Severity
    evidence: tuple[Evidence, ...]
    sentence: str
    cost: str
    fix: str
    check: Check
    over: Domain
    per: Scope
    variants: Variants
    needs_sync: bool
    of_runs: bool

    @property
    def about_recordings(self) -> bool:
        """Whether it is the recording itself that is judged, and nothing is replayed in a world of ours."""
        return self.evidence == (Evidence.REPLAY,)


@dataclass(frozen=True)
class Chapter:
    """The clauses of one chapter, in the order of the specification."""

    name: str
    sentence: str
    clauses: tuple[Clause, ...]


def clause(
    severity: Severity,
    *evidence: Evidence,
    cost: str,
    fix: str,
    over: Domain = once,
    per: Scope = "stream",
    variants: Variants = "none",
    needs_sync: bool = True,
    of_runs: bool = False,
) -> Callable[[Check], Clause]:
    """Make a clause of a function: the id is its module and name, the sentence its docstring.

    ``evidence`` is in order of preference: the first that is present is used.
    """

    def make(check: Check) -> Clause:
        chapter = check.__module__.rpartition(".")[2]
        return Clause(
            id=f"{chapter}.{check.__name__}",
            chapter=chapter,
            severity=severity,
            evidence=evidence,
            sentence=" ".join((inspect.getdoc(check) or "").split()),
            cost=cost,
            fix=fix,
            check=check,
            over=over,
            per=per,
            variants=variants,
            needs_sync=needs_sync,
            of_runs=of_runs,
        )

    return make


def chapter(module_doc: str | None, *clauses: Clause) -> Chapter:
    """The chapter of the module whose docstring is ``module_doc``."""
    return Chapter(clauses[0].chapter, (module_doc or "").strip().splitlines()[0], clauses)


def by_id(chapters: Iterable[Chapter]) -> dict[str, Clause]:
    """Every clause under its id, in the order of the specification."""
    return {each.id: each for one in chapters for each in one.clauses}
