"""One connector and the means to judge it: its class, its worlds, and what undisturbed syncs come to."""

from __future__ import annotations

import warnings
import zlib
from collections.abc import Callable, Collection, Iterator, Sequence
from contextlib import contextmanager, suppress
from dataclasses import dataclass, replace
from functools import cached_property
from importlib.util import find_spec
from pathlib import Path
from typing import TYPE_CHECKING, Any

from contract.clauses import CHAPTERS, Clause
from contract.description.api import Api
from contract.description.auth import Auth, OAuth
from contract.description.connector import Contract, ExpectedFailure
from contract.description.document import Document
from contract.description.lock import Checkpoint, Increment
from contract.errors import ClauseBroken, NothingToJudge, UndescribedHostError, UnknownNameError, UsageError
from contract.planning import BIZON_TYPES, Item, handlers, own_clauses, unknown
from contract.results import Evidence
from contract.simulation.handlers import Handler
from contract.simulation.metered import Meter
from contract.strategies import EXAMPLES, Case, Limits, RecordedSync, ids_are_free_text
from contract.trial import TELLS_OF_ANY_SYNC, Told, Trial, Variant, World, behind_a_run, page_sizes, shown

if TYPE_CHECKING:  # it imports bizon, which planning does without
    from contract.recording.inference.proven import Proven
    from contract.recording.replayed import Recordings, Replay
    from contract.subject.building import Subject

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
    max_requests: int = 500
    """How many requests the real API is asked, where it is ``live``."""
    config: Path | None = None
    """The pipeline with the credentials for it; None: they stand in the contract.yml."""
    keep: bool = True
    """Whether failures are kept beside the contract.yml, so that they can be tried again."""
    shrink: bool = True
    """Whether the smallest case that fails is looked for."""


class Docket:
    """One connector and the means to judge it: loads the class on first use, and keeps what is common to its items."""

    def __init__(self, document: Document, settings: Settings = Settings(), *, is_draft: bool = False) -> None:
        if settings.profile not in EXAMPLES:
            raise UsageError(f"profile {settings.profile!r} is not known; it is one of {', '.join(EXAMPLES)}")
        self._document = document
        self.contract = document.contract
        self.path = document.path
        self.folder = document.path.parent
        self.settings = settings
        self._limits: dict[str, Limits] = {}
        self._works: dict[str, str | None] = {}
        self._baselines: dict[str, str | None] = {}
        self._doubts: dict[str, str | None] = {}
        self._doubts_of_runs: dict[str, str | None] = {}
        self._cassettes = document.cassettes
        self._meter = Meter(settings.max_requests)
        self._is_draft = is_draft

    @cached_property
    def subject(self) -> Subject:
        """The connector.

        Raises:
            SubjectLoadError: it cannot be imported.
        """
        with patient_with_bizon():
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
    def real(self) -> Subject:
        """The connector with the credentials that the real API knows.

        Raises:
            UsageError: they cannot be used.
        """
        with patient_with_bizon():
            from contract.subject.real import real

            return real(self.subject, self.settings.config)

    def prepare(self) -> None:
        """Load what judging needs besides the connector.

        Raises:
            UsageError: it cannot be used.
        """
        _ = self.handlers
        if self.settings.live:
            _ = self.real

    @cached_property
    def own(self) -> list[Clause]:
        """The author's clauses, from the files that the contract names.

        Raises:
            SubjectLoadError: a file cannot be imported, or holds no clause.
        """
        return own_clauses(self.contract, self.folder)

    @cached_property
    def handlers(self) -> list[Handler]:
        """What the author's files say of the API.

        Raises:
            UsageError: a file cannot be imported, or does not fit the description.
        """
        return handlers(self.contract, self.folder)

    def reseed(self, seed: int) -> None:
        """From now on other cases are drawn."""
        self.settings = replace(self.settings, seed=seed)
        if "drafted" in vars(self):
            self.drafted.reseed(seed)

    def cassette(self, stream: str) -> Path | None:
        """The recording of a stream, where there is one."""
        path = self._cassettes / f"{stream}.yaml"
        return path if path.is_file() else None

    @cached_property
    def recordings(self) -> Recordings:
        """The recordings of the streams, played through the connector, where the API is not described.

        Raises:
            UsageError: a recording cannot be read.
        """
        from contract.recording.replayed import recordings_of

        with patient_with_bizon():
            paths = {name: path for name in self.subject.streams() if (path := self.cassette(name)) is not None}
            return recordings_of(self.subject, paths)

    @cached_property
    def replays(self) -> dict[str, Replay | str]:
        """What the recordings make of the streams, where the API is not described; or why one cannot be replayed.

        Raises:
            UsageError: a recording cannot be read.
        """
        if self.contract.api is not None or not READS_RECORDINGS:
            return {}
        from contract.recording.replayed import replays

        with patient_with_bizon():
            return replays(self.subject, self.recordings)

    @cached_property
    def _proven(self) -> Proven | None:
        """What is drafted from the recordings, where the API is not described."""
        if self.contract.api is not None or not READS_RECORDINGS or not self.recordings.usable:
            return None
        from contract.recording.inference.proven import prove

        with patient_with_bizon():
            return prove(self.subject, self.recordings.usable, self.tried)

    @cached_property
    def drafted(self) -> Docket:
        """The same connector with its API as it is drafted from the recordings. Only where there is no `doubt`."""
        assert self._proven is not None, "nothing is drafted"
        return self._with(self._proven.api)

    def doubt(self, stream: str) -> str | None:
        """Why a stream is not judged by what is drafted from the recordings; None where it is."""
        if stream not in self._doubts:
            self._doubts[stream] = self._find_doubt(stream)
        return self._doubts[stream]

    def _find_doubt(self, stream: str) -> str | None:
        if self._proven is None or stream not in self._proven.problems:
            return self.recordings.useless.get(stream) or "nothing is drafted"
        doubt = self._proven.doubt(stream)
        if doubt is not None:
            return doubt
        with self.drafted.undisturbed(stream, self.drafted.simple(stream)) as trial:
            answer = trial.check()
        if answer.value != (True, None):
            said = shown(answer.error) if answer.error else answer.value
            return f"check_connection() comes to {said!r} in what is drafted from them"
        return None

    def doubt_of_runs(self, stream: str) -> str | None:
        """Why incremental runs of a stream are not judged by what is drafted of them; None where they are."""
        if stream not in self._doubts_of_runs:
            self._doubts_of_runs[stream] = self._find_doubt_of_runs(stream)
        return self._doubts_of_runs[stream]

    def _find_doubt_of_runs(self, stream: str) -> str | None:
        from contract.recording.rerun import differs

        assert self._proven is not None, "nothing is drafted"
        doubt = self._proven.doubt_of_runs(stream)
        if doubt is not None:
            return doubt
        full = next(each for each in self.recordings.usable if each.stream == stream)
        with patient_with_bizon():
            why = differs(self.subject, self._proven.api, full)
        return f"the recorded run comes to something else in what is drafted from it: {why}" if why else None

    def tried(self, api: Api, streams: Collection[str]) -> dict[str, str | None]:
        """Why the connector does not sync ``streams`` from the simulation of ``api``; None where it does."""
        docket = self._with(api)
        return {name: docket.baseline(name) for name in streams}

    def _with(self, api: Api) -> Docket:
        """The same connector, its API described. What fails there is not kept: it would be tried again without the draft."""
        contract = self.contract.model_copy(update={"api": api})
        return Docket(replace(self._document, contract=contract), replace(self.settings, keep=False), is_draft=True)

    @cached_property
    def described(self) -> Contract:
        """The contract with its API: as it is described, or else as far as recordings show it."""
        drafted = [each.described for each in self.replays.values() if not isinstance(each, str)]
        return self.contract.model_copy(update={"api": drafted[0]}) if drafted else self.contract

    def has_oauth(self) -> bool:
        """Whether the API takes oauth, as far as is known; unknown where there is neither description nor recording."""
        api = self.described.api
        return api is None or any(isinstance(auth, OAuth) for auth in api.auth)

    def evidence(self, item: Item) -> Evidence | None:
        """The strongest evidence that is there for an item, but for `live`, which was asked for; None where there is none."""
        if self.settings.live and Evidence.LIVE in item.clause.evidence:
            return Evidence.LIVE
        present: dict[Evidence, Callable[[], bool]] = {
            Evidence.CLASS: lambda: True,
            Evidence.API: lambda: bool(self.contract.streams),
            Evidence.REPLAY: lambda: self.is_recorded(item),
            Evidence.DRAFT: lambda: self.is_recorded(item) and self.doubt_about(item) is None,
            Evidence.LIVE: lambda: False,
        }
        return next((each for each in item.clause.evidence if present[each]()), None)

    def is_recorded(self, item: Item) -> bool:
        """Whether there are recordings of what an item is judged on."""
        return READS_RECORDINGS and bool(self.streams_of(item, Evidence.REPLAY))

    def pages_recorded(self, stream: str) -> int:
        """How many pages the recording of a stream holds."""
        replay = self.replays.get(stream)
        return 0 if replay is None or isinstance(replay, str) else replay.pages

    def unplayable(self, item: Item) -> str | None:
        """Why the recordings cannot be replayed for an item; None where they can."""
        for stream in self.streams_of(item, Evidence.REPLAY):
            replay = self.replays[stream]
            if isinstance(replay, str):
                return replay
            if replay.problem is not None and item.clause.needs_sync:
                return replay.problem
        return None

    def doubt_about(self, item: Item) -> str | None:
        """Why an item is not judged by what is drafted from its recordings; None where it is."""
        if self.contract.streams:
            return "the API is described"
        streams = self.streams_of(item, Evidence.DRAFT)
        if not item.clause.of_runs or not self.subject.supports_incremental():
            return next(filter(None, map(self.doubt, streams)), None)
        return next(filter(None, (self.doubt(stream) or self.doubt_of_runs(stream) for stream in streams)), None)

    def expects(self, item: Item) -> list[ExpectedFailure]:
        """The entries of ``expected_failures`` that mean ``item``."""
        return [entry for pattern, entry in self.contract.expected_failures.items() if item.matches(pattern)]

    def streams_of(self, item: Item, evidence: Evidence | None = None) -> tuple[str, ...]:
        """The streams that an item is judged on: its own, one for the connector, or all where none is described.

        With evidence `replay` and `draft` those that are recorded.
        """
        known = (item.stream,) if item.stream is not None else self.contract.streams or self.subject.streams() or ("",)
        if evidence in (Evidence.REPLAY, Evidence.DRAFT):
            known = tuple(stream for stream in known if self.cassette(stream))
        return known[:1] if item.clause.per == "connector" else known

    def draws(self, item: Item) -> bool:
        """Whether cases are drawn for ``item``, besides those enumerated: in quick on one stream, another for each clause."""
        streams = self.contract.streams
        if self.settings.profile != "quick" or item.stream is None:
            return True
        turn = zlib.crc32(f"{self.settings.seed}/{item.clause.id}".encode()) % len(streams)
        return streams[turn] == item.stream

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
            self.real if evidence is Evidence.LIVE else self.subject,
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
            self._meter,
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
            return lambda case: World(api, stream, case, auth, self.handlers)
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
            drafted=self._is_draft,
        )
        if replay is not None and not isinstance(replay, str):
            recorded = RecordedSync(len(replay.held), replay.page_size, replay.pages)
            return replace(limits, smallest=replay.page_size, largest=replay.page_size, recorded=recorded)
        if option is None and limits.pages:
            asked = self._page_size_asked(name, limits)
            limits = replace(limits, smallest=asked, largest=asked)
        return replace(limits, steps=self._steps(name, limits)) if self.handlers else limits

    def _steps(self, name: str, limits: Limits) -> int:
        """How many requests of a sync handlers answer, besides those for pages: at the least, as of one record."""
        with self._probe(name, Case(size=1, page_size=limits.small(1)), limits) as trial:
            with suppress(*OBSTACLES):  # told by `obstacle`
                trial.sync()
            return len(trial.calls("sync", "step"))

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
        with patient_with_bizon(), self._probe(stream, case, self.limits(stream)) as trial:
            yield trial

    def _probe(self, name: str, case: Case, limits: Limits) -> Trial:
        evidence = Evidence.API if self.contract.api else Evidence.REPLAY
        return self.trial(Item(_PROBE, name), evidence, name, case, Told(), limits)

    def simple(self, stream: str) -> Case:
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
        with self._probe(stream, replace(self.simple(stream), seed=seed), self.limits(stream)) as trial:
            return _failure_of(trial)

    def checkpoints(self, stream: str) -> Iterator[Checkpoint]:
        """The paginations of an undisturbed sync of ``stream``, and where in it they stand."""
        case = self.simple(stream)
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
        case = self.simple(stream)
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
            with self._probe(stream, self.simple(stream), self.limits(stream)) as trial:
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
def patient_with_bizon() -> Iterator[None]:
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
