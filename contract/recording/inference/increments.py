"""How an API is asked for what has changed since an instant: read from the recording of one incremental run.

Only from what was asked and answered, and not from what the connector makes of it: it may be another one today.
"""

from __future__ import annotations

import datetime as dt
import re
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from functools import cached_property
from itertools import pairwise
from typing import Any

from contract.description.incremental import SECOND
from contract.description.places import Place
from contract.messages import Request
from contract.recording.cassette import Interaction, Recording
from contract.recording.inference.listing import Draft, Listing
from contract.recording.inference.pages import Page, canonical
from contract.recording.inference.styles import keys_written, outside, sent, written
from contract.recording.instants import SPEAKS_OF_CHANGE, Instant, instant_of, instants_in
from contract.recording.layout import Since

DAY = 24 * 3600 * SECOND

FARTHEST = 400 * DAY
"""Before the last run, the earliest that its bound may be: careful connectors read again what they know."""

ZONES = 14 * 3600 * SECOND
"""How far a local time is ahead of UTC, at the most."""

QUARTER = 900 * SECOND
"""What the offset of a zone is a multiple of."""

ENOUGH = 2
"""Records that have to have come, and as many older ones that have not, before a key is believed to divide them."""

IN_AN_ORDER = 3
"""Different times that have to follow each other before they are believed to be in an order."""

MOST_ZONES = 4
"""Zones of which an example is shown."""

ALL_MINUTES = 10
"""Different times without seconds before they are believed to have none."""

SPEAKS_OF_COMPLETENESS = re.compile(r"complete|until|through|up_?to|watermark|as_?of", re.IGNORECASE)

LINKED = ("next_url", "link_header")
"""Styles of paging in which the API itself writes what the next page is asked with."""

NOT_RECORDED = "no incremental run of it is recorded: `bizon-contract record` records one beside the sync"

Keys = tuple[str, ...]


class Unclear(Exception):
    """What the run does not show, as a question."""


@dataclass(frozen=True)
class Increments:
    """The `incremental:` of a stream as it would be written, empty where the run does not show it; ``doubt``: why it may be wrong.

    ``examples`` are times as the records hold them, at ``field``: one of each form.
    """

    made: Draft
    doubt: str | None = None
    field: Keys = ()
    examples: tuple[str, ...] = ()


def increments_of(recording: Recording, full: Sequence[Interaction], listing: Listing) -> Increments:
    """What ``recording`` shows of the stream that ``listing`` describes; ``full`` are the exchanges of the sync beside it."""
    made = Draft()
    try:
        if recording.since is None:
            raise Unclear("since when does the run read? The cassette does not say it; record it anew")
        run = _Run(recording.interactions, recording.since, full, listing)
        bounds = run.bounds
        if bounds is None:
            field, doubt = _put_sort(made, run)
        else:
            field, doubt = _put_bounds(made, run, *bounds)
        return Increments(made, doubt, field, tuple(_examples(run.times[field].values())))
    except Unclear as question:
        asked = Draft(questions=[str(question)])
        return Increments(asked, f"the recorded run does not show how to ask for what has changed: {question}")


# -- what was recorded


@dataclass(frozen=True)
class _Bound:
    """A parameter that holds an instant, with what each page was asked."""

    place: Place
    texts: tuple[str, ...]
    asked: tuple[Instant, ...]


@dataclass(frozen=True)
class _Run:
    interactions: Sequence[Interaction]
    since: Since
    full: Sequence[Interaction]
    listing: Listing

    @property
    def last_run(self) -> int:
        return _ns(self.since.last_run)

    @cached_property
    def pages(self) -> tuple[Page, ...]:
        """The pages of the run; what the sync asked as well, as its check and its count, is none."""
        spot, first = self.listing.pages.spot, self.listing.pages.pages[0].request
        known = {_of(each.request) for each in self.full}
        found = []
        for request, response in ((each.request, each.response) for each in self.interactions):
            rows = spot.rows(response.json) if response.status < 300 else None
            alike = (request.method, request.path) == (first.method, first.path)
            if rows is not None and alike and _of(request) not in known:
                found.append(Page(request, response, tuple(rows)))
        if not found:
            raise Unclear(
                "how is the API asked for what has changed? The run asks nothing but what the sync asks as well"
            )
        return tuple(found)

    @cached_property
    def asked(self) -> tuple[dict[Place, Any], ...]:
        """What each page was asked with, at places where the full sync sends nothing."""
        spot = self.listing.pages.spot
        usual = {place for page in self.listing.pages.pages for place in sent(page.request, spot)}
        return tuple(
            {place: value for place, value in sent(page.request, spot).items() if place not in usual}
            for page in self.pages
        )

    @property
    def bounds(self) -> tuple[_Bound, _Bound | None] | None:
        """The lower and the upper bound; None where no instant was sent."""
        instants = {place: at for place, value in self.asked[0].items() if (at := instant_of(value)) is not None}
        lower = [place for place, at in instants.items() if self._is_lower(at)]
        upper = [place for place, at in instants.items() if place not in lower and at.ns > self.last_run]
        for places in (lower, upper):
            if len(places) > 1:
                raise Unclear(f"which of {_listed(map(str, places))} is the bound? Each holds such an instant")
        if not lower:
            return None
        return self._bound(lower[0]), self._bound(upper[0]) if upper else None

    def _is_lower(self, at: Instant) -> bool:
        local = at.zone == "" or at.format == "date"
        return self.last_run - FARTHEST <= at.ns <= self.last_run + (ZONES if local else 0)

    def _bound(self, place: Place) -> _Bound:
        paging = self.listing.paging
        linked = paging is not None and paging.described["style"] in LINKED
        asked = [each for each in self.asked if place in each] if linked else self.asked
        found = [instant_of(each.get(place)) for each in asked]
        if None in found:
            raise Unclear(f"do the cursors of the API hold {place}? It is not sent with every page")
        return _Bound(place, tuple(str(each[place]) for each in asked), tuple(at for at in found if at is not None))

    @cached_property
    def came(self) -> list[Any]:
        """The records of the run, in their order."""
        return [row for page in self.pages for row in page.rows if isinstance(row, dict)]

    @cached_property
    def stayed(self) -> list[Any]:
        """The records of the sync that did not come."""
        came = {canonical(row) for row in self.came}
        rows = (row for page in self.listing.pages.pages for row in page.rows if isinstance(row, dict))
        return [row for row in rows if canonical(row) not in came]

    @cached_property
    def times(self) -> dict[Keys, dict[str, Instant]]:
        """The instants in the records, by their keys and by the record: of keys that all have that came, and most others."""
        rows = {canonical(row): row for row in (*self.came, *self.stayed)}
        found: dict[Keys, dict[str, Instant]] = {}
        for name, row in rows.items():
            for keys, at in instants_in(row):
                found.setdefault(keys, {})[name] = at
        came = {canonical(row) for row in self.came}
        return {keys: known for keys, known in found.items() if came <= known.keys() and 2 * len(known) > len(rows)}

    def times_of(self, rows: Iterable[Any], field: Keys) -> list[Instant]:
        """The instants of ``rows`` at ``field``, in their order."""
        known = self.times[field]
        return [known[name] for row in rows if (name := canonical(row)) in known]


def _of(request: Request) -> tuple[Any, ...]:
    """What tells requests apart: of headers their names, for values may be others each time."""
    return request.method, request.url, request.body, frozenset(name.lower() for name, _ in request.headers)


# -- bounds


def _put_bounds(made: Draft, run: _Run, lower: _Bound, upper: _Bound | None) -> tuple[Keys, str | None]:
    low = lower.asked[0]
    made.put("send", written(lower.place), f"{lower.texts[0]} where last_run was {run.since.last_run.isoformat()}")
    zone = _zone_of(low, run.last_run)
    field = _put_field(made, run, lower, upper, zone)
    shown = list(run.times[field].values())
    forms = {at.format for at in shown}
    if forms - ({"iso", "date"} if low.format in ("iso", "date") else {low.format}):
        raise Unclear(
            f"the bound is written as {low.format}, {_dotted(field)} as {_listed(forms)}: can it be asked alike?"
        )
    if low.format != "iso":
        made.put("format", low.format, "the bound is written so")
    elif low.zone == "Z":
        made.questions.append(f"does {lower.place} take other zones than Z? `format: iso_z` where it does not")
    _put_zone(made, zone, shown)
    _put_bound(made, run, field, low)
    _put_resolution(made, field, shown, low)
    doubt = _put_order(made, run, field)
    if upper is not None:
        _put_until(made, run, lower, upper)
    _put_completeness(made, run, low)
    return field, doubt


def _zone_of(low: Instant, last_run: int) -> int:
    """Nanoseconds that local times are ahead of UTC, where the bound tells it: it has no zone, and is ahead of last_run."""
    ahead = low.ns - _cut(last_run, _unit(low))
    if low.zone or ahead <= 0:
        return 0
    if low.format == "date" or ahead % QUARTER:
        raise Unclear("which zone is the bound in? It is ahead of last_run, and does not say by how much")
    return ahead


def _put_field(made: Draft, run: _Run, lower: _Bound, upper: _Bound | None, zone: int) -> Keys:
    """The key of the records that the bound is compared with."""
    low = min(_utc(at, zone) for at in lower.asked)
    high = None if upper is None else max(_utc(at, zone) for at in upper.asked)
    older = {
        keys: sum(1 for at in run.times_of(run.stayed, keys) if _utc(at, zone) <= low)
        for keys in run.times
        if all(
            _utc(at, zone) + _unit(at) > low and (high is None or _utc(at, zone) <= high)
            for at in run.times_of(run.came, keys)
        )
        and not any(
            low < _utc(at, zone) and (high is None or _utc(at, zone) < high) for at in run.times_of(run.stayed, keys)
        )
    }
    dividing = [keys for keys, number in older.items() if number >= ENOUGH and len(run.came) >= ENOUGH]
    if not dividing:
        return _put_ignored(made, run, low, zone)
    field = _told(dividing, "is the bound compared with? Each divides the records that came from the others")
    others = "".join(f"; so does {_dotted(keys)}" for keys in dividing if keys != field)
    why = f"the {len(run.came)} records that came have no older one, {older[field]} that have did not come{others}"
    made.put("field", keys_written(field), why)
    return field


def _put_ignored(made: Draft, run: _Run, low: int, zone: int) -> Keys:
    """The key of the time of change where every record came, whatever the bound."""
    older = {
        keys: sum(1 for at in run.times_of(run.came, keys) if _utc(at, zone) + _unit(at) <= low) for keys in run.times
    }
    known = [keys for keys, number in older.items() if number >= ENOUGH]
    if run.stayed or not known:
        raise Unclear(
            f"what is the bound compared with? Of the times in the records none divides the {len(run.came)} that came from the "
            f"{len(run.stayed)} others; record a run that brings some of them"
        )
    field = _told(known, "is the time of change?")
    made.put("field", keys_written(field), "its name")
    made.put("ignored", True, f"every record came, {older[field]} that are older as well")
    return field


def _told(fields: Sequence[Keys], question: str) -> Keys:
    """The one of ``fields`` that there is, or that goes by the name of a time of change."""
    named = [keys for keys in fields if SPEAKS_OF_CHANGE.search(keys[-1])]
    if len(fields) > 1 and len(named) != 1:
        raise Unclear(f"which of {_listed(map(_dotted, fields))} {question}")
    return named[0] if named else fields[0]


def _put_zone(made: Draft, ahead: int, shown: Sequence[Instant]) -> None:
    if ahead:
        made.put("zone", _offset(ahead // (60 * SECOND)), "the bound has no zone, and is so much ahead of last_run")
        return
    zones = {at.zone for at in shown}
    if len(zones) == 1 and (zone := zones.pop()) not in ("", "Z", "+00:00", "+0000"):
        made.put(
            "zone", zone if ":" in zone else f"{zone[:3]}:{zone[3:]}", "every time in the records is written in it"
        )


def _put_bound(made: Draft, run: _Run, field: Keys, low: Instant) -> None:
    """Whether a record of exactly that instant comes."""
    width = DAY if low.format == "date" else 1
    came, stayed = (
        sum(1 for at in run.times_of(rows, field) if low.ns <= at.ns < low.ns + width)
        for rows in (run.came, run.stayed)
    )
    finer = any(low.digits > at.digits for at in run.times[field].values())
    if stayed and not came:
        made.put("bound", "exclusive", "the record of exactly that instant did not come")
    elif came and not stayed and not finer:
        made.put("bound", "inclusive", "the record of exactly that instant came")
    elif "ignored" not in made.values:
        made.questions.append(
            "does a record of exactly that instant come? None is recorded; `bound` is taken for inclusive"
        )


def _put_resolution(made: Draft, field: Keys, shown: Sequence[Instant], low: Instant | None) -> None:
    """How finely times are kept, where it is another than the records show."""
    if any(at.format != "iso" for at in shown):
        return
    digits = max(at.digits for at in shown)
    asked = low.digits if low is not None and low.format == "iso" else 0
    whole = all(at.ns % (60 * SECOND) == 0 for at in shown) and (low is None or low.ns % (60 * SECOND) == 0)
    if asked > digits:
        finer = "millisecond" if asked <= 3 else "microsecond"
        made.put(
            "resolution", finer, f"the bound is written so; {_dotted(field)} shows {digits} digits behind the second"
        )
        made.questions.append(f"how finely does the API keep {_dotted(field)}? The bound is finer than what it shows")
    elif whole and len({at.ns for at in shown}) >= ALL_MINUTES:
        made.put("resolution", "minute", f"none of the times in {_dotted(field)} has seconds")


def _put_order(made: Draft, run: _Run, field: Keys) -> str | None:
    """In which order the records came; why it is not known."""
    times = [at.ns for at in run.times_of(run.came, field)]
    if len(set(times)) < IN_AN_ORDER:
        made.questions.append(f"in which order do they come? Only {len(set(times))} different times are recorded")
        return f"the recorded run brings {len(run.came)} records: record one that brings at least {IN_AN_ORDER}"
    order, why = _order(times)
    made.put("order", order, f"the {len(times)} records that came {why}")
    return None


def _order(times: Sequence[int]) -> tuple[str, str]:
    if all(one <= two for one, two in pairwise(times)):
        return "ascending", "begin with the oldest change"
    if all(one >= two for one, two in pairwise(times)):
        return "descending", "begin with the newest change"
    return "none", "are in no order of it"


def _put_until(made: Draft, run: _Run, lower: _Bound, upper: _Bound) -> None:
    """The upper bound, and whether it belongs to the window."""
    made.put(
        "until", written(upper.place), f"{upper.texts[0]} where the run began at {run.since.run_started_at.isoformat()}"
    )
    windows = list(dict.fromkeys(zip((at.ns for at in lower.asked), (at.ns for at in upper.asked), strict=True)))
    low, high = lower.asked[0], upper.asked[0]
    if len(windows) > 1:
        gaps = {after - end for (_, end), (after, _) in pairwise(windows)}
        longest = max(end - begin for begin, end in windows) / SECOND
        made.questions.append(
            f"how long may a window be (`window_limit`)? The longest that was asked for has {longest:g} s"
        )
    else:  # the next one begins where this one's last_run has its lower bound
        begun = _ns(run.since.run_started_at)
        gaps = {_cut(begun, _unit(low)) - _cut(run.last_run, _unit(low)) + low.ns - high.ns}
    if gaps == {_unit(high)}:
        made.put("until_bound", "inclusive", "the next window begins one unit behind it")
    else:
        made.questions.append("does a record of exactly the instant of `until` come? It is taken for exclusive")


def _put_completeness(made: Draft, run: _Run, low: Instant) -> None:
    """Where an answer says up to when it is complete."""
    latest = _ns(run.since.run_started_at) + DAY
    for place in outside(run.pages[0].response, run.listing.pages.spot):
        told = [instant_of(place.found_in(page.response)) for page in run.pages]
        if SPEAKS_OF_COMPLETENESS.search(place.keys[-1]) and all(
            at is not None and at.format == low.format and run.last_run < at.ns <= latest for at in told
        ):
            made.put("complete_until", written(place, found=True), "its name, and an instant up to the time of the run")
            return


# -- an order in place of bounds


def _put_sort(made: Draft, run: _Run) -> tuple[Keys, str | None]:
    places = [place for place in run.asked[0] if all(place in each for each in run.asked)]
    orders = {keys: _order([at.ns for at in run.times_of(run.came, keys)]) for keys in run.times}
    usual = {keys: _order([at.ns for at in run.times_of(_rows(run.listing), keys)]) for keys in run.times}
    sorted_by = [
        keys
        for keys, order in orders.items()
        if order[0] != "none"
        and order != usual[keys]
        and len({at.ns for at in run.times_of(run.came, keys)}) >= IN_AN_ORDER
    ]
    if len(places) != 1 or not sorted_by:
        raise Unclear("which parameter says since when? Nothing that was sent is an instant near last_run")
    field = _told(sorted_by, "are the records sorted by?")
    order, why = orders[field]
    made.put(
        "sort", written(places[0]), f"sent with every page, and no instant; the {len(run.came)} records that came {why}"
    )
    made.put("field", keys_written(field), "they are sorted by it, which those of the sync are not")
    shown = list(run.times[field].values())
    _put_zone(made, 0, shown)
    _put_resolution(made, field, shown, None)
    made.put("order", order, "as they came")
    return field, None


def _rows(listing: Listing) -> Iterator[Any]:
    return (row for page in listing.pages.pages for row in page.rows if isinstance(row, dict))


# -- instants


def _examples(shown: Iterable[Instant]) -> list[str]:
    """A time of each form: with the fewest digits and the most, in each of a few zones."""
    texts = sorted((at for at in shown if at.format in ("iso", "date")), key=lambda at: (at.digits, at.text))
    zones = {at.zone: at.text for at in reversed(texts)}
    return [*dict.fromkeys([at.text for at in (*texts[:1], *texts[-1:])] + [*zones.values()][:MOST_ZONES])]


def _ns(at: dt.datetime) -> int:
    return (at - dt.datetime(1970, 1, 1, tzinfo=dt.UTC)) // dt.timedelta(microseconds=1) * 1000


def _utc(at: Instant, ahead: int) -> int:
    """An instant whose zone is not written is local."""
    return at.ns - (ahead if at.zone == "" else 0)


def _unit(at: Instant) -> int:
    """The least difference that is shown."""
    return DAY if at.format == "date" else SECOND // 10**at.digits


def _cut(ns: int, unit: int) -> int:
    return ns - ns % unit


def _offset(minutes: int) -> str:
    return f"{'-' if minutes < 0 else '+'}{abs(minutes) // 60:02d}:{abs(minutes) % 60:02d}"


def _dotted(keys: Keys) -> str:
    return ".".join(keys)


def _listed(names: Iterable[str]) -> str:
    return ", ".join(sorted(names))
