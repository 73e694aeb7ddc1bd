"""bizon's own engine around the connector: runner, backend, queue and file destination."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from dataclasses import replace
from typing import Any

from contract.clauses._clause import chapter, clause
from contract.results import Evidence, Severity
from contract.strategies import Case, Domain, Limits, empty, once
from contract.trial import Piped, Runs, Trial, difference, judge_piped

MUST, SHOULD = Severity.MUST, Severity.SHOULD
API, DRAFT = Evidence.API, Evidence.DRAFT

A_RUN_IS_DEAR: dict[str, Any] = {"least": "standard", "dear": True}
"""Of a domain: each run starts two threads and a database, and importing bizon's engine alone takes a tenth of profile quick."""

PAGES = 6
"""Pages of a stream of which few are let in: more than two iterations of two, since bizon 0.6.4 begins one beyond the bound."""

FULL_REFRESH: dict[str, Any] = {"sync_mode": "full_refresh"}
INCREMENTAL: dict[str, Any] = {"sync_mode": "incremental"}

three_pages = replace(once, **A_RUN_IS_DEAR)


@clause(
    MUST,
    API,
    DRAFT,
    over=three_pages,
    cost="The table in the warehouse is not what the API holds, and the run is green.",
    fix=(
        "bizon builds a source for the check and the count, another one for the pages, and a third one for callbacks: "
        "keep nothing on the class or the module, and let the count change nothing that the pages need."
    ),
)
def delivers(trial: Trial) -> None:
    """What arrives at the destination is what the API holds."""
    judge_piped(trial, _delivered_at_once)


def _delivered_at_once(piped: Piped) -> str | None:
    pipeline = piped.pipeline(**FULL_REFRESH)
    ended = piped.run(pipeline)
    if not ended.success:
        return f"the run fails: {ended.said}"
    held, came = piped.trial.held, piped.trial.in_order(piped.keys(pipeline.delivered()))
    return None if came == held else f"at the destination, {difference(held, came)}"


@clause(
    MUST,
    API,
    DRAFT,
    over=three_pages,
    cost="A deployment or a crash in mid-sync costs the records around it, for good.",
    fix="Keep where the stream goes on in next_pagination alone: a new process has nothing else.",
)
def resumes(trial: Trial) -> None:
    """Killed after any page and started again, the pipeline loses nothing (incremental mode resumes, full refresh starts clean)."""
    judge_piped(trial, lambda piped: _killed_in_the_first_run(piped, FULL_REFRESH, _kills(piped)))
    if _is_resumed(trial):
        judge_piped(trial, lambda piped: _killed_in_the_first_run(piped, INCREMENTAL, _kills(piped)))
        judge_piped(trial, _killed_in_the_second_run)


def _is_resumed(trial: Trial) -> bool:
    """Whether bizon goes on with what was interrupted: it begins a full refresh anew."""
    return trial.stream.incremental is not None and trial.subject.supports_incremental()


def _kills(piped: Piped) -> Iterator[int]:
    """The calls of the source, from 1 on, before which a pipeline is killed: each but the first."""
    return iter(range(2, piped.trial.case.size // piped.trial.case.page_size + 2))


def _killed_in_the_first_run(piped: Piped, mode: dict[str, Any], kills: Iterable[int]) -> str | None:
    for call in kills:
        pipeline = piped.pipeline(**mode)
        if not piped.run(pipeline, killed_before=call).killed:
            break
        ended = piped.run(pipeline)
        if wrong := _missing(piped, call, mode, ended.said if not ended.success else None, pipeline.delivered()):
            return wrong
    return None


def _killed_in_the_second_run(piped: Piped) -> str | None:
    for call in _kills(piped):
        with piped.trial.elsewhere():
            runs = Runs(piped.trial)
            pipeline = piped.pipeline(**INCREMENTAL)
            ended = piped.run(pipeline)
            if not ended.success:
                return f"the first run fails: {ended.said}"
            before = len(pipeline.delivered())
            runs.later()
            for name in piped.trial.held:
                runs.update(name)
            runs.later(runs.margin)
            if not piped.run(pipeline, killed_before=call).killed:
                break
            runs.later(600)
            ended = piped.run(pipeline)
            said = ended.said if not ended.success else None
            if wrong := _missing(piped, call, INCREMENTAL, said, pipeline.delivered()[before:]):
                return wrong
    return None


def _missing(piped: Piped, call: int, mode: dict[str, Any], failed: str | None, delivered: list[Any]) -> str | None:
    """What a pipeline lost that was killed before ``call`` and started again."""
    killed = f"killed after page {call - 1} and started again (sync_mode: {mode['sync_mode']})"
    if failed is not None:
        return f"{killed}, the pipeline fails: {failed}"
    held, came = piped.trial.held, set(piped.keys(delivered))
    missing = [name for name in held if name not in came]
    if missing:
        few = ", ".join(missing[:3]) + (", …" if len(missing) > 3 else "")
        return f"{killed}, {len(missing)} of {len(held)} records are not at the destination: {few}"
    return None


@clause(
    MUST,
    API,
    DRAFT,
    over=three_pages,
    cost="A part of the data takes the place of the whole in the warehouse, and the run is green.",
    fix="Let what a request raises come out of get(): bizon then fails the run and publishes nothing.",
)
def failure_is_failure(trial: Trial) -> None:
    """When the source fails in mid-sync the run fails, and the destination keeps its earlier data."""
    judge_piped(trial, _failed_in_mid_sync)


def _failed_in_mid_sync(piped: Piped) -> str | None:
    pipeline = piped.pipeline(**FULL_REFRESH)
    ended = piped.run(pipeline)
    if not ended.success:
        return f"the run fails although the API does not: {ended.said}"
    before = pipeline.delivered()
    page = 1 if piped.trial.limits.pages else 0
    with piped.failing_from(page):
        ended = piped.run(pipeline)
    after = pipeline.delivered()
    if ended.success:
        return f"the API answers 500 from page {page + 1} on, and bizon takes the run for a success: {ended.said}"
    return None if after == before else f"a run that failed left {len(after)} records of {len(before)}"


@clause(
    MUST,
    API,
    DRAFT,
    over=replace(empty, **A_RUN_IS_DEAR),
    cost="The pipeline of an account without data fails every day, until somebody enters a record.",
    fix="Return an iteration without records and an empty next_pagination, and no exception, where there is nothing.",
)
def empty_stream(trial: Trial) -> None:
    """A stream without records syncs successfully through the engine, total included (bizon 0.6.4 divides by a total of 0)."""
    judge_piped(trial, _delivered_at_once)


def _many_pages(limits: Limits) -> Iterable[Case]:
    if limits.pages:
        size = limits.small(2)
        yield Case(size=PAGES * size, page_size=size)


@clause(
    SHOULD,
    API,
    DRAFT,
    over=Domain(_many_pages, **A_RUN_IS_DEAR),
    cost="Trying a pipeline with max_iterations: 1 reads the whole stream, and takes hours.",
    fix="Ask for one page in one get(), and say in next_pagination where the next one is.",
)
def max_iterations(trial: Trial) -> None:
    """`max_iterations` bounds the run."""
    judge_piped(trial, _bounded)


def _bounded(piped: Piped) -> str | None:
    pipeline = piped.pipeline(**FULL_REFRESH, max_iterations=1)
    ended = piped.run(pipeline)
    if not ended.success:
        return f"with max_iterations: 1 the run fails: {ended.said}"
    asked = max(ended.pages, len(piped.trial.calls("sync", "list")))
    return f"with max_iterations: 1, {asked} of {PAGES} pages were asked" if asked >= PAGES else None


@clause(
    MUST,
    API,
    DRAFT,
    over=replace(three_pages, least="thorough"),
    cost="What works on one machine with the thread runner loses data, or fails, as soon as the pipeline is scaled out.",
    fix=(
        "With `runner: process` the check, the pages and the destination each are in a process of their own, in which the "
        "connector is imported anew: keep nothing on the class or the module that another one has to know; keep in "
        "next_pagination alone where the stream goes on, as plain JSON values."
    ),
)
def processes(trial: Trial) -> None:
    """In processes of bizon's own (`runner: process`), too, what arrives is what the API holds; after a kill as well."""
    judge_piped(trial, _delivered_at_once, apart=True)
    if _is_resumed(trial):
        judge_piped(
            trial, lambda piped: _killed_in_the_first_run(piped, INCREMENTAL, list(_kills(piped))[-1:]), apart=True
        )


CHAPTER = chapter(__doc__, delivers, resumes, failure_is_failure, empty_stream, max_iterations, processes)
