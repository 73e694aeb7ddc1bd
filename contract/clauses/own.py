"""Clauses that authors add for their own connector: `@contract.clause("acme.region")`."""

from __future__ import annotations

import inspect
import linecache
import re
from collections.abc import Callable, Iterable, Sequence
from typing import Any

from contract.clauses import CHAPTERS, Clause
from contract.errors import ClauseBroken, NothingToJudge
from contract.results import Evidence, Severity
from contract.strategies import Domain, several
from contract.trial import Trial, shown

_NAME = re.compile(r"[a-z][a-z0-9_]*\.[a-z][a-z0-9_]*")

OURS = frozenset(chapter.name for chapter in CHAPTERS)
"""The chapters of the specification."""


def _whole(trial: Trial) -> Any:
    sync = trial.sync()
    trial.expect_finished(sync)
    return sync


GIVEN: dict[str, Callable[[Trial], Any]] = {
    "sync": _whole,
    "source": lambda trial: trial.source(),
    "api": lambda trial: trial.world.api,
    "trial": lambda trial: trial,
}
"""What a clause may name as a parameter: a whole sync, a new source, the simulated API, or the trial itself."""


def clause(
    name: str,
    *,
    severity: str = "must",
    evidence: Iterable[str] = ("api",),
    cost: str = "",
    fix: str = "",
    over: Domain = several,
) -> Callable[[Callable[..., None]], Clause]:
    """Make a clause of a function: it is judged on every stream, and appears, shrinks and reports like ours.

    ```python
    @contract.clause("acme.region", severity="should")
    def region_is_upper_case(sync):
        for record in sync.records:
            assert record.data["region"].isupper(), record
    ```

    The function gets what its parameters name: `sync` (a whole sync, as bizon drives it), `source` (a new one), `api`
    (the simulated API) and `trial`. A failing `assert` breaks the clause; its message is the verdict.

    Args:
        name: ``chapter.clause``; the chapter is your own.
        severity: `must` or `should`.
        evidence: what it needs, in order of preference: `api`, `live` or `class`.
        cost: what breaking it costs the user.
        fix: how it is usually put right.
        over: the cases that it is quantified over.

    Raises:
        ValueError: the name, severity, evidence or a parameter is none that can be.
    """
    chapter = name.partition(".")[0]
    if not _NAME.fullmatch(name):
        raise ValueError(f"{name!r} is no clause id: write `chapter.clause`, in small letters, as in `acme.region`")
    if chapter in OURS:
        raise ValueError(f"{name!r}: the chapter {chapter} belongs to the specification; choose one of your own")

    def make(function: Callable[..., None]) -> Clause:
        wanted = tuple(inspect.signature(function).parameters)
        unknown = [each for each in wanted if each not in GIVEN]
        if unknown:
            raise ValueError(f"{name}: no clause is given `{unknown[0]}`; there are {', '.join(GIVEN)}")
        return Clause(
            id=name,
            chapter=chapter,
            severity=Severity(severity),
            evidence=tuple(Evidence(each) for each in evidence),
            sentence=" ".join((inspect.getdoc(function) or function.__name__.replace("_", " ")).split()),
            cost=cost,
            fix=fix,
            check=lambda trial: _judge(trial, function, wanted),
            over=over,
            per="stream",
            variants="none",
            needs_sync=True,
            of_runs=False,
        )

    return make


def clauses_in(values: Iterable[object]) -> list[Clause]:
    """The authors' clauses among the values of a module."""
    return [each for each in values if isinstance(each, Clause) and each.chapter not in OURS]


def _judge(trial: Trial, function: Callable[..., None], wanted: Sequence[str]) -> None:
    given = {name: GIVEN[name](trial) for name in wanted}
    try:
        function(**given)
    except (ClauseBroken, NothingToJudge):
        raise
    except AssertionError as error:
        trial.fail(str(error) or f"`{_asserted(error)}` does not hold")
    except Exception as error:
        trial.fail(f"{function.__name__} raised {shown(error)}")
    trial.judged(cases=1)


def _asserted(error: AssertionError) -> str:
    """The line of the assertion that failed without a message."""
    trace = error.__traceback__
    while trace is not None and trace.tb_next is not None:
        trace = trace.tb_next
    return linecache.getline(trace.tb_frame.f_code.co_filename, trace.tb_lineno).strip() if trace else "assert"
