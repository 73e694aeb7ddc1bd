"""What an earlier release stored, this one resumes from."""

from __future__ import annotations

from contract.clauses._clause import chapter, clause
from contract.description import lock
from contract.results import Evidence, Severity
from contract.strategies import Case, Domain, once
from contract.trial import Trial, behind_a_run, difference, problem_of, shown


@clause(
    Severity.MUST,
    Evidence.API,
    over=Domain(once.enumerate),
    cost="A pipeline that was under way during the deployment fails, skips records or starts over.",
    fix="Read the old form of the pagination and the state as well as the new one, for as long as pipelines may hold it.",
)
def compatible(trial: Trial) -> None:
    """Paginations and states of earlier releases, kept in `checkpoints.lock`, resume under this code: deployments happen in mid-sync."""
    locked = lock.read(trial.folder)
    trial.need(locked is not None, f"there is no {lock.NAME} beside the contract: `bizon-contract lock` writes one")
    assert locked is not None
    for release, streams in locked.items():
        for kept in streams.get(trial.stream_name, ()):
            if isinstance(kept, lock.Checkpoint):
                _resumes(trial, kept, release)
            else:
                _reads_on(trial, kept, release)
            trial.judged(checkpoints=1)
    trial.need(trial.told.judged, f"{lock.NAME} holds nothing of this stream")


def _resumes(trial: Trial, kept: lock.Checkpoint, release: str) -> None:
    whose = f"resumed from {kept.pagination}, as {release} left it"
    with trial.elsewhere(Case(size=kept.records, page_size=kept.page_size)):
        rest = trial.sync(first=kept.pagination)
        trial.expect(rest.error is None and rest.ended, f"{whose}: get() raised {shown(rest.error)}")
        wanted, came = trial.held[kept.delivered :], trial.keys(rest.records)
        trial.expect(came == wanted, f"{whose}: {difference(wanted, came)}")


def _reads_on(trial: Trial, kept: lock.Increment, release: str) -> None:
    """An increment, whose records may come a second time, but not all that there ever were."""
    whose = f"a run from the state {kept.state}, resumed from {kept.pagination}, as {release} left them"
    if not kept.pagination:
        whose = f"a run from the state {kept.state}, as {release} left it"
    with trial.elsewhere(Case(size=kept.records, page_size=kept.page_size, seed=0)):
        runs = behind_a_run(trial, kept.changed)
        run = runs.handed(kept.state, kept.pagination)
        lost = [name for name in runs.lost if name in kept.remaining]
        why = problem_of(run) or (f"{len(lost)} changed records have not come: {', '.join(lost[:3])}" if lost else None)
        trial.need(why is None or runs.any_run_fails() is None, "undisturbed runs fail: see incremental.window")
        trial.expect(why is None, f"{whose}: {why}")
        runs.expect_nothing_old(run)


CHAPTER = chapter(__doc__, compatible)
