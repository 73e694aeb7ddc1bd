"""Answers of what changed since an instant: how instants are written and read, the bounds, and the order.

Instants are nanoseconds since the epoch: datetime keeps six digits, APIs write up to nine.
"""

from __future__ import annotations

import bisect
import datetime as dt
import random
import re
from collections.abc import Sequence
from dataclasses import dataclass, replace
from typing import Any

from contract.description.api import Stream
from contract.description.incremental import SECOND, Incremental
from contract.description.places import MISSING, Place, look_up
from contract.messages import Request
from contract.simulation.collection import Held

DAY = 86_400 * SECOND

OFFSETS = (0, 120, -450, 345)
"""Minutes: zones that an API writes its times in, so that they do not sort as text."""

ISO = re.compile(r"(\d{4}-\d\d-\d\d)(?:[T ](\d\d:\d\d(?::\d\d)?)(?:\.(\d{1,9}))?(Z|[+-]\d\d:?\d\d)?)?")
_EPOCH = dt.datetime(1970, 1, 1, tzinfo=dt.UTC)


class BadInstant(Exception):
    """A bound that is not written as the API reads it, or a window that is longer than it allows."""


@dataclass(frozen=True)
class Form:
    """How a stream keeps and writes the instants of its records.

    ``quantum`` is the resolution in nanoseconds. ``digits`` behind the second: None for as many as there are, or more, up to
    ``most``; fewer show less than the API knows. ``zone`` is `Z`, any `offset`, or `none`.
    """

    kind: str
    quantum: int
    digits: int | None = None
    zone: str = "Z"
    separator: str = "T"
    server: int = 0
    """The server's own zone, in minutes east of UTC: where none is written, and of days."""
    zones: tuple[int, ...] = OFFSETS
    """The zones of `offset`."""
    most: int = 9
    """Digits behind the second that are written at the most."""

    def cut(self, ns: int) -> int:
        """``ns`` without what is finer than the resolution; a day is one of the server's."""
        east = self.server * 60 * SECOND
        return cut(ns + east, self.quantum) - east


def form_of(stream: Stream) -> Form:
    """How ``stream`` writes its times of change: as the example of a record does, or else as the description says."""
    assert stream.incremental is not None
    form = _form_of(stream, stream.incremental)
    if stream.incremental.zone == "Z":
        return form
    return replace(form, server=stream.incremental.offset, zones=(stream.incremental.offset,))


def _form_of(stream: Stream, described: Incremental) -> Form:
    if described.format in ("epoch", "epoch_ms"):
        return Form(described.format, described.quantum())
    shown = [each for each in _shown(stream, described.field) if isinstance(each, str)]
    if not shown:
        return Form("text", described.quantum(), zone="offset" if described.format == "iso" else "Z")
    if all(len(each) <= len("2024-01-01") for each in shown):
        return Form("date", DAY if described.resolution is None else described.quantum())
    fractions = {len(found[1]) if (found := re.search(r"\.(\d{1,9})", each)) else 0 for each in shown}
    zones = {_zone_of(each) for each in shown}
    digits, most = fractions.copy().pop() if len(fractions) == 1 else None, max(fractions)
    zone = zones.pop() if len(zones) == 1 else "offset"
    separator = next(each[10] for each in shown if len(each) > len("2024-01-01"))
    return Form("text", described.quantum(most), digits, zone, separator, most=most)


def _shown(stream: Stream, keys: Sequence[str]) -> Sequence[Any]:
    """What is written at ``keys`` of a record: in the example of one, or in the examples of its JSON Schema."""
    schema: Any = stream.schema_of_record
    if schema is None:
        return (look_up(stream.record, keys),)
    for key in keys:
        schema = look_up(schema, ("properties", key))
    found = look_up(schema, ("examples",))
    return found if isinstance(found, list) else ()


def _zone_of(text: str) -> str:
    return "Z" if text.endswith("Z") else "offset" if re.search(r"[+-]\d\d:?\d\d$", text[10:]) else "none"


def cut(ns: int, quantum: int) -> int:
    """``ns`` without what is finer than ``quantum``."""
    return ns - ns % quantum


def written(form: Form, ns: int, chance: random.Random | None = None) -> str | int:
    """``ns`` as a record holds it. ``chance`` chooses among the ways to write it; None: the plainest one."""
    ns = form.cut(ns)
    if form.kind == "epoch":
        return ns // SECOND
    if form.kind == "epoch_ms":
        return ns // (SECOND // 1000)
    if form.kind == "date":
        return _at(ns, form.server).date().isoformat()
    offset = form.server
    if form.zone == "offset":
        offset = chance.choice(form.zones) if chance else form.server
    elif form.zone == "Z":
        offset = 0
    at, fraction = _at(ns, offset), f"{ns % SECOND:09d}"
    least = len(fraction.rstrip("0"))
    digits = form.digits
    if digits is None:
        digits = chance.randint(least, max(least, form.most)) if chance and form.quantum < SECOND else least
    zone = "" if form.zone == "none" else None
    text = at.strftime(f"%Y-%m-%d{form.separator}%H:%M:%S") + (f".{fraction[:digits]}" if digits else "")
    if zone is None:
        zone = "Z" if not offset else f"{'-' if offset < 0 else '+'}{abs(offset) // 60:02d}:{abs(offset) % 60:02d}"
    return text + zone


def instant_of(described: Incremental, sent: Any) -> int:
    """The instant that a bound means.

    Raises:
        BadInstant: it is not written as described; a `+` that was sent raw has arrived as a space.
    """
    text = str(sent)
    if described.format in ("epoch", "epoch_ms"):
        if not re.fullmatch(r"-?\d{1,15}", text):
            raise BadInstant(f"{described.send} must be a whole number, not {text[:40]!r}")
        return int(text) * (SECOND if described.format == "epoch" else SECOND // 1000)
    found = ISO.fullmatch(text)
    right = found is not None and {
        "iso": True,
        "iso_z": found[4] == "Z",
        "date": found[2] is None,
    }.get(described.format, False)
    at = read_iso(text, described.offset) if right else None
    if at is None:
        wanted = {"iso": "an ISO 8601 time", "iso_z": "an ISO 8601 time in UTC, with Z", "date": "a day, YYYY-MM-DD"}
        raise BadInstant(f"{described.send} must be {wanted[described.format]}, not {text[:40]!r}")
    return at


def moment_of(described: Incremental, value: Any) -> int | None:
    """The instant that a record holds; None where it holds none."""
    if isinstance(value, int) and not isinstance(value, bool):
        return value * (SECOND // 1000 if described.format == "epoch_ms" else SECOND)
    return read_iso(value, described.offset) if isinstance(value, str) else None


class Order:
    """The places of records in the order of their changes: a place is given once, and new ones come in between."""

    def __init__(self) -> None:
        self._keys: list[tuple[int, float]] = []
        self._places: list[float] = []

    def place(self, at: int, rank: float) -> float:
        """The place of the change at the instant ``at`` of the record of ``rank``."""
        key = (at, rank)
        index = bisect.bisect_left(self._keys, key)
        if index == len(self._keys) or self._keys[index] != key:
            before = self._places[index - 1] if index else None
            after = self._places[index] if index < len(self._places) else None
            self._keys.insert(index, key)
            self._places.insert(index, _between(before, after))
        return self._places[index]


def changed_at(described: Incremental, held: Held) -> int | None:
    """When a record was changed, as the API knows it; None where it does not."""
    return moment_of(described, look_up(held.data, described.field)) if held.changed_at is None else held.changed_at


def changed(described: Incremental, records: Sequence[Held], request: Request, now: float, order: Order) -> list[Held]:
    """What of ``records`` changed within the bounds of ``request``, in the described order; all where it has none.

    Raises:
        BadInstant: a bound is not written as described, or the window is too long.
    """
    low, high = (_bound(described, place, request) for place in (described.send, described.until))
    is_sorted = described.sort is not None and described.sort.sent_in(request) is not MISSING
    if low is None and high is None and not is_sorted:
        return list(records)
    if described.window_limit is not None and low is not None:
        length = (int(now * SECOND) if high is None else high) - low
        if length > described.window_limit * SECOND:
            raise BadInstant(f"a window of {length / SECOND:g} s; {described.window_limit:g} s are allowed")
    found = []
    for held in records:
        at = changed_at(described, held)
        if at is None or not (described.ignored or _inside(described, at, low, high)):
            continue
        match described.order:
            case "ascending":
                found.append(replace(held, rank=order.place(at, held.rank)))
            case "descending":  # of one instant in the usual order, here as well
                found.append(replace(held, rank=-order.place(at, -held.rank)))
            case "none":
                found.append(held)
    return sorted(found, key=lambda held: held.rank)


def complete_until(described: Incremental, request: Request, now: float) -> str | int:
    """Up to which instant an answer holds all that changed, written as bounds are: its upper bound, or now but for the lag."""
    seen = int((now - described.lag) * SECOND)
    high = _bound(described, described.until, request)
    kind = described.format if described.format in ("epoch", "epoch_ms", "date") else "text"
    return written(
        Form(kind, DAY if kind == "date" else described.quantum()), seen if high is None else min(seen, high)
    )


def _bound(described: Incremental, place: Place | None, request: Request) -> int | None:
    sent = MISSING if place is None else place.sent_in(request)
    return None if sent is MISSING else instant_of(described, sent)


def _inside(described: Incremental, at: int, low: int | None, high: int | None) -> bool:
    above = low is None or at > low or (at == low and described.bound == "inclusive")
    below = high is None or at < high or (at == high and described.until_bound == "inclusive")
    return above and below


def _between(before: float | None, after: float | None) -> float:
    if before is None:
        return 0.0 if after is None else after - 1
    return before + 1 if after is None else (before + after) / 2


def _at(ns: int, offset: int) -> dt.datetime:
    return (_EPOCH + dt.timedelta(seconds=ns // SECOND)).astimezone(dt.timezone(dt.timedelta(minutes=offset)))


def read_iso(text: str, server: int = 0) -> int | None:
    """An ISO 8601 instant with up to nine digits; in the ``server``'s zone, in minutes, where it has none."""
    found = ISO.fullmatch(text)
    if found is None:
        return None
    zone = (found[4] or "Z").replace("Z", "+00:00")
    try:
        at = dt.datetime.fromisoformat(f"{found[1]}T{found[2] or '00:00'}{zone}")
    except ValueError:
        return None
    since = at - _EPOCH - (dt.timedelta(0) if found[4] else dt.timedelta(minutes=server))
    return (since.days * 86_400 + since.seconds) * SECOND + int((found[3] or "").ljust(9, "0") or 0)
