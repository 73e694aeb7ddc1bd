"""Judging the items of a plan, and yielding results."""

from __future__ import annotations

import datetime as dt
import itertools
import time
import traceback
import warnings
import zlib
from collections.abc import Callable, Generator, Iterator, Sequence
from contextlib import closing, contextmanager, suppress
from dataclasses import dataclass, replace
from functools import cached_property
from importlib.util import find_spec
from pathlib import Path
from typing import TYPE_CHECKING, Any

import contract as package
from contract import failures
from contract.clauses import CHAPTERS, Clause
from contract.description.auth import Auth, OAuth
from contract.description.connector import Contract, ExpectedFailure
from contract.description.document import Document, find, read
from contract.description.lock import Checkpoint, Increment
from contract.errors import (
    ClauseBroken,
    NothingToJudge,
    UndescribedHostError,
    UnknownNameError,
    UsageError,
)
from contract.failures import Failed
from contract.planning import BIZON_TYPES, Item, own_clauses, plan, unknown
from contract.results import (
    Began,
    ConnectorReport,
    Event,
    Evidence,
    Failure,
    Judged,
    Outcome,
    Planned,
    Report,
    Result,
)
from contract.strategies import EXAMPLES, Case, Limits, RecordedSync, explore, from_json, ids_are_free_text, to_json
from contract.trial import TELLS_OF_ANY_SYNC, Told, Trial, Variant, World, behind_a_run, page_sizes, shown
from contract.workers import Died, spread

if TYPE_CHECKING:  # it imports bizon, which planning does without
    from contract.recording.replayed import Replay
    from contract.subject.building import Subject

MISSING_EVIDENCE = {
    Evidence.API: "a description of what its API does (`api:` in contract.yml)",
    Evidence.LIVE: "the connector as it is (`--live`)",
    Evidence.REPLAY: "a recording of the stream (`bizon-contract record`)",
    Evidence.CLASS: "the class",
}


PLAIN_AND_OTHER = (0, 1)
"""Seeds of records: all the same, and of many contents, as `pagination.complete` tries them as well."""

READS_RECORDINGS = find_spec("vcr") is not None
"""Whether vcrpy is there: the extra `record`."""

SIMULATED = (Evidence.API, Evidence.REPLAY)
"""With these the connector lives in a world of ours."""


@dataclass(frozen=True)
class Settings:
    """How one run judges."""

    profile: str = "standard"
    seed: int = 0
    live: bool = False
    keep: bool = True
    """Whether failures are kept beside the contract.yml, so that they can be tried again."""
    shrink: bool = True
    """Whether the smallest case that fails is looked for."""


class Docket:
    """One connector and the means to judge it: loads the class on first use, and keeps what is common to its items."""

    def __init__(self, document: Document, settings: Settings = Settings()) -> None:
        if settings.profile not in EXAMPLES:
            raise UsageError(f"profile {settings.profile!r} is not known; it is one of {', '.join(EXAMPLES)}")
        self.contract = document.contract
        self.path = document.path
        self.folder = document.path.parent
        self.settings = settings
        self._limits: dict[str, Limits] = {}
        self._works: dict[str, str | None] = {}
        self._baselines: dict[str, str | None] = {}
        self._cassettes = document.cassettes

    @cached_property
    def subject(self) -> Subject:
        """The connector.

        Raises:
            SubjectLoadError: it cannot be imported.
        """
        with _patient_with_bizon():
            from contract.subject.building import Subject
            from contract.subject.loading import load_class

            subject = Subject(load_class(self.contract.source, self.folder), self.contract.config)
            known = subject.streams()
        for name in self.contract.streams:
            if known and name not in known:
                raise UnknownNameError(
                    f"api.streams: {unknown('stream of the connector', name, known)}; it has {', '.join(known)}"
                )
        return subject

    @cached_property
    def own(self) -> list[Clause]:
        """The author's clauses, from the files that the contract names.

        Raises:
            SubjectLoadError: a file cannot be imported, or holds no clause.
        """
        return own_clauses(self.contract, self.folder)

    def cassette(self, stream: str) -> Path | None:
        """The recording of a stream, where there is one."""
        path = self._cassettes / f"{stream}.yaml"
        return path if path.is_file() else None

    @cached_property
    def replays(self) -> dict[str, Replay | str]:
        """What the recordings make of the streams, where the API is not described; or why one cannot be replayed.

        Raises:
            UsageError: a recording cannot be read.
        """
        if self.contract.api is not None:
            return {}
        with _patient_with_bizon():
            from contract.recording.replayed import replays

            paths = {name: path for name in self.subject.streams() if (path := self.cassette(name)) is not None}
            return replays(self.subject, paths)

    @cached_property
    def described(self) -> Contract:
        """The contract with its API: as it is described, or else as far as recordings show it."""
        drafted = [each.described for each in self.replays.values() if not isinstance(each, str)]
        return self.contract.model_copy(update={"api": drafted[0]}) if drafted else self.contract

    def judge(self, item: Item) -> Result:
        """The verdict on one item. Never raises, but for what the user must mend first.

        Raises:
            UsageError: the connector cannot be loaded.
        """
        started = time.perf_counter()
        with _patient_with_bizon():
            result = self._judge(item)
        return replace(self._expected(item, result), seconds=round(time.perf_counter() - started, 4))

    def _judge(self, item: Item) -> Result:
        reason = next((why for pattern, why in self.contract.not_applicable.items() if item.matches(pattern)), None)
        if reason is not None:
            return self._result(item, None, Outcome.SKIPPED, f"not applicable: {reason}")
        if item.clause.variants == "oauth" and item.variant is None and not self._has_oauth():
            return self._result(item, None, Outcome.SKIPPED, "the description lists no oauth credentials")
        only_in = item.clause.over.only_in
        if only_in not in (None, self.settings.profile):
            return self._result(item, None, Outcome.SKIPPED, f"judged with --profile {only_in}")
        evidence = self._evidence(item)
        if evidence is None:
            wanted = " or ".join(MISSING_EVIDENCE[each] for each in item.clause.evidence)
            return self._result(item, None, Outcome.SKIPPED, f"needs {wanted}")
        if evidence is Evidence.REPLAY and not item.clause.about_recordings:
            why = [self.replays[stream] for stream in self.streams_of(item, evidence)]
            if any(isinstance(each, str) for each in why):
                return self._result(item, evidence, Outcome.SKIPPED, f"the recording cannot be replayed: {why[0]}")
        return _Hearing(self, item, evidence).verdict()

    def unfinished(self, item: Item, died: Died) -> Result:
        """The result of an item whose process died of it."""
        said = f"the process that judged it {died}: does the connector end it, or take all memory?"
        return self._result(item, None, Outcome.ERROR, said)

    def replay(self, failed: Failed) -> Result:
        """The verdict on the one case of a kept failure, whatever is expected of its clause.

        Raises:
            UsageError: the connector cannot be loaded, or the contract has no such clause, stream or case any more.
        """
        with _patient_with_bizon():
            items = plan(self.contract, found=self.subject.streams(), own=self.own)
            item = next((item for item in items if item.name == failed.item), None)
            if item is None or (self.contract.streams and failed.stream not in self.contract.streams):
                raise UsageError(f"the contract has no {failed.item} any more")
            return _Hearing(self, item, Evidence.API).retry(failed)

    def _has_oauth(self) -> bool:
        """Whether the API takes oauth, as far as is known; unknown where there is neither description nor recording."""
        api = self.described.api
        return api is None or any(isinstance(auth, OAuth) for auth in api.auth)

    def _evidence(self, item: Item) -> Evidence | None:
        present = {
            Evidence.CLASS: True,
            Evidence.API: bool(self.contract.streams),
            Evidence.REPLAY: READS_RECORDINGS and bool(self.streams_of(item, Evidence.REPLAY)),
            Evidence.LIVE: self.settings.live,
        }
        return next((each for each in item.clause.evidence if present.get(each)), None)

    def expects(self, item: Item) -> list[ExpectedFailure]:
        """The entries of ``expected_failures`` that mean ``item``."""
        return [entry for pattern, entry in self.contract.expected_failures.items() if item.matches(pattern)]

    def _expected(self, item: Item, result: Result) -> Result:
        found = self.expects(item)
        if not found or result.outcome not in (Outcome.FAILED, Outcome.PASSED):
            return result
        if result.outcome is Outcome.PASSED:
            return replace(result, outcome=Outcome.XPASSED, message=f"expected to fail ({found[0].reason}), and passes")
        if not any(entry.until is None or today() < entry.until for entry in found):
            dated = f"expected to fail until {found[0].until} ({found[0].reason}), which is over"
            return replace(result, message=f"{result.message}; {dated}")
        return replace(result, outcome=Outcome.XFAILED, message=f"{found[0].reason}: {result.message}")

    def _result(self, item: Item, evidence: Evidence | None, outcome: Outcome, message: str | None = None) -> Result:
        clause = item.clause
        return Result(
            clause.id, clause.chapter, clause.severity, item.stream, item.variant, evidence, outcome, message=message
        )

    def streams_of(self, item: Item, evidence: Evidence | None = None) -> tuple[str, ...]:
        """The streams that an item is judged on: its own, one for the connector, or all where none is described.

        With evidence `replay` those that are recorded.
        """
        known = (item.stream,) if item.stream is not None else self.contract.streams or self.subject.streams() or ("",)
        if evidence is Evidence.REPLAY:
            known = tuple(stream for stream in known if self.cassette(stream))
        return known[:1] if item.clause.per == "connector" else known

    def trial(
        self, item: Item, evidence: Evidence, stream: str, case: Case, told: Told, limits: Limits, *, works: bool = True
    ) -> Trial:
        """A trial of ``item`` in the world of ``case``. ``works`` says whether an undisturbed sync begins at all."""
        auths = self.described.api.auth if self.described.api else ()
        # `api_key` belongs to a key that is described, rather than to a bearer token.
        auth = min(
            (each for each in auths if item.variant in BIZON_TYPES[type(each)]),
            key=lambda each: len(BIZON_TYPES[type(each)]),
            default=None,
        )
        variant = Variant(item.variant, auth) if item.variant and auth else None
        return Trial(
            self.contract if item.clause.about_recordings else self.described,
            self.folder,
            self.subject,
            item.clause,
            evidence,
            stream,
            variant,
            case,
            told,
            limits,
            works,
            lambda: self.baseline(stream) if evidence in SIMULATED else None,
            self._worlds(item.clause, evidence, stream, [auth] if variant and auth else None),
            self.cassette(stream),
        )

    def _worlds(
        self, clause: Clause, evidence: Evidence, stream: str, auth: Sequence[Auth] | None
    ) -> Callable[[Case], World] | None:
        """How the world of a case is made; None where there is none."""
        if clause.about_recordings:
            return None
        if evidence is Evidence.API:
            api = self.contract.api
            assert api is not None, "there is no evidence `api` without a description"
            return lambda case: World(api, stream, case, auth)
        if evidence is Evidence.REPLAY:
            from contract.trial.recorded_world import RecordedWorld

            replay = self.replays[stream]
            assert not isinstance(replay, str), "what cannot be replayed is skipped"
            return lambda case: RecordedWorld(replay, case, auth)
        return None

    def limits(self, stream: str) -> Limits:
        """What a case may be for ``stream``."""
        if stream not in self._limits:
            self._limits[stream] = self._find_limits(stream)
        return self._limits[stream]

    def _find_limits(self, name: str) -> Limits:
        api, replay = self.described.api, self.replays.get(name)
        if api is None or name not in api.streams:
            return Limits("none")
        stream = api.streams[name]
        size = stream.page_size
        option = size.option if size and size.option and self.subject.has_option(size.option) else None
        bounds = self.subject.option_bounds(option) if option else None
        own = (bounds.least, bounds.most) if bounds else (None, None)
        least, most = page_sizes(stream, int(own[0] or 0) or None, None if own[1] is None else int(own[1]))
        limits = Limits(
            style=stream.paging.style,
            smallest=least,
            largest=most,
            has_more=getattr(stream.paging, "more", None) is not None or stream.paging.style == "relay",
            opaque=getattr(stream.paging, "value", "token") == "token",
            optional=stream.optional,
            total_capped=stream.totals.cap is not None,
            short_page_is_last=stream.short_page_is_last,
            below_base=getattr(stream.paging, "form", None) == "base_relative",
            empty=stream.empty,
            depth_cap=stream.depth_cap,
            strings=ids_are_free_text(stream),
            limited=api.limits is not None,
        )
        if replay is not None and not isinstance(replay, str):
            recorded = RecordedSync(len(replay.held), replay.page_size, replay.pages)
            return replace(limits, smallest=replay.page_size, largest=replay.page_size, recorded=recorded)
        if option is None and limits.pages:
            asked = self._page_size_asked(name, limits)
            return replace(limits, smallest=asked, largest=asked)
        return limits

    def _page_size_asked(self, name: str, limits: Limits) -> int:
        """The page size that a connector without an option for it asks for, or gets."""
        stream = self.contract.api.streams[name] if self.contract.api else None
        size = stream.page_size if stream else None
        if size is None:
            return limits.largest
        with self._probe(name, Case(size=1, page_size=1), limits) as trial:
            with suppress(*OBSTACLES):  # told by `obstacle`
                trial.sync(limit=1)
            sent = [size.send.sent_in(call.request) for call in trial.calls("sync", "list")]
        asked = int(str(sent[0])) if sent and str(sent[0]).isdigit() else size.default
        return max(1, min(asked, size.max))

    @contextmanager
    def undisturbed(self, stream: str, case: Case) -> Iterator[Trial]:
        """A trial of no clause, in the world of ``case``."""
        with _patient_with_bizon(), self._probe(stream, case, self.limits(stream)) as trial:
            yield trial

    def _probe(self, name: str, case: Case, limits: Limits) -> Trial:
        evidence = Evidence.API if self.contract.api else Evidence.REPLAY
        return self.trial(Item(_PROBE, name), evidence, name, case, Told(), limits)

    def _simple(self, stream: str) -> Case:
        """Three pages of an API that does nothing unusual, or what was recorded."""
        limits = self.limits(stream)
        if limits.recorded is not None:
            return Case(size=limits.recorded.size, page_size=limits.recorded.page_size)
        size = limits.small(2)
        return Case(size=2 * size + 1, page_size=size)

    def baseline(self, stream: str) -> str | None:
        """Why an undisturbed sync of ``stream`` does not deliver everything; None when it does.

        Of plain records and of others: what some contents do to a connector is no clause's own finding either.
        """
        if stream not in self._baselines:
            failures = (self._failure_with(stream, seed) for seed in PLAIN_AND_OTHER)
            self._baselines[stream] = next(filter(None, failures), None)
        return self._baselines[stream]

    def _failure_with(self, stream: str, seed: int) -> str | None:
        with self._probe(stream, replace(self._simple(stream), seed=seed), self.limits(stream)) as trial:
            return _failure_of(trial)

    def checkpoints(self, stream: str) -> Iterator[Checkpoint]:
        """The paginations of an undisturbed sync of ``stream``, and where in it they stand."""
        case = self._simple(stream)
        with self.undisturbed(stream, case) as trial:
            delivered = 0
            for turn in trial.sync().turns[:-1]:
                delivered += len(turn.records)
                yield Checkpoint(
                    records=case.size, page_size=case.page_size, delivered=delivered, pagination=turn.next_pagination
                )

    def increments(self, stream: str) -> Iterator[Increment]:
        """What bizon hands to the second run of ``stream``, before it begins and behind each of its pages.

        Raises:
            NothingToJudge: undisturbed runs fail.
        """
        api = self.contract.api
        if api is None or api.streams[stream].incremental is None or not self.subject.supports_incremental():
            return
        case = self._simple(stream)
        with self.undisturbed(stream, case) as trial:
            runs = behind_a_run(trial, case.size)
            state, remaining, pagination = runs.state, runs.lost, dict[str, Any]()
            for turn in runs.run().sync.turns:
                yield Increment(
                    records=case.size,
                    page_size=case.page_size,
                    changed=case.size,
                    state=state,
                    pagination=pagination,
                    remaining=remaining,
                )
                came = trial.keys(turn.records)
                remaining, pagination = [name for name in remaining if name not in came], turn.next_pagination

    def obstacle(self, stream: str) -> str | None:
        """Why an undisturbed sync of ``stream`` cannot even begin; None when it can."""
        if stream not in self._works:
            with self._probe(stream, self._simple(stream), self.limits(stream)) as trial:
                self._works[stream] = _obstacle(trial)
        return self._works[stream]


def checkpoints(docket: Docket) -> dict[str, list[Checkpoint | Increment]]:
    """What an undisturbed sync of each described stream leaves behind at its checkpoints, and what its runs do.

    Raises:
        UsageError: there is no description, or a stream does not sync.
    """
    if not docket.contract.streams:
        raise UsageError(f"{docket.path}: checkpoints come from simulated syncs, and there is no `api:` to simulate")
    found = dict[str, list[Checkpoint | Increment]]()
    for name in docket.contract.streams:
        why = docket.baseline(name)
        if why is not None:
            raise UsageError(f"{name} does not sync, so it leaves no checkpoints worth keeping: {why}")
        try:
            found[name] = [*docket.checkpoints(name), *docket.increments(name)]
        except NothingToJudge as reason:
            raise UsageError(
                f"{name} does not sync incrementally, so it leaves no state worth keeping: {reason}"
            ) from reason
    return found


@contextmanager
def _patient_with_bizon() -> Iterator[None]:
    """Inside, what bizon's own code does and pydantic deprecates is no warning, nor an error under `-W error`."""
    with warnings.catch_warnings():
        warnings.filterwarnings("ignore", category=DeprecationWarning, module=r"bizon(\.|$)")
        yield


OBSTACLES = (NothingToJudge, ClauseBroken, UndescribedHostError)
"""Why a sync cannot begin, besides an exception of the connector's in `get()`."""


def _obstacle(trial: Trial) -> str | None:
    try:
        sync = trial.sync(limit=8)
    except OBSTACLES as reason:
        return str(reason)
    if trial.world.missed:
        return trial.world.missed[0]
    if sync.error is not None and not sync.turns:
        return f"get({{}}) raised {shown(sync.error)}"
    return next((f"get() number {at} {turn.problem}" for at, turn in enumerate(sync.turns, 1) if turn.problem), None)


def _failure_of(trial: Trial) -> str | None:
    try:
        trial.expect_delivered(trial.sync())
    except OBSTACLES as reason:
        return str(reason)
    return None


_PROBE = next(clause for chapter in CHAPTERS for clause in chapter.clauses if clause.id == TELLS_OF_ANY_SYNC)


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
        except UsageError:
            raise
        except Exception as error:
            return self._result(Outcome.ERROR, message=_ours(error))
        if not any(self.told.judged.values()):
            why = self.reasons[0] if self.reasons else "the described paging and options have nothing of the kind"
            return self._result(Outcome.SKIPPED, message=f"nothing to judge: {why}")
        return self._result(Outcome.PASSED)

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
        if draw is not None and self.evidence is Evidence.API:
            number = zlib.crc32(f"{self.docket.settings.seed}/{self.item.name}".encode())
            drawn = draw(limits)
            if not drawn.is_empty:
                explore(drawn, self.docket.settings.profile, number, run, shrink=self._shrinks)

    @property
    def _shrinks(self) -> bool:
        return self.docket.settings.shrink and not self.docket.expects(self.item)

    def _cases(self, limits: Limits, profile: str) -> Iterator[Case]:
        over = self.item.clause.over
        return over.replayed(limits.recorded, limits, profile) if limits.recorded else over.of(limits, profile)

    def _smaller(self, case: Case, limits: Limits, run: Callable[[Case], None]) -> ClauseBroken | None:
        """The same clause broken by a few records, where ``case`` holds many; None where it takes them."""
        if case.size <= FEW or limits.recorded or not self._shrinks:
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


FEW = 9
"""Records that a story can show."""


def _ours(error: BaseException) -> str:
    if isinstance(error, UndescribedHostError):
        return str(error)
    last = traceback.extract_tb(error.__traceback__)[-1]
    return f"{shown(error)} (at {Path(last.filename).name}:{last.lineno}): a defect of bizon-contract or of the description"


def run(
    paths: Sequence[str | Path],
    *,
    clauses: Sequence[str] = (),
    streams: Sequence[str] = (),
    profile: str = "standard",
    seed: int = 0,
    live: bool = False,
    workers: int = 1,
) -> Generator[Event, None, None]:
    """Judge every contract.yml in ``paths``: Planned, then Began and Judged by turns, and the Report.

    With more than one of ``workers`` the items are judged in as many processes; the events are the same, in the same order.

    Raises:
        UsageError: a file, a name or a connector cannot be used; before the first event.
    """
    files = tuple(find([Path(path) for path in paths]))
    sitting = Sitting(files, tuple(clauses), tuple(streams), Settings(profile, seed, live))
    dockets, items = sitting.dockets, sitting.items
    yield Planned(tuple(docket.contract.name for docket in dockets), len(items))
    with closing(_verdicts(sitting, workers)) as verdicts:
        results: dict[Docket, list[Result]] = {docket: [] for docket in dockets}
        for docket, item in items:
            yield Began(docket.contract.name, item.name)
            result = next(verdicts)
            results[docket].append(result)
            yield Judged(docket.contract.name, result)
    reports = tuple(_reported(docket, results[docket]) for docket in dockets)
    yield Report(package.__version__, profile, seed, reports)


@dataclass(frozen=True)
class Sitting:
    """What one run judges, by name: a process that is told so much finds the same items, under the same numbers."""

    files: tuple[Path, ...]
    clauses: tuple[str, ...]
    streams: tuple[str, ...]
    settings: Settings

    def __reduce__(self) -> tuple[Any, ...]:
        """Without what was found here: neither clauses nor classes of connectors can be sent."""
        return Sitting, (self.files, self.clauses, self.streams, self.settings)

    @cached_property
    def dockets(self) -> tuple[Docket, ...]:
        """One for each file."""
        return tuple(Docket(read(file), self.settings) for file in self.files)

    @cached_property
    def items(self) -> tuple[tuple[Docket, Item], ...]:
        """All that is judged, in order.

        Raises:
            UsageError: a file, a name or a connector cannot be used.
        """
        return tuple(
            (docket, item)
            for docket in self.dockets
            for item in plan(docket.contract, self.clauses, self.streams, docket.subject.streams(), docket.own)
        )

    @cached_property
    def named(self) -> dict[str, tuple[Docket, Item]]:
        """The items of the one connector that is judged, by their names."""
        [_] = self.dockets
        return {item.name: (docket, item) for docket, item in self.items}

    def __call__(self, number: int) -> Result:
        """The verdict on one of the items."""
        docket, item = self.items[number]
        return docket.judge(item)


def _verdicts(sitting: Sitting, workers: int) -> Generator[Result, None, None]:
    """The result of each item, in order."""
    numbers = range(len(sitting.items))
    if workers == 1:
        yield from map(sitting, numbers)
        return
    early: dict[int, Result] = {}
    wanted = 0
    with closing(spread(sitting, numbers, workers)) as answers:
        for number, answer in answers:
            docket, item = sitting.items[number]
            early[number] = docket.unfinished(item, answer) if isinstance(answer, Died) else answer
            while wanted in early:
                yield early.pop(wanted)
                wanted += 1


def replay(paths: Sequence[str | Path], wanted: str) -> Report:
    """A kept failure, tried again: a report with that one result.

    Args:
        paths: contract.yml files or folders, beside which failures are kept.
        wanted: the id of the failure.

    Raises:
        UsageError: there is no such failure, or it cannot be tried any more.
    """
    file, failed = failures.find(find([Path(path) for path in paths]), wanted)
    docket = Docket(read(file))
    return Report(package.__version__, docket.settings.profile, 0, (_reported(docket, [docket.replay(failed)]),))


def _reported(docket: Docket, results: list[Result]) -> ConnectorReport:
    streams = docket.contract.streams or tuple(docket.subject.streams())
    return ConnectorReport(docket.contract.name, docket.contract.source, str(docket.path), streams, tuple(results))


def check(
    *paths: str | Path,
    clauses: Sequence[str] = (),
    streams: Sequence[str] = (),
    profile: str = "standard",
    seed: int = 0,
    live: bool = False,
) -> Report:
    """Judge the connectors of ``paths`` and return the report.

    Raises:
        UsageError: a file, a name or a connector cannot be used.
    """
    report = None
    for event in run(paths, clauses=clauses, streams=streams, profile=profile, seed=seed, live=live):
        if isinstance(event, Report):
            report = event
    assert report is not None
    return report


def judge_contract(
    document: Document,
    *,
    profile: str = "quick",
    seed: int = 0,
    clauses: Sequence[str] = (),
    streams: Sequence[str] = (),
) -> tuple[Result, ...]:
    """The results of a contract that was built in Python."""
    docket = Docket(document, Settings(profile, seed, keep=False))
    return tuple(docket.judge(item) for item in plan(document.contract, clauses, streams, own=docket.own))
