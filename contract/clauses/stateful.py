"""Whatever happens, in whatever order, what must arrive has arrived in the end."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass

from contract.clauses._clause import chapter, clause
from contract.clauses.incremental import pipeline
from contract.errors import ClauseBroken, NothingToJudge
from contract.results import Evidence, Severity
from contract.strategies import Case, Words, alone, histories, kind, of_a_sync, of_runs
from contract.trial import RunsHistory, SyncHistory, Trial

MUST = Severity.MUST
API = Evidence.API


@dataclass(frozen=True)
class _Machine:
    """A history is made of ``usual`` steps and of ``words``; ``begin`` makes the model that it is judged by."""

    usual: str
    words: Words
    begin: Callable[[Trial], SyncHistory | RunsHistory]

    def judge(self, trial: Trial) -> None:
        """The history of the trial's case; without those steps that go wrong alone, which other clauses tell."""
        why = self._wrong(trial, self.usual)
        trial.need(why is None, f"an undisturbed one goes wrong: {why}")
        steps = [step for step in trial.case.steps if self._wrong(trial, kind(step)) is None]
        try:
            self._perform(trial, steps)
        except ClauseBroken as broken:
            trial.fail(f"{', '.join(steps)}: {broken.failure.message}")
        trial.judged(steps=len([step for step in steps if step != self.usual]))

    def _wrong(self, trial: Trial, what: str) -> str | None:
        """What goes wrong where nothing but steps of one kind happens; None where all is well."""
        known = trial.told.known
        if what not in known:
            words = [word for word in self.words(trial.limits) if kind(word) == what] or [self.usual]
            size = trial.limits.small(2)
            cases = (Case(2 * size + 1, size, seed=1, steps=steps) for steps in alone(words, self.usual))
            found = (self._problem(trial, case) for case in cases)
            known[what] = next((why for why in found if why is not None), None)
        return known[what]

    def _problem(self, trial: Trial, case: Case) -> str | None:
        try:
            with trial.elsewhere(case):
                self._perform(trial, case.steps)
        except ClauseBroken as broken:
            return broken.failure.message
        except NothingToJudge as reason:
            return str(reason)
        return None

    def _perform(self, trial: Trial, steps: Sequence[str]) -> None:
        history = self.begin(trial)
        for step in steps:
            history.happen(step)
        history.conclude()


A_SYNC = _Machine("page", of_a_sync, SyncHistory)
RUNS = _Machine("run", of_runs, lambda trial: RunsHistory(trial, pipeline(trial, newcomers=160)))


@clause(
    MUST,
    API,
    over=histories(of_a_sync, "page"),
    variants="one",
    cost="Each thing by itself does no harm; two of them at once lose records, or deliver them twice.",
    fix="Let nothing but the pagination decide which page is asked, after a retry, a new token or a resume as well.",
)
def sync(trial: Trial) -> None:
    """Crashes, faults, rate limits, tokens and cursors that end, and records that come and go, in any order: the sync delivers what it must, or raises."""
    A_SYNC.judge(trial)


@clause(
    MUST,
    API,
    over=histories(of_runs, "run"),
    cost="Each thing by itself does no harm; two of them at once lose changes for good.",
    fix="Let each window begin where the last successful run's ended, whatever happened to the runs in between.",
)
def runs(trial: Trial) -> None:
    """Runs that are interrupted, resumed or disturbed, with changes between and during them, in any order: in the end the newest version of every record has come."""
    RUNS.judge(trial)


CHAPTER = chapter(__doc__, sync, runs)
