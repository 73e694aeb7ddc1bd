"""What a clause receives: the subject, one case of the world, and the means to judge and to tell."""

from __future__ import annotations

import logging
from collections import Counter
from collections.abc import Callable, Iterator, Sequence
from contextlib import ExitStack, contextmanager
from dataclasses import dataclass, field
from pathlib import Path
from typing import TYPE_CHECKING, Any, NoReturn, Protocol, Self

from contract.description.api import Stream
from contract.description.auth import Auth, Public
from contract.description.connector import Contract
from contract.description.places import look_up
from contract.errors import ClauseBroken, NothingToJudge
from contract.messages import Request, Response, json_response
from contract.results import Evidence, Failure
from contract.simulation.api import wire_text
from contract.simulation.clock import VirtualClock
from contract.simulation.faults import Fault, Rule
from contract.simulation.metered import Meter
from contract.simulation.network import Call, Network, Runaway
from contract.simulation.wire import Wire
from contract.strategies import Case, Limits
from contract.subject.leaks import masked
from contract.subject.observing import Observation, observe
from contract.trial.story import short, tell
from contract.trial.wording import described, difference, shown
from contract.trial.world import World

if TYPE_CHECKING:  # they import bizon, which planning does without
    from contract.subject.building import Subject
    from contract.subject.credentials import Authentication, Mistake
    from contract.subject.driving import Sync, Turn

TELLS_OF_ANY_SYNC = "pagination.complete"
"""The clause that says what is wrong with a sync that nothing disturbs."""

Ask = Callable[[Any, Any], Any]
"""How a source is asked for the page after a pagination, in place of `get()`."""

LIVE_TURNS = 50
"""Pages that a live sync reads at the most."""


@dataclass(frozen=True)
class Variant:
    """One authentication type that the clause is judged under: bizon's name of it, and what the API accepts."""

    name: str
    auth: Auth


class Promise(Protocol):
    """What a trial has to know of the clause that it is made for."""

    @property
    def id(self) -> str:
        """The id, for the failure."""

    @property
    def cost(self) -> str:
        """What breaking it costs the user."""

    @property
    def fix(self) -> str:
        """How it is usually put right."""


class Nowhere(dict[str, Any]):
    """Hosts for a class about which nothing is described: every request is noted and answered 404."""

    def get(self, key: str, default: Any = None) -> Any:
        """The same host, whatever the origin."""
        return self

    def kind(self, request: Request) -> str:
        """Everything is a `list`."""
        return "list"

    def respond(self, request: Request) -> Response:
        """404."""
        return json_response(404, {"error": {"message": "nothing is described here"}})


@dataclass(frozen=True)
class Answer:
    """What a call of `check_connection` or `get_total_records_count` came to: a value or an exception."""

    value: Any = None
    error: BaseException | None = None


@dataclass
class Told:
    """What one item has judged, over all its cases."""

    judged: Counter[str] = field(default_factory=Counter)
    requests: int = 0
    known: dict[str, str | None] = field(default_factory=dict)
    """What a clause has found out for all of its cases."""


class Trial:
    """One case of one clause on one stream.

    A clause drives the connector (`sync`, `check`, `count`, `turn`), says what it judged (`judged`) and what must
    hold (`expect`). What cannot be judged here is said by `need`.
    """

    def __init__(
        self,
        contract: Contract,
        folder: Path,
        subject: Subject,
        clause: Promise,
        evidence: Evidence,
        stream: str,
        variant: Variant | None,
        case: Case,
        told: Told,
        limits: Limits,
        works: bool,
        baseline: Callable[[], str | None],
        new_world: Callable[[Case], World] | None = None,
        cassette: Path | None = None,
        meter: Meter | None = None,
    ) -> None:
        self.contract = contract
        self.folder = folder
        self.subject = subject
        self.evidence = evidence
        self.stream_name = stream
        self.variant = variant
        self.case = case
        self.told = told
        self.limits = limits
        self.works = works
        """Whether an undisturbed sync begins at all."""
        self.baseline = baseline
        """Says why an undisturbed sync does not deliver everything; None where it does."""
        self.seen: Observation
        self._clause = clause
        self._stack = ExitStack()
        self._returned: dict[int, str] = {}
        self._begun: dict[int, str] = {}
        self._lenient = False
        self._world: World | None = None
        self._network: Network | None = None
        self._call: Ask | None = None
        self._make_world = new_world
        self._cassette = cassette
        self._meter = meter
        if new_world is not None:
            self._world = new_world(case)
            self._network = self._world.network
        elif evidence is Evidence.CLASS:
            self._network = Network(Nowhere(), VirtualClock())

    # -- the world

    def __enter__(self) -> Self:
        self.seen = self._stack.enter_context(observe(logging.WARNING))
        if self._world is not None:
            self._stack.enter_context(self._world.entered())
        elif self._network is not None:
            self._stack.enter_context(Wire(self._network))
        elif self._meter is not None:
            self._stack.enter_context(self._meter.reading())
        return self

    @contextmanager
    def listening(self) -> Iterator[Observation]:
        """Hear what is logged inside at every level; ``seen`` has the warnings and what is above."""
        with observe() as heard:
            yield heard

    @contextmanager
    def elsewhere(self, case: Case | None = None) -> Iterator[None]:
        """Inside, the trial is in another world, of the same case or of ``case``, in which nothing has happened yet."""
        if case is not None:
            self.need(self.limits.reaches(case.size), "the API does not page through so many records")
        kept = self.case, self._world, self._network, self._returned, self._begun
        self.case = case or self.case
        assert self._make_world is not None, "this clause has no simulated world"
        self._world = self._make_world(self.case)
        self._network, self._returned, self._begun = self._world.network, {}, {}
        try:
            with self._world.entered():
                yield
        finally:
            self.told.requests += len(self.calls())
            self.case, self._world, self._network, self._returned, self._begun = kept

    def __exit__(self, *exc_info: object) -> None:
        self.told.requests += len(self.calls())
        self._stack.close()

    @property
    def world(self) -> World:
        """The simulated world. Only with evidence `api` or `replay`."""
        assert self._world is not None, "this clause has no simulated world"
        return self._world

    @property
    def stream(self) -> Stream:
        """The described stream. Only with evidence `api` or `replay`."""
        return self.world.stream

    @property
    def cassette(self) -> Path:
        """The recording of the stream. Only with evidence `replay`."""
        self.need(self._cassette, f"there is no recording of {self.stream_name}: `bizon-contract record`")
        assert self._cassette is not None
        return self._cassette

    @property
    def clause_id(self) -> str:
        """The id of the clause that is judged."""
        return self._clause.id

    @property
    def style(self) -> str:
        """The paging style of the stream."""
        return self.stream.paging.style

    @property
    def variant_name(self) -> str:
        """The authentication type of the variant, or of the config."""
        return self.variant.name if self.variant else "configured"

    @property
    def auth_type(self) -> str:
        """bizon's authentication type of the variant, or else of the config."""
        return self.variant.name if self.variant else str((self.subject.authentication or {}).get("type", "none"))

    @property
    def as_configured(self) -> bool:
        """Whether the credentials are of the type that the config has."""
        return self.variant is None or self.variant.name == (self.subject.authentication or {}).get("type", "none")

    @property
    def is_public(self) -> bool:
        """Whether the API serves the stream without credentials, as far as it is described."""
        auths = self.contract.api.auth if self.contract.api else ()
        return self._world is not None and (
            not auths or self.stream.public or any(isinstance(auth, Public) for auth in auths)
        )

    def calls(self, phase: str | None = None, kind: str | None = None) -> list[Call]:
        """What was asked so far. None where the connector talks to the real world."""
        return self._network.calls(phase, kind) if self._network else []

    def struck(self) -> list[Call]:
        """The calls that a fault of the case hit."""
        return [call for call in self.calls() if call.fault is not None]

    def attempts(self) -> int:
        """How often one request was made that a fault of the case hit: the most, where threads had several under way."""
        requests = [call.request for call in self.struck()]
        return max(Counter((each.method, each.url, each.body) for each in requests).values(), default=0)

    def disturb(
        self, fault: Fault, *, phase: str = "sync", at: int = 0, times: int | None = 1, kind: str | None = None
    ) -> None:
        """``fault`` hits the requests of ``phase``: ``times`` of them (None: all), from number ``at`` on, counted from now.

        Where ``kind`` is given, only requests of that kind are counted and hit: `list` for pages.
        """
        network = self.world.network
        made = len(network.calls(phase, kind))
        network.schedule = network.schedule.plus(Rule(fault, made + at, times, phase, kind))

    @contextmanager
    def disturbed(self, fault: Fault, **where: Any) -> Iterator[None]:
        """Inside, ``fault`` hits what `disturb` is told; afterwards everything is as it was."""
        kept = self.world.network.schedule
        self.disturb(fault, **where)
        try:
            yield
        finally:
            self.world.network.schedule = kept

    def forget(self) -> None:
        """What was asked so far is no part of the story, and counts for no fault."""
        self.told.requests += len(self.calls())
        self.world.network.forget()
        self._returned.clear()
        self._begun.clear()

    # -- driving the connector

    @property
    def options(self) -> dict[str, Any]:
        """The options of the case: the page size, where the connector has an option for it, and ids of what it is to read."""
        return self._options_of(self.stream_name)

    def _options_of(self, name: str) -> dict[str, Any]:
        if self._world is None:
            return {}
        size, api = self._world.stream.page_size, self._world.api
        described = api.described.streams.get(name)
        options = {
            option: list(api.collections[of].ids) for option, of in (described.id_options if described else {}).items()
        }
        if size is None or size.option is None or not self.subject.has_option(size.option):
            return options
        return {size.option: self.case.page_size} | options

    @contextmanager
    def asking(self, call: Ask) -> Iterator[None]:
        """Inside, `sync` and `turn` ask a source by ``call``, and its config says that it syncs incrementally."""
        kept, self._call = self._call, call
        try:
            yield
        finally:
            self._call = kept

    def build(self, **options: Any) -> Any:
        """A new source for the stream, as a new process builds it. Exceptions of the connector come through."""
        if self._call is not None:
            from contract.subject.incremental import OPTIONS

            options = OPTIONS | options
        if self.variant is not None and "authentication" not in options:
            options["authentication"] = self._authentication(self.variant)
        return self.subject.build(self.stream_name, **(self.options | options))

    def _authentication(self, variant: Variant) -> dict[str, Any] | None:
        """The config's `authentication` for a variant."""
        points = list(self._world.api.endpoints.values()) if self._world else []
        refresh = points[0].first_refresh_token if points else None
        return self.subject.authentication_for(variant.auth, variant.name, refresh_token=refresh)

    def source(self, **options: Any) -> Any:
        """A new source for the stream.

        Raises:
            NothingToJudge: it cannot be built, which interface.instantiates tells.
        """
        try:
            return self.build(**options)
        except Exception as error:
            if self.variant is not None and self._builds_as_configured() and not self._one_of_two(self.variant):
                self.fail(f"building the source with {self.variant.name} credentials raised {shown(error)}")
            raise NothingToJudge(f"the source cannot be built ({shown(error)}): see interface.instantiates") from error

    def _builds_as_configured(self) -> bool:
        """Whether the source can be built with the credentials of the config."""
        try:
            self.subject.build(self.stream_name, **self.options)
        except Exception:
            return False
        return True

    def _one_of_two(self, variant: Variant) -> bool:
        """Whether bizon has two names for such credentials, and the connector may keep to the other one."""
        own = (self.subject.authentication or {}).get("type")
        return variant.name in ("api_key", "bearer") and own in ("api_key", "bearer") and own != variant.name

    def sync(self, *, limit: int | None = None, fresh: bool = False, first: Any = None, **options: Any) -> Sync:
        """A whole sync, as bizon drives it: from ``first`` (default: the beginning) until the connector says it ends.

        ``fresh`` builds a new source for every call, as after a crash at every page. ``limit`` is the most calls of
        `get()`; what goes on after it is `ended=False`.
        """
        most = limit or (LIVE_TURNS if self._world is None else 4 * self._pages_at_most + 12)
        from contract.subject.driving import drive, get

        call = self._call or get
        self._tell_beginning(first)
        with self.phase("sync"):
            return drive(lambda: self.listened(self.source(**options)), limit=most, fresh=fresh, first=first, call=call)

    @property
    def _pages_at_most(self) -> int:
        """Pages that an API can make of the case: those recorded, or else one for each record."""
        recorded = self.limits.recorded
        return recorded.pages if recorded else self.case.size + len(self.case.manners.lengths)

    def happened(self, what: str) -> None:
        """In the story, between the requests made so far and the next one."""
        made = len(self.calls())
        self._begun[made] = f"{self._begun[made]}; {what}" if made in self._begun else what

    def _tell_beginning(self, first: Any) -> None:
        """In the story, where a sync is not the first one."""
        beginning = "another sync" if self.calls("sync") else "a sync"
        if self._call is not None:
            beginning = f"a run by {self._call}"
        if first is not None:
            beginning = f"resumed in a new process, from {first}"
        self._begun[len(self.calls())] = beginning

    def turn(self, source: Any, pagination: Any, *, call: Callable[[Any, Any], Any] | None = None) -> Turn:
        """One call of `get()`."""
        from contract.subject.driving import get, one_turn

        with self.phase("sync"):
            return one_turn(self.listened(source), pagination, call=call or self._call or get)

    def stored_pagination(self, turn: Turn) -> dict[str, Any]:
        """The next_pagination of ``turn`` as bizon's backend gives it back."""
        from contract.subject.driving import stored

        return stored(turn.next_pagination)

    def stored(self, turn: Turn) -> list[Any]:
        """The data of each record of ``turn`` behind bizon's queue. Exceptions of bizon's conversion come through."""
        from contract.subject.driving import as_bizon_stores

        return as_bizon_stores(turn)

    def check(self, **options: Any) -> Answer:
        """`check_connection()` of a new source."""
        return self._asked("check", lambda source: source.check_connection(), options)

    def count(self, **options: Any) -> Answer:
        """`get_total_records_count()` of a new source."""
        return self._asked("count", lambda source: source.get_total_records_count(), options)

    def _asked(self, phase: str, ask: Callable[[Any], Any], options: dict[str, Any]) -> Answer:
        source = self.source(**options)
        with self.phase(phase):
            try:
                answer = Answer(ask(source))
            except Exception as error:
                answer = Answer(error=error)
        self._note(f"raised {shown(answer.error)}" if answer.error else f"returned {short(repr(answer.value))}")
        return answer

    def turn_without_arguments(self, source: Any) -> Turn:
        """One call of `get()`, without a pagination."""
        return self.turn(source, None, call=lambda source, pagination: source.get())

    def other_sources(self) -> list[Any]:
        """A source for each other stream that the description and the connector have."""
        if self._world is None:
            return []
        others = [name for name in self.contract.streams if name != self.stream_name]
        return [self.subject.build(name, **self._options_of(name)) for name in others]

    @contextmanager
    def phase(self, name: str) -> Iterator[None]:
        if self._world is None:
            yield
            return
        with self._world.network.phase(name):
            try:
                yield
            except Runaway as runaway:
                self.need(not self._lenient, f"the connector does not stop ({runaway}): see retry.gives_up")
                self.fail(f"the connector does not stop: it is {runaway}, {self._world.clock.elapsed:,.0f} s later")
            finally:
                if self._world.api.failed is not None:  # whatever the connector made of it
                    raise self._world.api.failed

    @contextmanager
    def whatever_happens(self) -> Iterator[None]:
        """Inside, a connector that does not stop asking is nothing to judge: another clause is about that."""
        kept, self._lenient = self._lenient, True
        try:
            yield
        finally:
            self._lenient = kept

    def listened(self, source: Any) -> Any:
        """``source`` with an ear at its `get()` and `get_records_after()`, for the story."""
        for name in ("get", "get_records_after"):
            asked = getattr(source, name)
            if not getattr(asked, "listens", False):
                setattr(source, name, self._ear_at(asked))
        return source

    def _ear_at(self, asked: Callable[..., Any]) -> Callable[..., Any]:
        from contract.subject.driving import last_iteration

        def listened(*args: Any, **kwargs: Any) -> Any:
            if self._goes_beyond(*args, *kwargs.values()):
                return last_iteration()
            try:
                iteration = asked(*args, **kwargs)
            except Exception as error:
                self._note(f"raised {shown(error)}")
                raise
            self._note(described(iteration))
            return iteration

        listened.listens = True  # type: ignore[attr-defined]
        return listened

    def _goes_beyond(self, *arguments: Any) -> bool:
        """Whether a pagination leads to what was not recorded: there the recorded sync ends, as far as is known."""
        beyond = self._world.beyond if self._world else None
        return beyond is not None and beyond in arguments

    def _note(self, text: str) -> None:
        self._returned[len(self.calls())] = text

    # -- credentials

    def unlisted_authentications(self) -> list[tuple[str, dict[str, Any]]]:
        """bizon's authentication types that the API is not described to accept, each with made-up credentials."""
        return self.subject.unlisted_authentications(self._auths)

    def mistaken_authentications(self) -> list[Mistake]:
        """For each described type, params of another type that bizon accepts, and the options that are missing."""
        return self.subject.mistaken_authentications(self._auths)

    def wrong_credentials(self) -> Authentication | None:
        """The config's credentials, each value changed."""
        return self.subject.wrong_credentials()

    def carries_credentials(self, source: Any) -> bool:
        """Whether the source's session would put credentials on a request."""
        return self.subject.carries_credentials(source)

    @property
    def stream_needs_credentials(self) -> bool:
        """Whether the API refuses the stream without credentials."""
        return not self.is_public and self.contract.config.get("authentication") is not None

    @property
    def _auths(self) -> tuple[Auth, ...]:
        return self.contract.api.auth if self.contract.api else ()

    # -- what is true

    @property
    def held(self) -> list[str]:
        """The ids that the API holds, in its order."""
        return list(self.world.collection.ids)

    @property
    def holds_all(self) -> bool:
        """Whether `held` is the whole stream, and not the part of it that was recorded."""
        return self.world.beyond is None

    def children(self, name: str, parent: str) -> list[str]:
        """The ids of the children ``name`` that the API holds for ``parent``, in its order."""
        return list(self.world.api.families[self.stream_name][name].of(parent).ids)

    def keys(self, records: Sequence[Any]) -> list[str]:
        """What the API calls each record: the id in its data, or else the record's own id."""
        if self._world is None:
            return [record.id for record in records]
        names = ((record, self.stream.name_of(record.data)) for record in records)
        return [str(record.id if name is None else name) for record, name in names]

    def filter_values(self, option: str) -> list[tuple[Any, list[str]]]:
        """Values of a filtering option to try, each with the texts that the API should be sent."""
        described = self.stream.filters[option]
        values: Sequence[Any] = described.values or [
            look_up(held.data, described.match or ()) for held in self.world.collection.held[:3]
        ]
        if not described.separator:
            return [(value, [wire_text(value)]) for value in values[:3]]
        texts = [wire_text(value) for value in values]
        return [(list(values[:1]), texts[:1]), (list(values), texts)]

    def selected(self, option: str, texts: Sequence[str]) -> list[str]:
        """The ids of the records that a filter selects."""
        keys = self.stream.filters[option].match
        if keys is None:
            return self.held
        return [held.id for held in self.world.collection.where(lambda data: wire_text(look_up(data, keys)) in texts)]

    # -- judging

    def judged(self, **counts: int) -> None:
        """Say how often the thing that the clause is about happened in this case."""
        self.told.judged.update(counts)

    def need(self, condition: object, reason: str) -> None:
        """Go on only where ``condition`` holds; else this case judges nothing, for ``reason``."""
        if not condition:
            raise NothingToJudge(reason)

    def expect(self, condition: object, message: str) -> None:
        """The rule: ``condition`` holds. ``message`` says what came and what should have come, at which call."""
        if not condition:
            self.fail(message)

    def fail(self, message: str) -> NoReturn:
        """The clause is broken."""
        story = tell(self.calls(), self._returned, self.mask, self._begun)
        raise ClauseBroken(Failure(self._clause.id, self.mask(message), self._clause.cost, self._clause.fix, story))

    def mask(self, text: str) -> str:
        """``text`` without the secrets of the config and of the API's tokens."""
        return masked(text, self.secrets)

    @property
    def secrets(self) -> tuple[str, ...]:
        """Every secret that the connector was given, or has fetched."""
        points = self._world.api.endpoints.values() if self._world else ()
        fetched = [token for point in points for token in point.issued]
        given = self._authentication(self.variant) if self.variant else None
        return (*self.subject.secrets(given), *fetched)

    def expect_finished(self, sync: Sync) -> None:
        """The sync came to its end by itself. Where an undisturbed one does not either, there is nothing to judge."""
        if sync.error is not None:
            self.lost(f"get() number {len(sync.turns) + 1} raised {shown(sync.error)}; the sync should have gone on")
        for number, turn in enumerate(sync.turns, start=1):
            if turn.problem:
                self.lost(f"get() number {number} {turn.problem}")
        if not sync.ended:
            self.lost(f"the sync did not end: {len(sync.turns)} calls of get() for {self.case}")

    def expect_delivered(self, sync: Sync, wanted: Sequence[str] | None = None) -> None:
        """The sync ended and delivered exactly ``wanted`` (default: all that the API holds), once, in that order."""
        self.expect_finished(sync)
        expected, came = list(self.held if wanted is None else wanted), self.in_order(self.keys(sync.records))
        if came != expected:
            self.lost(difference(expected, came))

    def in_order(self, came: list[str]) -> list[str]:
        """The ids that ``came``, in the API's order as far as there is one: between the lists of two parents there is none."""
        return came if self._world is None else self._world.api.by_parent(self.stream_name, came)

    def lost(self, message: str) -> NoReturn:
        """A sync went wrong: the clause is broken, unless any sync goes wrong, which one clause tells for all."""
        why = None if self._clause.id == TELLS_OF_ANY_SYNC else self.baseline()
        if why is not None:
            raise NothingToJudge(f"an undisturbed sync goes wrong as well ({why}): see {TELLS_OF_ANY_SYNC}")
        self.fail(message)
