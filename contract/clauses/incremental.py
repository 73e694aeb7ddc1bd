"""Runs that read only what has changed miss no change."""

from __future__ import annotations

import json
import random
import time
from collections.abc import Callable, Iterable
from dataclasses import replace
from typing import Any

from contract.clauses import integrity, pagination, retry
from contract.clauses._clause import Clause, by_id, chapter, clause
from contract.description.incremental import SECOND
from contract.errors import ClauseBroken
from contract.results import Evidence, Severity
from contract.simulation.faults import Schedule
from contract.simulation.manners import Manners
from contract.strategies import Case, Domain, Limits, once, page_count, second_page, several
from contract.trial import Run, Runs, Trial, host_zone, instant_text

MUST, SHOULD = Severity.MUST, Severity.SHOULD
API, DRAFT = Evidence.API, Evidence.DRAFT

ODD = 234_567_000
"""Nanoseconds behind a second at which runs begin: hosts do not start jobs on the second."""

TEN_YEARS = 3_650 * 86_400 * SECOND

LARGEST_STATE = 16 * 1024
"""Bytes of a next_state as JSON."""

GROWTH = 300
"""Bytes by which a state may grow over a hundred further records: longer numbers, not a list of what was seen."""


def pipeline(trial: Trial, newcomers: int = 40, *, beyond_cap: bool = False) -> Runs:
    """The pipeline that is judged, before its first run. ``beyond_cap``: the newcomers may be more than the API pages through."""
    trial.need(
        trial.subject.supports_incremental(), "get_records_after() is not overridden: the connector reads in full only"
    )
    trial.need(
        trial.stream.incremental,
        "the description does not say how to ask for what has changed (`incremental:` of the stream)",
    )
    return Runs(trial, newcomers, beyond_cap=beyond_cap)


def _insert(runs: Runs) -> None:
    runs.insert()


def _update(runs: Runs, names: Iterable[str]) -> None:
    """What changes under way, unless the API then loses others by it."""
    for name in () if runs.moves_rows else names:
        runs.update(name)


def _begun(trial: Trial, newcomers: int = 40) -> Runs:
    """The same behind its first run, which bizon makes by get(); the newest record changed right before."""
    runs = pipeline(trial, newcomers)
    runs.wait_for(ODD)
    for name in trial.held[-1:]:
        runs.update(name)
    runs.run()
    return runs


def _seeds(case: Case, limits: Limits) -> Iterable[Case]:
    return [replace(case, seed=seed).kept_in_quick(seed < 2) for seed in range(4)]


def _noted(*notes: Any) -> Domain:
    return Domain(once.enumerate).each(lambda case, limits: [replace(case, note=note) for note in notes])


@clause(
    MUST,
    API,
    DRAFT,
    over=Domain(once.each(_seeds).enumerate, several.draw),
    cost="Changed records never reach the destination; or all records are read again by every run.",
    fix="Ask for what changed since `last_run` (or your own next_state), cut to the API's resolution; one step earlier where its bound is exclusive.",
    of_runs=True,
)
def window(trial: Trial) -> None:
    """Exactly the records changed after the state are returned; the boundary instant loses nothing."""
    runs = pipeline(trial)
    runs.wait_for(ODD)
    for name in trial.held[-1:]:
        runs.update(name)
    # In the same second: with a resolution of seconds, at the instant of the record before, and of the run itself.
    runs.run(lambda page: _insert(runs) if page < 2 else None)
    runs.insert()
    runs.later()
    for name in trial.held[: 1 + trial.case.page_size]:
        runs.update(name)
    runs.insert()
    runs.later(runs.margin)
    runs.wait_for(ODD)
    under_way: list[str] = []
    run = runs.run(lambda page: under_way.append(runs.insert()) if page < 2 else None)
    runs.expect_nothing_lost(*under_way)
    runs.expect_nothing_old(run)
    last = runs.settle()
    runs.expect_nothing_lost()
    runs.expect_nothing_old(last)
    trial.judged(records=len(run.sync.records) + len(last.sync.records))


def _histories(limits: Limits) -> Iterable[Case]:
    for seed in range(5):
        page_size = limits.small(1 + seed % 2)
        yield Case(size=3 * page_size + 2, page_size=page_size, seed=seed).kept_in_quick(seed < 2)


@clause(
    MUST,
    API,
    DRAFT,
    over=Domain(_histories, several.draw),
    cost="A change that falls between two runs, or into one, is never read; nobody is told.",
    fix="Let each window begin where the one before ended: bizon's `last_run` is the start of the last successful run, and `run_started_at` the start of this one.",
    of_runs=True,
)
def tiles(trial: Trial) -> None:
    """Runs one after another, with changes between and during them, lose nothing (a record may come twice)."""
    runs = pipeline(trial, newcomers=80)
    chance = random.Random(trial.case.seed)
    runs.page_takes = chance.choice([0.01, 1.7, 1.7])

    def change(page: int) -> None:
        if page < 8 and chance.random() < 0.9:
            may_change = len(trial.held) > 0 and chance.random() < 0.5
            if not may_change or runs.update_any() is None:
                runs.insert()

    for number in range(4):
        for _ in range(chance.randrange(6)):
            change(0)
            runs.later(chance.choice([0.000_001, 0.3, 2.0, runs.gap / 3]))
        if not number and trial.case.seed % 2 and page_count(trial.case, trial.limits) > 1:
            runs.run_interrupted(1, resumed=True, between=lambda: _update(runs, trial.held[:1]))
        else:
            runs.run(change)
    runs.settle()
    runs.expect_nothing_lost()
    trial.judged(runs=len(runs.runs))


PAGED_ALIKE: tuple[Clause, ...] = (
    pagination.complete,
    pagination.empty_collection,
    pagination.short_pages,
    pagination.empty_page_midway,
    pagination.resume,
    pagination.stateless,
    pagination.json_safe,
    pagination.page_size,
    pagination.next_link,
    pagination.filters,
    pagination.stuck_cursor,
    pagination.next_on_last_page,
    pagination.expired_cursor,
    retry.transient_status,
    retry.network_faults,
    retry.client_errors,
    retry.same_request,
    retry.after_resume,
    integrity.missing_records_key,
)
"""The clauses that must hold for get_records_after() as they do for get()."""


def _paged_alike(limits: Limits) -> Iterable[Case]:
    """The cases of one page size, with faults at one page: what other sizes and pages do, get() has shown.

    In quick one for each clause, of the most records.
    """
    for each in PAGED_ALIKE:
        cases = [case for case in each.over.enumerate(limits) if _is_paged(case, limits)]
        fullest = max(cases, key=lambda case: case.size, default=None)
        for case in cases:
            yield replace(case, note=(each.id, case.note)).kept_in_quick(case is fullest)
    if limits.depth_cap:  # it is reached by what changed later: the first run, by get(), has to be over first
        yield Case(size=limits.small(2), page_size=limits.largest, seed=1, note=(pagination.depth_cap.id, None))


def _is_paged(case: Case, limits: Limits) -> bool:
    at_second = all(rule.at == second_page(limits) for rule in case.rules)
    return case.phase == "sync" and case.page_size == limits.small(2) and at_second


@clause(
    MUST,
    API,
    DRAFT,
    over=Domain(_paged_alike),
    cost="What holds for a full refresh does not hold for the incremental runs that follow it every day.",
    fix="Read a page by one function, which get() and get_records_after() share, with the bound as a parameter more.",
    of_runs=True,
)
def paging(trial: Trial) -> None:
    """The pagination, retry and integrity clauses hold for `get_records_after` too."""
    name, note = trial.case.note
    case, cap = trial.case, trial.limits.depth_cap
    beyond = cap + trial.limits.largest if cap and name == pagination.depth_cap.id else 0
    runs = _all_changed(trial, beyond)
    trial.case = replace(case, size=len(trial.held), note=note)
    try:
        with runs.asking():
            by_id([pagination.CHAPTER, retry.CHAPTER, integrity.CHAPTER])[name].check(trial)
    except ClauseBroken as broken:
        windows = _windows_undisturbed(trial, case)
        trial.need(
            windows < 2, f"even a run of minutes asks for {windows} windows, which end and overlap by themselves"
        )
        message = broken.failure.message.replace("get(", "get_records_after(")
        trial.fail(f"{name} does not hold for get_records_after(): {message}")


def _all_changed(trial: Trial, more: int = 0) -> Runs:
    """A pipeline behind its first run, after which ``more`` records came and every one changed, so that the next run reads all."""
    runs = pipeline(trial, max(more, 40), beyond_cap=more > 0)
    api, network = trial.world.api, trial.world.network
    (manners, api.manners), (schedule, network.schedule) = (api.manners, Manners()), (network.schedule, Schedule())
    runs.run()
    api.manners, network.schedule = manners, schedule
    # Soon, so that it takes one window: what ends at the seams of several is another clause's.
    soon = min(600.0, runs.gap)
    runs.later(soon)
    for _ in range(more):
        runs.insert()
    names = trial.held
    step = min(SECOND, int(soon * SECOND) // (2 * len(names) + 2))
    newest_first = runs.described.order == "descending"
    for number, name in enumerate(reversed(names) if newest_first else names, start=1):
        runs.restamp(name, runs.now - (len(names) - number) * step)
    runs.later(runs.margin)
    trial.forget()
    return runs


def _windows_undisturbed(trial: Trial, case: Case) -> int:
    """How many windows such a run asks for, where nothing disturbs it."""
    with trial.elsewhere(replace(case, rules=(), manners=Manners())):
        runs = _all_changed(trial)
        with runs.asking():
            trial.sync()
        return len({low for low, _ in runs.bounds() if low is not None})


@clause(
    MUST,
    API,
    DRAFT,
    over=_noted("changed", "changed, the newest first", "none changed"),
    cost="The state is lost or refused by bizon: the next run reads everything again, or nothing.",
    fix="Put text and numbers into next_state, and return the old one where there is nothing new.",
    of_runs=True,
)
def state(trial: Trial) -> None:
    """next_state is JSON, survives a round trip, and a run without changes returns nothing and keeps it."""
    runs = _begun(trial)
    if trial.case.note != "none changed":
        changes: list[Callable[[], object]] = [lambda: runs.update(trial.held[0]), runs.insert]
        pause = 2 * runs.gap
        if trial.case.note != "changed":
            # An API in an order of its own then ends with the older one: a state by that one falls behind.
            changes.reverse()
            pause = pause if runs.described.window_limit else 2 * runs.look_back
        runs.later()
        changes[0]()
        runs.later(pause)
        changes[1]()
        runs.later(runs.margin)
        runs.run()
        runs.later(3 * runs.margin)
        runs.run()
    quiet = [runs.settle() for _ in range(2)]
    for run in quiet:
        runs.expect_nothing_old(run)
    runs.later()
    runs.insert()
    runs.settle()
    runs.expect_nothing_lost()
    for run in runs.runs:
        for returned in run.states:
            if returned is not None:
                _expect_json(trial, returned)
    trial.judged(quiet_runs=len(quiet))


def _expect_json(trial: Trial, returned: Any) -> None:
    trial.expect(isinstance(returned, dict), f"next_state is {returned!r}, not a dict")
    try:
        text = json.dumps(returned, allow_nan=False)
    except (TypeError, ValueError) as error:
        trial.fail(f"next_state {returned!r} is not JSON: {error}")
    trial.expect(json.loads(text) == returned, f"next_state {returned!r} comes back as {json.loads(text)!r}")


def _tied(limits: Limits) -> Iterable[Case]:
    if limits.pages:
        for page_size in dict.fromkeys((limits.small(1), limits.small(2))):
            yield Case(size=2 * page_size + 2, page_size=page_size, seed=1, note="within")
            yield Case(size=3 * page_size + 3, page_size=page_size, seed=1, note="across")


@clause(
    MUST,
    API,
    DRAFT,
    over=Domain(_tied),
    cost="A bulk change gives one time to thousands of records: those beyond the first page are lost, or read for ever.",
    fix="Page through a window by the API's own cursor; never by the time of the last record.",
    of_runs=True,
)
def ties(trial: Trial) -> None:
    """More records share one instant than a page holds: none lost, and no endless loop, with inclusive and exclusive bounds."""
    runs = _begun(trial)
    many = trial.held[: 2 * trial.case.page_size + 1]
    rest = [name for name in trial.held if name not in many]
    across = trial.case.note == "across"
    trial.need(not across or runs.form.quantum >= SECOND, "no instant lasts as long as a run (resolution: second)")
    runs.later()
    runs.wait_for(ODD)
    instant = runs.now
    for name in many:
        runs.update(name, instant)
    if not across:
        runs.later(runs.margin)
    under_way, afterwards = (rest[::2], rest[1::2]) if across else ([], [])
    runs.run(lambda page: _update(runs, under_way) if page == 0 else None)
    _update(runs, afterwards)
    if not across:
        runs.expect_nothing_lost()
    runs.settle()
    runs.expect_nothing_lost()
    trial.judged(records=len(many))


@clause(
    MUST,
    API,
    DRAFT,
    over=_noted("from the start", "between runs"),
    cost="One wrong clock at the API's side, and nothing is read any more until its date has come.",
    fix="Never let the state go beyond `run_started_at`.",
    of_runs=True,
)
def future_dated(trial: Trial) -> None:
    """One record dated in the future does not move the state past now."""
    runs = pipeline(trial)
    runs.wait_for(ODD)
    future = [runs.insert(runs.now + TEN_YEARS)] if trial.case.note == "from the start" else []
    runs.run()
    for _ in range(3):
        runs.later()
        if not future:
            future = [runs.insert(runs.now + TEN_YEARS)]
        runs.insert()
        runs.later(runs.margin)
        runs.run()
    runs.expect_nothing_lost(*future)
    trial.judged(future=1)


@clause(
    SHOULD,
    API,
    DRAFT,
    over=_noted(0.1, 0.5, 0.95),
    cost="Records that the API shows a little late are never read.",
    fix="Begin each window earlier than the last one ended, by the lag that the API documents.",
    of_runs=True,
)
def late_visible(trial: Trial) -> None:
    """A record that becomes visible late, within the declared lag, still arrives."""
    runs = _begun(trial)
    lag = int(runs.described.lag * trial.case.note * SECOND)
    trial.need(lag, "no lag is described (`incremental.lag`)")

    def late(page: int) -> None:
        if page == 0:
            runs.insert(runs.now - lag)

    for _ in range(2):
        late(0)
        runs.later()
        runs.insert()  # visible at once: a state that goes by the newest record goes by this one
        runs.run(late)
    late(0)
    runs.settle()
    runs.settle()
    runs.expect_nothing_lost()
    trial.judged(late=5)


@clause(
    MUST,
    API,
    DRAFT,
    over=Domain(
        lambda limits: [
            replace(case, note=begins, seed=seed).kept_in_quick(seed > 2)
            for case in once.enumerate(limits)
            for seed, begins in enumerate((0, 1_000, 123_456_000, 500_000_000, 999_999_000), start=1)
        ]
    ),
    cost="What changed in the gap of a fraction of a second is never read.",
    fix="Compare times, not texts; round the lower bound down, and begin each window at the very instant at which the last one ended.",
    of_runs=True,
)
def resolution(trial: Trial) -> None:
    """Sub-second times with any number of digits, and windows cut at another resolution, leave no gap."""
    cuts = _cuts(trial, pauses=2)
    runs = _begun(trial, newcomers=60)
    runs.later(2 * runs.gap)
    _insert_around(runs, cuts)
    runs.run()
    for _ in range(3):
        runs.later()
        runs.wait_for(trial.case.note)
        runs.insert()
        runs.run(lambda page: _insert(runs) if page == 0 else None)
        runs.insert()
        runs.later(0.370_011)
        runs.insert()
    runs.settle()
    runs.expect_nothing_lost()
    trial.judged(records=len(trial.held) - trial.case.size)


def _cuts(trial: Trial, pauses: float) -> list[int]:
    """Where the windows of a run begin and end that comes ``pauses`` gaps after the first one, in another world."""
    with trial.elsewhere():
        runs = _begun(trial)
        runs.later(pauses * runs.gap)
        run = runs.run()
        ends = [end for window in runs.bounds(since=run.started) for end in window]
        return [end for end in dict.fromkeys(ends) if end is not None]


def _insert_around(runs: Runs, cuts: list[int]) -> None:
    """A record at every instant of ``cuts`` since the end of the last run, one before it and one behind it."""
    quantum = runs.form.quantum
    for cut in cuts[:12]:
        for at in (cut - quantum, cut, cut + quantum):
            if runs.ended < at < runs.now - runs.margin * SECOND:
                runs.insert(at)


INTERRUPTIONS = ("resumed", "begun anew", "cut short")


@clause(
    MUST,
    API,
    DRAFT,
    over=Domain(once.enumerate).each(
        lambda case, limits: (
            [replace(case, note=(how, after)) for how in INTERRUPTIONS for after in range(1, page_count(case, limits))]
        )
    ),
    cost="The newest records have come and moved the state; the older ones behind them are never read.",
    fix="Return next_state with the last page only, where the newest come first.",
    of_runs=True,
)
def descending_interrupted(trial: Trial) -> None:
    """Interrupted in the middle, the older part still arrives later."""
    runs = _begun(trial)
    trial.need(runs.described.order != "ascending", "the API answers oldest first (`incremental.order`)")
    how, after = trial.case.note
    runs.later()
    # Where the API has no order of its own, the newest come first by chance.
    for name in reversed(trial.held) if runs.described.order == "none" else trial.held:
        runs.update(name)
        runs.later(1)
    runs.later(runs.margin)
    if how == "cut short":
        runs.run_cut_short(after)
        trial.need(
            runs.state,
            "without a next_state bizon goes by last_run, which a run that max_iterations cuts short moves as well",
        )
    else:
        runs.run_interrupted(after, resumed=how == "resumed")
    runs.later()
    runs.insert()
    runs.settle()
    runs.expect_nothing_lost()
    trial.judged(interruptions=1)


def _quiet(limits: Limits) -> Iterable[Case]:
    for case in once.enumerate(limits):
        yield replace(case, size=0)
        yield replace(case, size=1)
        yield case


@clause(
    SHOULD,
    API,
    DRAFT,
    over=Domain(_quiet),
    cost="A weekend without changes, or an account that is empty at first, breaks the runs that follow.",
    fix="Return no next_state, or the one that was given, where a run brings no records; begin at last_run where there is none.",
    of_runs=True,
)
def quiet_period(trial: Trial) -> None:
    """Runs without records keep the state usable."""
    runs = _begun(trial)
    quiet = [runs.settle() for _ in range(5)]
    for run in quiet:
        runs.expect_nothing_old(run)
    for _ in range(2):
        runs.later()
        runs.insert()
        runs.later(runs.margin)
        runs.run()
    runs.settle()
    runs.expect_nothing_lost()
    trial.judged(quiet_runs=len(quiet))


@clause(
    SHOULD,
    API,
    DRAFT,
    over=_noted("none changed", "one changed"),
    cost="Quiet months are asked for again by every run, and each run takes longer than the one before.",
    fix="Keep in next_state the instant up to which the API says that its answer is complete, also where no record came.",
    of_runs=True,
)
def moves_on(trial: Trial) -> None:
    """Where the API says up to which instant an answer is complete, runs without records begin there as well, not at the last record."""
    runs = pipeline(trial)
    trial.need(runs.described.complete_until, "the API does not say so (`incremental.complete_until`)")
    trial.need(runs.described.window_limit is None, "quiet months would be read in many windows")
    runs = _begun(trial)
    if trial.case.note == "one changed":
        runs.later()
        runs.insert()
        runs.later(runs.margin)
        runs.run()
    for _ in range(2):
        before = runs.runs[-1].started
        runs.later(2 * runs.look_back)
        run = runs.run()
    lows = [low for low, _ in runs.bounds(since=run.started) if low is not None]
    trial.need(lows, "no lower bound is sent: see incremental.window")
    trial.expect(
        min(lows) >= before - runs.look_back * SECOND,
        f"the run at {instant_text(run.started)} asks for what changed since {instant_text(min(lows))}, although the "
        f"answers to the one before were complete until {instant_text(before)}",
    )
    trial.judged(quiet_runs=2)


@clause(
    SHOULD,
    API,
    DRAFT,
    over=once,
    cost="After a pause (a broken pipeline, a long weekend) every run is refused, and the window only grows.",
    fix="Split what is longer than the API allows into windows that touch, and put the window into next_pagination.",
    of_runs=True,
)
def window_limit(trial: Trial) -> None:
    """A window longer than the API allows is split."""
    limit = pipeline(trial).described.window_limit
    trial.need(limit, "no limit is described (`incremental.window_limit`)")
    assert limit is not None
    pauses = 3.4 * limit / pipeline(trial).gap
    cuts = _cuts(trial, pauses)
    runs = _begun(trial, newcomers=60)
    first = runs.now
    runs.later(pauses * runs.gap)
    for part in (0.1, 0.35, 0.6, 0.85):
        runs.insert(first + int((runs.now - first) * part))
    _insert_around(runs, cuts)
    run = runs.run()
    runs.settle()
    runs.expect_nothing_lost()
    trial.judged(windows=len(runs.bounds(since=run.started)))


@clause(
    SHOULD,
    API,
    DRAFT,
    over=once,
    cost="The state grows with every run until bizon's backend refuses it, or changes behind bizon's back.",
    fix="Keep an instant, not a list of what was seen; return a new dict, and leave the one that was given alone.",
    of_runs=True,
)
def state_size(trial: Trial) -> None:
    """next_state stays small, and is a copy, not a live object."""
    runs = _begun(trial, newcomers=140)
    sizes = []
    for _ in range(6):
        for _ in range(20):
            runs.later(1)
            runs.insert()
        runs.later(runs.margin)
        run = runs.run()
        _expect_copies(trial, run)
        runs.later()
        sizes.append(len(json.dumps(runs.state)))
    trial.need(runs.state, "the connector returns no next_state: it goes by last_run, which bizon keeps")
    trial.expect(max(sizes) < LARGEST_STATE, f"next_state takes {max(sizes):,} bytes")
    grown = sizes[-1] - sizes[0]
    trial.expect(grown < GROWTH, f"over 100 further records next_state grew from {sizes[0]:,} to {sizes[-1]:,} bytes")
    trial.judged(states=len(sizes))


def _expect_copies(trial: Trial, run: Run) -> None:
    for number, (turn, returned) in enumerate(zip(run.sync.turns, run.states, strict=True), start=1):
        now = getattr(turn.iteration, "next_state", None)
        trial.expect(
            now == returned,
            f"the next_state of get_records_after() number {number} was {returned!r}, and is {now!r} after the run",
        )
    trial.expect(run.asked is None or not run.asked.changed, "get_records_after() changes the state that it is given")


ZONES = ("UTC", "Pacific/Kiritimati", "America/Anchorage")
"""Time zones of hosts: hours ahead and hours behind."""


@clause(
    MUST,
    API,
    DRAFT,
    over=once,
    cost="On a host in another time zone hours of changes are skipped, or read twice.",
    fix="Keep every time aware: `last_run.astimezone(UTC)`, `datetime.now(UTC)`, fromisoformat with its zone.",
    of_runs=True,
)
def timezone(trial: Trial) -> None:
    """Nothing depends on the host's time zone."""
    pipeline(trial)
    trial.need(hasattr(time, "tzset"), "this system has no tzset()")
    told = {}
    for zone in ZONES:
        with host_zone(zone) as known, trial.elsewhere():
            trial.need(known, f"this machine does not know the time zone {zone}")
            try:
                told[zone] = _story(trial)
            except ClauseBroken as broken:
                trial.need(zone != "UTC", f"the runs fail in UTC as well ({broken.failure.message})")
                trial.fail(f"with TZ={zone}: {broken.failure.message}")
            for what, there in told[zone].items():
                here = told["UTC"][what]
                differ = next(((one, two) for one, two in zip(here, there, strict=False) if one != two), None)
                trial.expect(
                    here == there,
                    f"with TZ={zone} {what} differ: "
                    + (f"{differ[1]} in place of {differ[0]}" if differ else f"{len(there)}, not {len(here)}"),
                )
    trial.judged(zones=len(told))


def _story(trial: Trial) -> dict[str, list[Any]]:
    """What is asked and returned in three runs."""
    runs = _begun(trial)
    asked: list[Any] = []
    for _ in range(2):
        runs.later()
        runs.insert()
        runs.later(runs.margin)
        asked += runs.bounds(since=runs.run().started)
    records = [record for run in runs.runs for record in run.sync.records]
    return {
        "the bounds that are asked": asked,
        "the records that come": trial.keys(records),
        "their timestamps": [record.timestamp for record in records],
        "the states": [state for run in runs.runs for state in run.states],
    }


CHAPTER = chapter(
    __doc__,
    window,
    tiles,
    paging,
    state,
    ties,
    future_dated,
    late_visible,
    resolution,
    descending_interrupted,
    quiet_period,
    moves_on,
    window_limit,
    state_size,
    timezone,
)
