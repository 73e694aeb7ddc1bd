"""Whatever happens, in whatever order, what must arrive has arrived in the end."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass

from contract.clauses._clause import chapter, clause
from contract.clauses.incremental import pipeline
from contract.errors import ClauseBroken, NothingToJudge
from contract.results import Evidence, Severity
from contract.strategies import Case, Words, alone, histories, kind, of_a_pipeline, of_a_sync, of_runs, pipelines
from contract.trial import MODES, PipelineHistory, RunsHistory, SyncHistory, Trial, judge_piped

MUST = Severity.MUST
API, DRAFT = Evidence.API, Evidence.DRAFT


@dataclass(frozen=True)
class _Machine:
    """A history is made of ``usual`` steps and of ``words``; ``perform`` acts it out against its model, in the world of the trial."""

    usual: str
    words: Words
    perform: Callable[[Trial, Sequence[str]], None]
    name: str = ""
    alone: Callable[[list[str], str], list[tuple[str, ...]]] = alone
    """Makes the histories of words of one kind."""

    def judge(self, trial: Trial, steps: Sequence[str]) -> None:
        """The history of ``steps``; without those that go wrong alone, which other clauses tell, where it goes wrong."""
        if self._problem(trial, trial.case, steps) is not None:
            why = self._wrong(trial, self.usual)
            trial.need(why is None, f"an undisturbed one goes wrong: {why}")
            steps = [step for step in steps if self._wrong(trial, kind(step)) is None]
            try:
                self.perform(trial, steps)
            except ClauseBroken as broken:
                trial.fail(f"{', '.join(filter(None, (self.name, *steps)))}: {broken.failure.message}")
        trial.judged(steps=len([step for step in steps if step != self.usual]))

    def _wrong(self, trial: Trial, what: str) -> str | None:
        """What goes wrong where nothing but steps of one kind happens; None where all is well."""
        known, key = trial.told.known, f"{self.name} {what}"
        if key not in known:
            words = [word for word in self.words(trial.limits) if kind(word) == what] or [self.usual]
            size = trial.limits.small(2)
            found = (self._alone(trial, size, steps) for steps in self.alone(words, self.usual))
            known[key] = next((why for why in found if why is not None), None)
        return known[key]

    def _alone(self, trial: Trial, size: int, steps: Sequence[str]) -> str | None:
        return self._problem(trial, Case(2 * size + 1, size, seed=1, steps=tuple(steps)), steps)

    def _problem(self, trial: Trial, case: Case, steps: Sequence[str]) -> str | None:
        """What goes wrong with ``steps`` in a world of its own."""
        try:
            with trial.elsewhere(case):
                self.perform(trial, steps)
        except ClauseBroken as broken:
            return broken.failure.message
        except NothingToJudge as reason:
            return str(reason)
        return None


def _sync(trial: Trial, steps: Sequence[str]) -> None:
    _acted_out(SyncHistory(trial), steps)


def _runs(trial: Trial, steps: Sequence[str]) -> None:
    _acted_out(RunsHistory(trial, pipeline(trial, newcomers=160)), steps)


def _acted_out(history: SyncHistory | RunsHistory, steps: Sequence[str]) -> None:
    for step in steps:
        history.happen(step)
    history.conclude()


def _piped(mode: str) -> Callable[[Trial, Sequence[str]], None]:
    return lambda trial, steps: judge_piped(trial, lambda piped: PipelineHistory(piped, mode).tell(steps))


def _each_once(words: list[str], usual: str) -> list[tuple[str, ...]]:
    return [(usual, word, usual) for word in words]


A_SYNC = _Machine("page", of_a_sync, _sync)
RUNS = _Machine("run", of_runs, _runs)
PIPELINES = {mode: _Machine("run", of_a_pipeline, _piped(mode), mode, _each_once) for mode in MODES}


@clause(
    MUST,
    API,
    DRAFT,
    over=histories(of_a_sync, "page"),
    variants="one",
    cost="Each thing by itself does no harm; two of them at once lose records, or deliver them twice.",
    fix="Let nothing but the pagination decide which page is asked, after a retry, a new token or a resume as well.",
)
def sync(trial: Trial) -> None:
    """Crashes, faults, rate limits, tokens and cursors that end, and records that come and go, in any order: the sync delivers what it must, or raises."""
    A_SYNC.judge(trial, trial.case.steps)


@clause(
    MUST,
    API,
    DRAFT,
    over=histories(of_runs, "run"),
    cost="Each thing by itself does no harm; two of them at once lose changes for good.",
    fix="Let each window begin where the last successful run's ended, whatever happened to the runs in between.",
    of_runs=True,
)
def runs(trial: Trial) -> None:
    """Runs that are interrupted, resumed or disturbed, with changes between and during them, in any order: in the end the newest version of every record has come."""
    RUNS.judge(trial, trial.case.steps)


@clause(
    MUST,
    API,
    DRAFT,
    over=pipelines(MODES),
    cost="Weeks of good runs, then a crash in an unlucky moment: the warehouse lacks records for good, and every run is green.",
    fix=(
        "Take where a stream goes on from next_pagination, and where a window begins from the state that bizon hands over: "
        "nothing that one source leaves for another, in the class, the module or a file, says what was delivered."
    ),
    of_runs=True,
)
def engine(trial: Trial) -> None:
    """Runs through bizon's own engine that are killed, fail or meet faults, full refreshes and increments, with records that come, change and go between them: the destination holds what it must, and what fails says so."""
    mode, *steps = trial.case.steps
    if mode == "incremental":
        pipeline(trial)  # needs what increments need
    PIPELINES[mode].judge(trial, steps)


CHAPTER = chapter(__doc__, sync, runs, engine)
