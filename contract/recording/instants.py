"""Times as APIs write them: read from the values of records and requests, and the one from which an incremental run shows something."""

from __future__ import annotations

import datetime as dt
import re
from collections import defaultdict
from collections.abc import Iterable, Iterator
from typing import Any, Literal, NamedTuple

from contract.description.incremental import SECOND
from contract.simulation.incremental import ISO, read_iso

FORMATS = Literal["iso", "date", "epoch", "epoch_ms"]

SPEAKS_OF_TIME = re.compile(
    r"time|date|stamp|created|updated|modified|changed|edited|epoch|_(at|on|ts)$|At$|^at$", re.IGNORECASE
)
"""Keys under which a whole number may be a time."""

SPEAKS_OF_CHANGE = re.compile(r"updat|modif|chang|edit", re.IGNORECASE)

YEARS = (978_307_200, 4_102_444_800)
"""Seconds since the epoch, 2001 to 2100: what whole numbers have to lie between to be taken for times."""


BEHIND = SECOND + 123_456_000
"""Nanoseconds, a fraction of a second among them: hosts do not start jobs on the second."""


class Instant(NamedTuple):
    """A time as it is written. ``ns``: nanoseconds since the epoch, as if in UTC where no ``zone`` is written (``""``)."""

    ns: int
    text: str
    format: FORMATS
    digits: int = 0
    """Behind the second."""
    zone: str = "Z"


def instant_of(value: Any, *, number: bool = True) -> Instant | None:
    """The time that ``value`` is; None where it is none. ``number``: whether a whole number may be one, in digits as well."""
    if isinstance(value, bool) or not isinstance(value, int | str):
        return None
    text = str(value)
    found = ISO.fullmatch(text)
    if found is not None:
        at = read_iso(text)
        kind: FORMATS = "date" if found[2] is None else "iso"
        return None if at is None else Instant(at, text, kind, len(found[3] or ""), found[4] or "")
    if not number or not re.fullmatch(r"\d{9,13}", text):
        return None
    for form, unit in (("epoch", 1), ("epoch_ms", 1000)):
        if YEARS[0] * unit <= int(text) < YEARS[1] * unit:
            return Instant(int(text) * SECOND // unit, text, form, 0 if unit == 1 else 3)  # type: ignore[arg-type]
    return None


def instants_in(record: Any, way: tuple[str, ...] = ()) -> Iterator[tuple[tuple[str, ...], Instant]]:
    """Every time in a record, with the way to its key."""
    if isinstance(record, dict):
        for key, inside in record.items():
            yield from instants_in(inside, (*way, key))
    elif way and not isinstance(record, list):
        found = instant_of(record, number=isinstance(record, int) and bool(SPEAKS_OF_TIME.search(way[-1])))
        if found is not None:
            yield way, found


class Moments:
    """The times in the records of a sync, by the keys under which they stand."""

    def __init__(self) -> None:
        self._found: defaultdict[tuple[str, ...], list[int]] = defaultdict(list)
        self._records = 0

    def add(self, records: Iterable[Any]) -> None:
        """Note the times of some records more."""
        for record in records:
            self._records += 1
            for way, found in instants_in(record):
                self._found[way].append(found.ns)

    def dividing(self, now: dt.datetime) -> dt.datetime | None:
        """An instant since which about half of the records changed; None where no time divides them.

        It is a second and a bit behind the time of one of them: the bound that is sent for it tells by its digits how finely the
        connector asks, and is that very time where it is cut to the second and asked one earlier, of an API that takes it for
        exclusive. The time of change is taken for what goes by such a name, or else for the key of most different times.
        """
        past = int(now.timestamp()) * SECOND
        known = {way: sorted(at for at in found if at <= past) for way, found in self._found.items()}
        usual = [way for way, found in self._found.items() if 2 * len(found) > self._records]
        told = [way for way in usual if len(set(known[way])) > 1]
        if not told:
            return None
        way = min(told, key=lambda way: (not SPEAKS_OF_CHANGE.search(way[-1]), -len(set(known[way])), len(way)))
        times = known[way]
        at = next(each for each in times[len(times) // 2 :] + times[-1:] if each > times[0])
        return dt.datetime(1970, 1, 1, tzinfo=dt.UTC) + dt.timedelta(microseconds=(at + BEHIND) // 1000)
