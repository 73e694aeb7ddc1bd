"""One connector and the means to judge it: its class, its worlds, and what undisturbed syncs come to."""

from __future__ import annotations

import warnings
import zlib
from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager, suppress
from dataclasses import dataclass, replace
from functools import cached_property
from importlib.util import find_spec
from pathlib import Path
from typing import TYPE_CHECKING, Any

from contract.clauses import CHAPTERS, Clause
from contract.description.auth import Auth, OAuth
from contract.description.connector import Contract, ExpectedFailure
from contract.description.document import Document
from contract.description.lock import Checkpoint, Increment
from contract.errors import ClauseBroken, NothingToJudge, UndescribedHostError, UnknownNameError, UsageError
from contract.planning import BIZON_TYPES, Item, own_clauses, unknown
from contract.results import Evidence
from contract.simulation.metered import Meter
from contract.strategies import EXAMPLES, Case, Limits, RecordedSync, ids_are_free_text
from contract.trial import TELLS_OF_ANY_SYNC, Told, Trial, Variant, World, behind_a_run, page_sizes, shown

if TYPE_CHECKING:  # it imports bizon, which planning does without
    from contract.recording.replayed import Replay
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
        self._meter = Meter(settings.max_requests)

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
        if self.contract.api is not None or not READS_RECORDINGS:
            return {}
        with patient_with_bizon():
            from contract.recording.replayed import replays

            paths = {name: path for name in self.subject.streams() if (path := self.cassette(name)) is not None}
            return replays(self.subject, paths)

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
        present = {
            Evidence.CLASS: True,
            Evidence.API: bool(self.contract.streams),
            Evidence.REPLAY: READS_RECORDINGS and bool(self.streams_of(item, Evidence.REPLAY)),
        }
        return next((each for each in item.clause.evidence if present.get(each)), None)

    def expects(self, item: Item) -> list[ExpectedFailure]:
        """The entries of ``expected_failures`` that mean ``item``."""
        return [entry for pattern, entry in self.contract.expected_failures.items() if item.matches(pattern)]

    def streams_of(self, item: Item, evidence: Evidence | None = None) -> tuple[str, ...]:
        """The streams that an item is judged on: its own, one for the connector, or all where none is described.

        With evidence `replay` those that are recorded.
        """
        known = (item.stream,) if item.stream is not None else self.contract.streams or self.subject.streams() or ("",)
        if evidence is Evidence.REPLAY:
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
        with patient_with_bizon(), self._probe(stream, case, self.limits(stream)) as trial:
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
