"""Judging one item of a plan: its cases in turn, drawn ones besides, and the result whatever happens."""

from __future__ import annotations

import datetime as dt
import itertools
import time
import traceback
import zlib
from collections.abc import Callable, Iterator
from dataclasses import replace
from pathlib import Path

from contract.docket import SIMULATED, Docket, patient_with_bizon
from contract.errors import ClauseBroken, HandlerError, NothingToJudge, UndescribedHostError, UsageError
from contract.failures import Failed
from contract.garbage import seldom_collected
from contract.planning import Item, plan
from contract.results import Evidence, Failure, Outcome, Result
from contract.simulation.metered import Spent
from contract.strategies import SOAK, Case, Limits, explore, from_json, to_json
from contract.trial import Told, shown
from contract.workers import Died

MISSING_EVIDENCE = {
    Evidence.API: "a description of what its API does (`api:` in contract.yml)",
    Evidence.LIVE: "the connector as it is (`--live`)",
    Evidence.REPLAY: "a recording of the stream (`bizon-contract record`, with the extra `record`)",
    Evidence.DRAFT: "a recording of the stream (`bizon-contract record`, with the extra `record`)",
    Evidence.CLASS: "the class",
}


UNDRAWN = "nothing is drawn for it: judged with --profile standard"
"""Why a soak leaves an item out."""


def judge(docket: Docket, item: Item) -> Result:
    """The verdict on one item. Never raises, but for what the user must mend first.

    Raises:
        UsageError: the connector cannot be loaded.
    """
    started = time.perf_counter()
    with patient_with_bizon(), seldom_collected():
        result = _judge(docket, item)
    return replace(_expected(docket, item, result), seconds=round(time.perf_counter() - started, 4))


def _judge(docket: Docket, item: Item) -> Result:
    reason = next((why for pattern, why in docket.contract.not_applicable.items() if item.matches(pattern)), None)
    if reason is not None:
        return _result(item, None, Outcome.SKIPPED, f"not applicable: {reason}")
    if item.clause.variants == "oauth" and item.variant is None and not docket.has_oauth():
        known = "the description lists" if docket.contract.api else "the recordings show"
        return _result(item, None, Outcome.SKIPPED, f"{known} no oauth credentials")
    elsewhere = _judged_elsewhere(item, docket.settings.profile)
    if elsewhere is not None:
        return left_out(item, elsewhere)
    evidence = docket.evidence(item)
    if evidence is None:
        return _result(item, None, Outcome.SKIPPED, _wanted(docket, item))
    if docket.settings.profile == SOAK and evidence not in (Evidence.API, Evidence.DRAFT):
        return left_out(item, f"to draw cases needs {MISSING_EVIDENCE[Evidence.API]}")
    if evidence is Evidence.REPLAY and not item.clause.about_recordings:
        why = docket.unplayable(item)
        if why is not None:
            return _result(item, evidence, Outcome.SKIPPED, f"the recording cannot be replayed: {why}")
    if evidence is Evidence.DRAFT:
        return _by_draft(docket, item)
    return _Hearing(docket, item, evidence).verdict()


def _judged_elsewhere(item: Item, profile: str) -> str | None:
    """Which profile judges an item that ``profile`` leaves out; None where it does not."""
    if not item.clause.over.tried_in(profile):
        return f"judged with --profile {item.clause.over.least}"
    if profile == SOAK and item.clause.over.draw is None:
        return UNDRAWN
    if profile == "quick" and not item.in_quick:
        return "judged with --profile standard: quick tries every type of credentials on the first stream only"
    return None


def _wanted(docket: Docket, item: Item) -> str:
    """What an item cannot be judged without; and where there are recordings, what they do not show."""
    recorded = docket.is_recorded(item)
    wanted = [each for each in item.clause.evidence if not (recorded and each in (Evidence.DRAFT, Evidence.REPLAY))]
    needs = f"needs {' or '.join(dict.fromkeys(MISSING_EVIDENCE[each] for each in wanted))}"
    if not recorded:
        return needs
    if Evidence.DRAFT in item.clause.evidence:
        return f"{needs}; the recordings do not show enough: {docket.doubt_about(item)}"
    return f"{needs}: no recording of a sync shows it; `bizon-contract infer` begins one"


def _by_draft(docket: Docket, item: Item) -> Result:
    """The verdict on one item in the simulation of what is drafted from the recordings."""
    result = _Hearing(docket.drafted, item, Evidence.API).verdict()
    told = (
        f"{result.message} (the API as its recordings show it)" if result.outcome is Outcome.FAILED else result.message
    )
    return replace(result, evidence=Evidence.DRAFT, message=told)


def unfinished(item: Item, died: Died) -> Result:
    """The result of an item whose process died of it."""
    said = f"the process that judged it {died}: does the connector end it, or take all memory?"
    return _result(item, None, Outcome.ERROR, said)


def left_out(item: Item, why: str) -> Result:
    """The result of an item that is not judged."""
    return _result(item, None, Outcome.SKIPPED, why)


def retry(docket: Docket, failed: Failed) -> Result:
    """The verdict on the one case of a kept failure, whatever is expected of its clause.

    Raises:
        UsageError: the connector cannot be loaded, or the contract has no such clause, stream or case any more.
    """
    with patient_with_bizon():
        items = plan(docket.contract, found=docket.subject.streams(), own=docket.own)
        item = next((item for item in items if item.name == failed.item), None)
        if item is None or (docket.contract.streams and failed.stream not in docket.contract.streams):
            raise UsageError(f"the contract has no {failed.item} any more")
        return _Hearing(docket, item, Evidence.API).retry(failed)


def _expected(docket: Docket, item: Item, result: Result) -> Result:
    found = docket.expects(item)
    if not found or result.outcome not in (Outcome.FAILED, Outcome.PASSED):
        return result
    if result.outcome is Outcome.PASSED:
        return replace(result, outcome=Outcome.XPASSED, message=f"expected to fail ({found[0].reason}), and passes")
    if not any(entry.until is None or today() < entry.until for entry in found):
        dated = f"expected to fail until {found[0].until} ({found[0].reason}), which is over"
        return replace(result, message=f"{result.message}; {dated}")
    return replace(result, outcome=Outcome.XFAILED, message=f"{found[0].reason}: {result.message}")


def _result(item: Item, evidence: Evidence | None, outcome: Outcome, message: str | None = None) -> Result:
    clause = item.clause
    return Result(
        clause.id, clause.chapter, clause.severity, item.stream, item.variant, evidence, outcome, message=message
    )


def today() -> dt.date:
    """The day, UTC, by which an expected failure is outdated or not."""
    return dt.datetime.now(dt.UTC).date()


class _Hearing:
    """One item being judged: its cases, what they judged, and the first broken one."""

    def __init__(self, docket: Docket, item: Item, evidence: Evidence) -> None:
        self.docket = docket
        self.item = item
        self.evidence = evidence
        self.told = Told()
        self.cases = 0
        self.reasons: list[str] = []
        self.failing: tuple[str, Case] | None = None
        """The stream and the case in which the clause was broken last: the smallest such case, behind a search."""

    def verdict(self) -> Result:
        """The result over all cases, whatever happens."""

        def hear() -> None:
            for stream in self.docket.streams_of(self.item, self.evidence):
                self._hear(stream)

        return self._concluded(hear)

    def retry(self, failed: Failed) -> Result:
        """The result over the one case of a kept failure.

        Raises:
            UsageError: the clause has no such case any more.
        """
        limits = self.docket.limits(failed.stream)
        try:
            case = from_json(failed.case, self.item.clause.over.enumerate(limits))
        except LookupError as error:
            raise UsageError(f"{failed.id}: {error}; run `check` again") from error
        works = self.docket.obstacle(failed.stream) is None
        return self._concluded(lambda: self._runner(failed.stream, limits, works=works)(case))

    def _concluded(self, hear: Callable[[], None]) -> Result:
        try:
            hear()
        except ClauseBroken as broken:
            return self._failed(broken.failure)
        except Spent as spent:
            return self._result(Outcome.SKIPPED, message=str(spent))
        except UsageError:
            raise
        except Exception as error:
            return self._result(Outcome.ERROR, message=_ours(error))
        if not any(self.told.judged.values()):
            why = self.reasons[0] if self.reasons else "the described paging and options have nothing of the kind"
            return self._result(Outcome.SKIPPED, message=f"nothing to judge: {why}{self._remedy()}")
        return self._result(Outcome.PASSED)

    def _remedy(self) -> str:
        """What would show what a replayed recording does not."""
        if self.evidence is not Evidence.REPLAY or self.item.clause.about_recordings:
            return ""
        pages = [self.docket.pages_recorded(stream) for stream in self.docket.streams_of(self.item, self.evidence)]
        if min(pages, default=0) < ENOUGH_PAGES:
            return f"; {min(pages, default=0)} pages were recorded: record at least {ENOUGH_PAGES}"
        return "; describe the API (`bizon-contract infer` begins it from the recordings)"

    def _hear(self, stream: str) -> None:
        domain = self.item.clause.over
        simulated = self.evidence in SIMULATED and not self.item.clause.about_recordings
        limits = self.docket.limits(stream) if simulated else Limits("none")
        obstacle = self.docket.obstacle(stream) if simulated else None
        if obstacle and self.item.clause.needs_sync:
            self.reasons.append(f"an undisturbed sync does not begin ({obstacle}): see interface.dispatch")
            return
        run = self._runner(stream, limits, works=obstacle is None)
        # Where no sync begins, quick's own place for faults is never reached: the check and the count have to show them.
        profile = self.docket.settings.profile if obstacle is None else "standard"
        for case in self._cases(limits, profile) if simulated else [Case()]:
            try:
                run(case)
            except ClauseBroken as broken:
                raise self._smaller(case, limits, run) or broken from None
        draw = domain.draw
        if draw is not None and self.evidence is Evidence.API and self.docket.draws(self.item):
            number = zlib.crc32(f"{self.docket.settings.seed}/{self.item.name}".encode())
            drawn = draw(limits)
            if not drawn.is_empty:
                explore(drawn, self.docket.settings.profile, number, run, shrink=self._shrinks, dear=domain.dear)

    @property
    def _shrinks(self) -> bool:
        return self.docket.settings.shrink and not self.docket.expects(self.item)

    def _cases(self, limits: Limits, profile: str) -> Iterator[Case]:
        over = self.item.clause.over
        return over.replayed(limits.recorded, limits, profile) if limits.recorded else over.of(limits, profile)

    def _smaller(self, case: Case, limits: Limits, run: Callable[[Case], None]) -> ClauseBroken | None:
        """The same clause broken by a few records, where ``case`` holds many; None where it takes them."""
        if case.size <= FEW or limits.recorded or self.item.clause.over.dear or not self._shrinks:
            return None
        found = self.failing
        for size, seed in itertools.product((1, 2, 3), range(1, 25)):
            try:
                run(replace(case, size=size, page_size=limits.small(2), seed=seed))
            except ClauseBroken as broken:
                return broken
        self.failing = found
        return None

    def _runner(self, stream: str, limits: Limits, *, works: bool) -> Callable[[Case], None]:
        def run(case: Case) -> None:
            if not self.item.clause.over.beyond_cap and not limits.reaches(case.size):
                self.reasons.append(f"the API does not page through more than {limits.depth_cap} records")
                return
            self.cases += 1
            try:
                trial = self.docket.trial(self.item, self.evidence, stream, case, self.told, limits, works=works)
                with trial:
                    self.item.clause.check(trial)
            except NothingToJudge as reason:
                self.reasons.append(str(reason))
            except ClauseBroken:
                self.failing = stream, case
                raise

        return run

    def _failed(self, failure: Failure) -> Result:
        found = self._result(Outcome.FAILED, message=failure.message)
        return replace(found, cost=failure.cost, fix=failure.fix, story=failure.story, replay=self._kept())

    def _kept(self) -> str | None:
        """The id under which the failure is kept; None where it would not be the same one when it is read again."""
        if self.failing is None or self.evidence is not Evidence.API or not self.docket.settings.keep:
            return None
        stream, case = self.failing
        failed = Failed(self.docket.path.name, self.item.name, stream, to_json(case))
        try:
            same = from_json(failed.case, self.item.clause.over.enumerate(self.docket.limits(stream)))
        except LookupError:
            return None
        return failed.keep(self.docket.folder) if repr(same) == repr(case) else None

    def _result(self, outcome: Outcome, message: str | None = None) -> Result:
        clause = self.item.clause
        return Result(
            clause=clause.id,
            chapter=clause.chapter,
            severity=clause.severity,
            stream=self.item.stream,
            variant=self.item.variant,
            evidence=self.evidence,
            outcome=outcome,
            message=message,
            judged=dict(self.told.judged),
            examples=self.cases,
            requests=self.told.requests,
        )


ENOUGH_PAGES = 3
"""Pages that a recording has to hold to have a middle."""

FEW = 9
"""Records that a story can show."""


def _ours(error: BaseException) -> str:
    if isinstance(error, UndescribedHostError | HandlerError):
        return str(error)
    last = traceback.extract_tb(error.__traceback__)[-1]
    return f"{shown(error)} (at {Path(last.filename).name}:{last.lineno}): a defect of bizon-contract or of the description"
