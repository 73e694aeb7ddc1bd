"""What a draft says of something that the API lists: a stream, or the children of its records."""

from __future__ import annotations

import re
from collections.abc import Iterable
from dataclasses import dataclass, field
from typing import Any

from contract.recording.inference.pages import Pages
from contract.recording.inference.signals import Fact, Signals, constants_of
from contract.recording.inference.styles import Paging, keys_written, written
from contract.subject.building import Subject


@dataclass
class Draft:
    """A drafted part: what is written, and beside each key why, or what has to be asked."""

    values: dict[str, Any] = field(default_factory=dict)
    comments: dict[tuple[str, ...], str] = field(default_factory=dict)
    """By the way to the key."""
    questions: list[str] = field(default_factory=list)
    ways: dict[str, int] = field(default_factory=dict)
    """By stream, how many styles of paging explain its recording."""
    doubts: dict[str, str] = field(default_factory=dict)
    """By stream, why the draft may be another API than the recorded one."""
    doubts_of_runs: dict[str, str] = field(default_factory=dict)
    """The same of what it says of incremental runs."""

    def put(self, key: str, value: Any, why: str) -> None:
        """Write a fact."""
        self.values[key] = value
        self.comments[key,] = why

    def include(self, key: str, part: Draft) -> None:
        """Write another part below ``key``."""
        self.values[key] = part.values
        self.comments |= {(key, *way): why for way, why in part.comments.items()}
        self.questions += [f"{key}: {question}" for question in part.questions]


@dataclass(frozen=True)
class Listing:
    """What recorded pages show. ``whole``: to the last one. ``ends_at_404``: it was not there, and the sync ended well."""

    pages: Pages
    paging: Paging | None
    signals: Signals
    size: Fact | None
    whole: bool
    ends_at_404: bool = False

    @property
    def url(self) -> str:
        """Of the endpoint, without its query."""
        return self.pages.pages[0].request.url.partition("?")[0]

    @property
    def keys(self) -> tuple[str, ...] | None:
        """The way to the records; of GraphQL to the connection that holds them."""
        keys = self.pages.spot.keys
        relay = self.paging is not None and self.paging.described["style"] == "relay"
        return keys[:-1] if relay and keys and keys[-1] in ("edges", "nodes") else keys


def put_records(made: Draft, listing: Listing, why: str) -> None:
    """Where the records stand, and in what form."""
    if listing.keys is not None:
        made.put("records", keys_written(listing.keys), why)
    if listing.pages.spot.keyed:
        made.put("keyed", True, "the records are the values of an object")


def put_paging(made: Draft, listing: Listing) -> None:
    """How one page leads to the next, and what says that there is more."""
    paging, signals = listing.paging, listing.signals
    if paging is not None:
        described = dict(paging.described)
        takes = {"offset": ("more", "last", "link"), "page": ("more", "pages", "link"), "relay": (), "next_header": ()}
        why = paging.evidence
        for name in takes.get(described["style"], ("more",)):
            fact: Fact | None = getattr(signals, name)
            if fact is not None and (name != "link" or paging.position is None or paging.position.where == "query"):
                described[name] = written(fact.value, found=True)
                why += f"; {name}: {fact.evidence}"
        if described["style"] in ("offset", "page") and listing.ends_at_404:
            described["past_end"] = "not_found"
            why += "; past_end: the last page that was asked for is 404"
        made.put("paging", described, why)
        made.questions += paging.unsure
        if paging.goes_on and listing.whole:
            made.questions.append(CAPPED)
    elif len(listing.pages.pages) == 1 and listing.whole:
        made.put("paging", {"style": "none"}, "everything came in one answer")
        made.questions.append("one page only: if there can be more, record at least three pages")
    else:
        steps = len(listing.pages.pages)
        made.put("paging", {"style": "none"}, "nothing in an answer returns in the next request")
        made.questions.append(f"how does one page lead to the next? {steps} pages were recorded; record at least three")


CAPPED = "the last answer has a link to a next page, which was not asked: does the API end there (`depth_cap`, `cap_is_end`)?"


LARGEST = "what is the largest"
"""How the question begins that leaves nothing open: pages larger than the recorded ones are not asked for."""


def put_page_size(made: Draft, subject: Subject, listing: Listing) -> None:
    """The parameter for it."""
    if (
        listing.size is None or listing.paging is None
    ):  # without paging everything comes in one answer, whatever its size
        return
    place, asked = listing.size.value
    option = option_of(subject, asked, ("page_size", "limit", "per_page"), SPEAKS_OF_SIZE)
    bound = subject.option_bounds(option).most if option else None
    described: dict[str, Any] = {"send": written(place)} | ({"option": option} if option else {})
    described |= {"default": min(asked, 20), "max": bound or asked}
    made.put("page_size", described, listing.size.evidence)
    if bound is None:
        made.questions.append(f"{LARGEST} {place} that the API serves? `max` is what was asked")


def put_envelope(made: Draft, listing: Listing) -> None:
    """What else every answer says: connectors read it too."""
    paging, signals = listing.paging, listing.signals
    if paging is not None and paging.described["style"] == "relay":
        return  # a GraphQL answer holds what its query names
    facts = signals[:5]
    known = [fact.value for fact in facts if fact is not None]
    known += [paging.onward] if paging is not None and paging.onward is not None else []
    said: dict[str, Any] = {}
    for keys, value in constants_of(listing.pages.pages, listing.pages.spot, known).items():
        inside = said
        for key in keys[:-1]:
            inside = inside.setdefault(key, {})
        inside[keys[-1]] = value
    if said:
        made.put("envelope", said, "every answer says so")


ANY = re.compile("")

SPEAKS_OF_SIZE = re.compile(r"size|limit|page|batch|chunk|count|rows|max|top|first|^n$|^k$", re.IGNORECASE)
"""Options that may be the page size: another number of the config may have the same value."""


def option_of(subject: Subject, value: Any, near: Iterable[str] = (), named: re.Pattern[str] = ANY) -> str | None:
    """The connector's option ``named`` so that holds ``value``; None where none does, or several might."""
    known = (name for name in subject.options() if named.search(name))
    found = [name for name in known if _plain(subject.option_value(name)) == value]
    return next((name for name in near if name in found), found[0] if len(found) == 1 else None)


def _plain(value: Any) -> Any:
    return value.rstrip("/") if isinstance(value, str) else value


def path_below(url: str, base: str) -> str:
    """The path of ``url`` as it stands behind the base URL."""
    return url.removeprefix(base) or "/"
