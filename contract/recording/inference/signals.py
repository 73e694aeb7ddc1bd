"""What an answer says besides its records: whether there is more, how many there are; and which parameter asks for a page size."""

from __future__ import annotations

import json
import re
from collections.abc import Collection, Sequence
from typing import Any, NamedTuple

from contract.description.places import Place
from contract.recording.inference.pages import Page, Spot
from contract.recording.inference.styles import Paging, outside, sent


class Fact(NamedTuple):
    """Something found: the value, and why."""

    value: Any
    evidence: str


class Signals(NamedTuple):
    """What answers say besides their records; None for what they do not say of their place among the others."""

    more: Fact | None
    last: Fact | None
    total: Fact | None
    pages: Fact | None
    link: Fact | None
    unsure: tuple[str, ...] = ()


SPEAKS_OF_MORE = re.compile(r"more|has_?next|next_?page|truncated|incomplete", re.IGNORECASE)
SPEAKS_OF_PLACE = re.compile(
    r"total|count|size|found|hits|page|limit|offset|skip|start|first|last|from|^to$|position|cursor", re.IGNORECASE
)
"""Numbers of these names depend on the page, or on how much there is, also where a short recording has them alike."""

LONGEST = 500
"""Characters, as JSON, of what is taken over from every answer."""

SPEAKS_OF_TOTAL = re.compile(r"total|count|size|found|hits", re.IGNORECASE)


def signals_of(pages: Sequence[Page], spot: Spot, paging: Paging | None, *, whole: bool) -> Signals:
    """The signals in the answers. ``whole``: the recording goes on to the last page.

    A flag that is true on every page but the last one says that there is more; a number that is the same on every page
    and that of all records is their total.
    """
    values = {
        place: found
        for place in _places(pages, spot)
        if None not in (found := [_told(place.found_in(page.response)) for page in pages])
        and (paging is None or place not in (paging.onward, paging.position))
    }
    if not whole or len(pages) < 2:
        asked = tuple(
            f"does `{'.'.join(place.keys)}` say whether there is more? The recording does not show the last page."
            for place, found in values.items()
            if all(each is True for each in found) and SPEAKS_OF_MORE.search(place.keys[-1]) and len(pages) > 1
        )
        return Signals(None, None, None, None, None, asked)
    count = sum(len(page.rows) for page in pages)
    turns = [True] * (len(pages) - 1)
    more = _first(values, [*turns, False])
    last = _first(values, [*(not each for each in turns), True])
    numbers = {place: found for place, found in values.items() if all(type(each) is int for each in found)}
    totals = [place for place, found in numbers.items() if set(found) == {count}]
    total = min(totals, key=lambda place: (not SPEAKS_OF_TOTAL.search(place.keys[-1]), len(place.keys)), default=None)
    full = [page for page in pages if page.rows]
    counted = next((place for place, found in numbers.items() if set(found) == {len(full)} and place != total), None)
    return Signals(
        None if more is None else Fact(more, "true on every page but the last"),
        None if last is None else Fact(last, "false on every page but the last"),
        None if total is None else Fact(total, f"{count} on every page, as many as came"),
        None
        if counted is None or count == len(full)
        else Fact(counted, f"{len(full)} on every page, as many pages as came"),
        _link(pages, spot, paging),
    )


def _link(pages: Sequence[Page], spot: Spot, paging: Paging | None) -> Fact | None:
    """A URL on every page but the last, where it is null."""
    for place in outside(pages[0].response, spot):
        *turns, end = [place.found_in(page.response) for page in pages]
        if (paging is None or place != paging.onward) and end is None and all(map(_is_url, turns)):
            return Fact(place, "a URL on every page but the last")
    return None


def _is_url(value: Any) -> bool:
    return isinstance(value, str) and ("://" in value or value.startswith(("/", "?")))


def constants_of(pages: Sequence[Page], spot: Spot, known: Collection[Place]) -> dict[tuple[str, ...], Any]:
    """What every answer says alike beside its records, by the way to it: a version, a name, whether all went well.

    Left out is what is ``known`` to be something else, and what would be another on other pages: numbers of records.
    """
    counts = {len(pages), sum(len(page.rows) for page in pages), *(len(page.rows) for page in pages)}
    found: dict[tuple[str, ...], Any] = {}
    for place, value in outside(pages[0].response, spot).items():
        text = json.dumps(value)
        if place in known or isinstance(value, dict) or len(text) > LONGEST:
            continue
        if isinstance(value, bool) and SPEAKS_OF_MORE.search(place.keys[-1]):
            continue
        if type(value) in (int, float) and (value in counts or SPEAKS_OF_PLACE.search(place.keys[-1])):
            continue
        if all(json.dumps(place.found_in(page.response), default=str) == text for page in pages):
            found[place.keys] = value
    return found


def page_size_of(pages: Sequence[Page], spot: Spot, paging: Paging | None) -> Fact | None:
    """The parameter that asks for a number of records: the same on every page, and as many as a full page holds."""
    if len(pages) < 2:
        return None
    full = max(len(page.rows) for page in pages)
    asked = [sent(page.request, spot) for page in pages]
    for place, value in asked[-1].items():
        told = [each[place] for each in asked if place in each]
        if paging is not None and place == paging.position:
            continue
        if str(value) == str(full) and type(value) in (int, str) and all(each == value for each in told):
            return Fact(
                (place, full), f"{place} is {full} on {len(told)} of {len(pages)} pages, the most that one held"
            )
    return None


def _places(pages: Sequence[Page], spot: Spot) -> list[Place]:
    """Where an answer says something: its body outside of the records, and its own headers."""
    body = outside(pages[0].response, spot)
    headers = [Place("header", (name,)) for name, _ in pages[0].response.headers if name.lower().startswith("x-")]
    return [*body, *headers]


def _told(value: Any) -> bool | int | None:
    """A flag or a number, in a header as text; None for everything else."""
    if isinstance(value, str):
        return {"true": True, "false": False}.get(
            value.lower(), int(value) if value.isascii() and value.isdigit() else None
        )
    return value if isinstance(value, bool | int) else None


def _first(values: dict[Place, list[Any]], wanted: list[bool]) -> Place | None:
    found = [place for place, told in values.items() if told == wanted and all(type(each) is bool for each in told)]
    return min(found, key=lambda place: (not SPEAKS_OF_MORE.search(place.keys[-1]), len(place.keys)), default=None)
