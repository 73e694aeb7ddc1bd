"""The runs of one incremental pipeline, one after another, as bizon 0.6.4 makes them, while the API's records change.

What bizon's producer does, and what therefore is nobody's fault but bizon's:

- The first run has no earlier success: it calls `get()`, as a full refresh does.
- ``last_run`` is when the job of the last *successful* run was created: its start, by the clock of bizon's host, in UTC,
  with microseconds. ``run_started_at`` is the same of the current job, and stays what it is when the job is resumed.
- ``state`` is the last `next_state` that is not None of the last successful run. It is stored when a run succeeds, as
  JSON; a run that returned none keeps the one before, and an empty dict counts as none at all.
- Until then it is in memory only: a resumed run knows the `next_state` of its own pages, not those before the crash.
- A run that `max_iterations` cuts short is a success: ``last_run`` moves on although records remain.
"""

from __future__ import annotations

import copy
import datetime as dt
import itertools
import json
import os
import random
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from contract.description.incremental import SECOND, Incremental
from contract.description.places import MISSING, copied, look_up, put
from contract.simulation.incremental import BadInstant, Form, form_of, instant_of, moment_of, written
from contract.strategies import Case, records_of
from contract.trial._trial import Trial
from contract.trial.wording import shown

if TYPE_CHECKING:  # they import bizon, which planning does without
    from contract.subject.driving import Sync
    from contract.subject.incremental import RecordsAfter

PRODUCER_STARTS = 0.05
"""Seconds between the creation of bizon's job and the first request."""

PAGE_TAKES = 0.01
"""Seconds that the API takes for a page, unless a clause has it slower."""

DAY = 86_400.0

LOOK_BACK = 31 * DAY
"""Seconds before the last state for which a careful connector may read again."""

TELL_OF_ANY_RUN = ("incremental.window", "incremental.state")
"""The clauses that say what is wrong with a run that nothing disturbs: with what it asks, or with what it returns."""

Event = Callable[[int], None]
"""Something that happens behind a page; it gets the page's number within the run."""


@dataclass(frozen=True)
class Run:
    """One run. ``started`` is when its job was created, in nanoseconds since the epoch."""

    sync: Sync
    started: int
    reference: int
    """Up to this instant all was delivered by the runs before, as far as either kind of state can tell."""
    asked: RecordsAfter | None
    """How the source was asked; None for the first run, which is by `get()`."""

    @property
    def states(self) -> list[Any]:
        """The states that were returned, in order, as they were then; None where there was none."""
        return [turn.next_state for turn in self.sync.turns]


class Runs:
    """The runs of one pipeline on the stream of a trial, whose records change between and during them."""

    def __init__(self, trial: Trial, newcomers: int = 40, *, beyond_cap: bool = False) -> None:
        assert trial.stream.incremental is not None
        most = trial.case.size + (0 if beyond_cap else newcomers)
        trial.need(trial.limits.reaches(most), "the API does not page through so many records")
        self.trial = trial
        self.described: Incremental = trial.stream.incremental
        self.form: Form = form_of(trial.stream)
        self.last_run: int | None = None
        self.state: dict[str, Any] = {}
        self.runs: list[Run] = []
        self.chance = random.Random(trial.case.seed)
        self.page_takes = PAGE_TAKES
        self._delivered: set[tuple[str, str]] = set()
        self._newest: int | None = None
        self._newcomers = newcomers
        self._fresh: Iterator[tuple[str, dict[str, Any]]] | None = None
        self._untouched = list(self.collection.ids)
        self.ended = self.now
        """When the last run ended, in nanoseconds since the epoch."""
        self.later(12 * 3600)  # into the day, of which nothing needs to be read again where the bound is a day

    # -- time

    @property
    def now(self) -> int:
        """Nanoseconds since the epoch."""
        return self.trial.world.clock.now_ns()

    @property
    def margin(self) -> float:
        """Seconds within which a change may be left for the next run: by a connector that cuts its window behind."""
        by_day = self.described.until is not None and self.described.format == "date"
        return max(2.0, 2 * self.described.lag, 2 * DAY if by_day else 0)

    @property
    def look_back(self) -> float:
        """Seconds before the last state for which a run may read again."""
        return max(LOOK_BACK, 2 * self.described.lag)

    @property
    def gap(self) -> float:
        """Seconds between two runs."""
        usual = 6 * 3600.0
        limit = self.described.window_limit
        return max(usual if limit is None else min(usual, limit / 4), 2 * self.margin)

    def later(self, seconds: float | None = None) -> None:
        """Let ``seconds`` pass, by default a gap between runs."""
        self.trial.world.clock.advance(self.gap if seconds is None else seconds)

    def wait_for(self, fraction: int) -> None:
        """Let time pass until ``fraction`` nanoseconds behind the beginning of a second."""
        self.trial.world.clock.advance(((fraction - self.now) % SECOND) / SECOND)

    # -- what changes

    @property
    def collection(self) -> Any:
        """What the API holds."""
        return self.trial.world.collection

    def insert(self, at: int | None = None) -> str:
        """A new record, changed at ``at`` (default: now); its id."""
        if self._fresh is None:
            size = self.trial.case.size
            self._fresh = iter(records_of(self.trial.stream, size + self._newcomers, 0)[size:])
        name, data = next(self._fresh)
        self.collection.insert(name, data, changed_at=self._stamp(data, at))
        return name

    def update(self, name: str, at: int | None = None) -> str:
        """A record changes at ``at`` (default: now); its id."""
        data = copied(next(held.data for held in self.collection.held if held.id == name))
        self.collection.update(name, data, self._stamp(data, at))
        self._untouched = [each for each in self._untouched if each != name]
        return name

    def delete(self, name: str) -> None:
        """A record goes, without a trace."""
        self.collection.delete(name)
        self._untouched = [each for each in self._untouched if each != name]

    def restamp(self, name: str, at: int) -> None:
        """A record has changed at ``at``, and is where the API's order has had it since."""
        data = copied(next(held.data for held in self.collection.held if held.id == name))
        self.collection.rewrite(name, data, self._stamp(data, at))
        self._untouched = [each for each in self._untouched if each != name]

    def update_any(self, at: int | None = None) -> str | None:
        """Some record changes, so that an API of this paging style loses none by it; its id, None where none may.

        Offset and page paging lose a record for each that leaves the part already read: there only records change that
        no window holds, and none where the order moves what changes.
        """
        may = self._untouched if self._by_number else list(self.collection.ids)
        if self.moves_rows:
            return None
        return self.update(self.chance.choice(may), at) if may else None

    @property
    def moves_rows(self) -> bool:
        """Whether a record that changes under way takes another one out of what will be read."""
        return self._by_number and self.trial.stream.order != "fixed"

    @property
    def _by_number(self) -> bool:
        style = self.trial.style
        return style in ("offset", "page") or (style == "next_header" and not self.trial.limits.opaque)

    def _stamp(self, data: dict[str, Any], at: int | None) -> int:
        """Write the time of change into ``data``; as the API keeps it, in nanoseconds since the epoch."""
        at = self.form.cut(self.now if at is None else at)
        put(data, self.described.field, written(self.form, at, self.chance if self.trial.case.seed else None))
        return at

    def _moment(self, data: dict[str, Any]) -> int:
        at = moment_of(self.described, look_up(data, self.described.field))
        return 0 if at is None else at

    # -- the runs

    def run(self, during: Event | None = None) -> Run:
        """One run, to its end."""
        return self._succeeded(self._drive(during))

    def run_cut_short(self, most: int) -> Run:
        """One run of which bizon lets in ``most`` calls (`max_iterations`), and which it takes for a success.

        What it does to ``last_run`` is left out: no connector could help that.
        """
        cut_short = self._drive(limit=most)
        self.trial.need(not cut_short.sync.ended, "the run ended before it was cut short")
        self._keep(cut_short)
        return cut_short

    def run_interrupted(self, after: int, *, resumed: bool, between: Callable[[], object] = lambda: None) -> Run:
        """One run that dies after ``after`` calls: resumed by a new process, or begun anew by another job.

        ``between`` is what happens until then. What was delivered before counts only where it is resumed: else bizon does not finalize it.
        """
        died = self._drive(limit=after)
        self.trial.need(not died.sync.ended and died.sync.paginations, "the run ended before it was interrupted")
        self.later(600)
        between()
        self.later(600)
        if not resumed:
            return self._succeeded(self._drive())
        self._deliver(died)
        return self._succeeded(self._drive(started=died.started, first=died.sync.paginations[-1]))

    def handed(self, state: dict[str, Any], pagination: Any) -> Run:
        """The next run, with what another version of the connector left in bizon's backend. It may fail."""
        self.state = state
        run = self._drive(first=pagination or None)
        self._deliver(run)
        return run

    def settle(self) -> Run:
        """A run later on, before which nothing changes: what a careful connector left for the next run has come."""
        self.later()
        return self.run()

    @contextmanager
    def asking(self) -> Iterator[None]:
        """Inside, the trial's `sync` and `turn` are those of one more run, which bizon is told nothing of."""
        with self.trial.asking(self._call(self.now)):
            yield

    def _call(self, started: int) -> RecordsAfter:
        from contract.subject.incremental import RecordsAfter

        assert self.last_run is not None
        return RecordsAfter(_naive(self.last_run), copy.deepcopy(self.state), _naive(started))

    def _drive(
        self, during: Event | None = None, *, limit: int | None = None, started: int | None = None, first: Any = None
    ) -> Run:
        trial, world = self.trial, self.trial.world
        pages = itertools.count()

        def served(stream: str) -> None:
            world.clock.advance(self.page_takes)
            if stream == trial.stream_name and during is not None:
                during(next(pages))

        started = self.now if started is None else started
        asked = None if self.last_run is None else self._call(started)
        world.clock.advance(PRODUCER_STARTS)
        kept, world.api.served = world.api.served, served
        most = limit or 4 * len(self.collection) + 60
        try:
            with trial.asking(asked or _get):
                sync = trial.sync(limit=most, first=first)
        finally:
            world.api.served = kept
        known = started if self.last_run is None else self.last_run
        return Run(sync, started, known if self._newest is None else min(known, self._newest), asked)

    def _succeeded(self, run: Run) -> Run:
        if problem := problem_of(run):
            self.trial.need(run.asked, f"the first run fails ({problem}): see pagination.complete")
            why = None if self.trial.clause_id in TELL_OF_ANY_RUN else self.any_run_fails()
            self.trial.need(why is None, f"an undisturbed run fails as well ({why}): see {TELL_OF_ANY_RUN[0]}")
            self.trial.fail(f"run {len(self.runs) + 1}: {problem}")
        self.last_run = run.started
        self._keep(run)
        return run

    def any_run_fails(self) -> str | None:
        """Why the plainest second run, with one new record, fails in a world of its own; None where it does not."""
        size = self.trial.limits.small(2)
        with self.trial.elsewhere(Case(2 * size + 1, size, seed=0)):
            runs = Runs(self.trial)
            runs._keep(first := runs._drive())
            runs.last_run = first.started
            runs.later()
            runs.insert()
            runs.later(runs.margin)
            return problem_of(runs._drive())

    def _keep(self, run: Run) -> None:
        self.runs.append(run)
        self.ended = self.now
        self._deliver(run)
        # The object itself, as bizon keeps it until the run is over, and not what it was when it was returned.
        states = [getattr(turn.iteration, "next_state", None) for turn in run.sync.turns]
        last = next((state for state in reversed(states) if state is not None), None)
        if last is None:
            return
        try:
            self.state = json.loads(json.dumps(last)) or {}
        except (TypeError, ValueError) as error:
            self.trial.fail(f"bizon cannot store the next_state {last!r} as JSON ({error})")

    # -- what came

    def _deliver(self, run: Run) -> None:
        for key, record in zip(self.trial.keys(run.sync.records), run.sync.records, strict=True):
            value = look_up(record.data, self.described.field)
            self.trial.need(value is not MISSING, "the records do not hold the time of change: see records.payload")
            self._delivered.add((key, json.dumps(value)))
            at = self._moment(record.data)
            if at <= run.started:
                self._newest = max(at, self._newest or at)

    @property
    def lost(self) -> list[str]:
        """The ids of the records whose newest version no run has delivered."""
        versions = {held.id: json.dumps(look_up(held.data, self.described.field)) for held in self.collection.held}
        return [name for name, version in versions.items() if (name, version) not in self._delivered]

    def expect_nothing_lost(self, *but: str) -> None:
        """The newest version of every record has come, in one run or another."""
        lost = [name for name in self.lost if name not in but]
        if lost:
            few = ", ".join(f"{name} ({self._value(name)})" for name in lost[:3]) + (", …" if len(lost) > 3 else "")
            runs = ", ".join(instant_text(run.started) for run in self.runs[-3:])
            self.trial.fail(
                f"{len(lost)} of {len(self.collection)} records have not come as they are now: {few}; "
                f"the last runs began at {runs}, the state is {self.state!r}"
            )

    def expect_nothing_old(self, run: Run) -> None:
        """``run`` delivered nothing that changed long before the state that it was given; any API but one that ignores it."""
        if self.described.ignored:
            return
        limit = run.reference - int(self.look_back * SECOND)
        old = [
            key
            for key, record in zip(self.trial.keys(run.sync.records), run.sync.records, strict=True)
            if self._moment(record.data) < limit
        ]
        if old:
            few = ", ".join(f"{name} ({self._value(name)})" for name in old[:3]) + (", …" if len(old) > 3 else "")
            self.trial.fail(
                f"the run at {instant_text(run.started)} delivered again what changed long before: {few}; "
                f"everything up to {instant_text(run.reference)} had been delivered"
            )

    def bounds(self, since: int = 0) -> list[tuple[int | None, int | None]]:
        """The windows that were asked for ``since`` an instant, each once; all in nanoseconds since the epoch."""
        pairs = []
        for call in self.trial.calls("sync", "list"):
            if call.at * SECOND < since:
                continue
            sent = [
                MISSING if place is None else place.sent_in(call.request)
                for place in (self.described.send, self.described.until)
            ]
            pairs.append(tuple(None if each is MISSING else _read(self.described, each) for each in sent))
        return list(dict.fromkeys(pairs))  # type: ignore[arg-type]

    def _value(self, name: str) -> Any:
        return next(
            (look_up(held.data, self.described.field) for held in self.collection.held if held.id == name), None
        )


def behind_a_run(trial: Trial, changed: int) -> Runs:
    """A pipeline whose first run succeeded, and ``changed`` new records: the next run is due."""
    runs = Runs(trial, changed)
    runs.run()
    runs.later()
    for _ in range(changed):
        runs.insert()
    runs.later(runs.margin)
    return runs


@contextmanager
def host_zone(name: str) -> Iterator[bool]:
    """Inside, ``name`` is the time zone of the host; False where the machine does not know it."""
    kept = os.environ.get("TZ")
    os.environ["TZ"] = name
    time.tzset()
    try:
        yield name == "UTC" or time.localtime(0).tm_gmtoff != 0
    finally:
        if kept is None:
            del os.environ["TZ"]
        else:
            os.environ["TZ"] = kept
        time.tzset()


def problem_of(run: Run) -> str | None:
    """Why bizon does not take ``run`` for a success; None where it does."""
    sync, by = run.sync, "get_records_after()" if run.asked else "get()"
    if sync.error is not None:
        return f"{by} number {len(sync.turns) + 1} raised {shown(sync.error)}"
    for number, turn in enumerate(sync.turns, 1):
        if turn.problem:
            return f"{by} number {number} {turn.problem}"
    return None if sync.ended else f"{by} still has a next_pagination after {len(sync.turns)} calls"


def _get(source: Any, pagination: Any) -> Any:
    return source.get(pagination=pagination)


def _read(described: Incremental, sent: Any) -> int | None:
    try:
        return instant_of(described, sent)
    except BadInstant:
        return None


def _naive(ns: int) -> dt.datetime:
    """As bizon's backend gives it back: UTC, without saying so."""
    return dt.datetime(1970, 1, 1) + dt.timedelta(microseconds=ns // 1000)  # noqa: DTZ001


def instant_text(ns: int) -> str:
    """Nanoseconds since the epoch, for people."""
    return f"{_naive(ns).isoformat()}Z"
