"""A case: one way the simulated world is, small enough to be told."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field, replace
from typing import Any, NamedTuple, Self, TypeVar

from contract.simulation.auth import TokenManners
from contract.simulation.faults import Fault, Rule, Schedule
from contract.simulation.manners import Manners

K = TypeVar("K")
P = TypeVar("P")


class RecordedSync(NamedTuple):
    """A recorded sync: how many records it holds, how many were asked for a page, and in how many requests they came."""

    size: int
    page_size: int
    pages: int


@dataclass(frozen=True)
class Limits:
    """What a case may be for one stream: the style of its paging and the page sizes that it can be asked for.

    ``smallest`` equals ``largest`` where the connector has no option for it.
    """

    style: str
    smallest: int = 1
    largest: int = 100
    opaque: bool = True
    """Whether what leads on is opaque, and not the number of a page, where a header holds it."""
    strings: bool = True
    """Whether ids are text that may hold any character."""
    has_more: bool = False
    """Whether the API says, besides the cursor or link, that there is more."""
    optional: tuple[str, ...] = ()
    """The signals that the description calls optional."""
    total_capped: bool = False
    """Whether the API tells no larger total than a certain one."""
    short_page_is_last: bool = False
    below_base: bool = False
    """Whether links stand below the base URL."""
    depth_cap: int | None = None
    """Records behind which the API does not page."""
    limited: bool = False
    """Whether the description says how often the API may be asked."""
    empty: tuple[str, ...] = ()
    """What the API documents as a page without records."""
    steps: int = 0
    """Requests at the least, besides those for pages, that handlers answer."""
    drafted: bool = False
    """Whether the API is known as far as recordings show it: what they cannot show is taken for none of its ways."""
    recorded: RecordedSync | None = None
    """The one sync there is, where the evidence is a recording."""

    @property
    def fixed(self) -> bool:
        """Whether the connector's page size cannot be chosen."""
        return self.smallest == self.largest

    @property
    def pages(self) -> bool:
        """Whether the stream has pages at all."""
        return self.style != "none"

    @property
    def by_token(self) -> bool:
        """Whether the API chooses what stands for a position: a cursor or a link."""
        return self.style in ("cursor", "relay") or self.links or (self.style == "next_header" and self.opaque)

    @property
    def links(self) -> bool:
        """Whether the API says which URL comes next."""
        return self.style in ("next_url", "link_header")

    @property
    def short_pages(self) -> bool:
        """Whether a page may be shorter than asked and not the last: where a number is asked, no recording shows it."""
        return self.pages and not self.short_page_is_last and (self.by_token or not self.drafted)

    def reaches(self, size: int) -> bool:
        """Whether the API pages through a collection of ``size`` records to its end."""
        return self.depth_cap is None or size <= self.depth_cap

    def small(self, wanted: int) -> int:
        """``wanted`` records a page, or as near as the connector allows."""
        return min(max(wanted, self.smallest), self.largest)


@dataclass(frozen=True)
class Case:
    """How many records the stream holds, how many a page, what they contain, and how the world behaves."""

    size: int = 5
    page_size: int = 2
    seed: int = 0
    manners: Manners = Manners()
    tokens: TokenManners = TokenManners()
    rules: tuple[Rule, ...] = ()
    phase: str = "sync"
    """What is driven: `sync`, `check` or `count`."""
    churn: int | None = None
    """A seed for records that come and go between pages; None: nothing changes."""
    steps: tuple[str, ...] = ()
    """What happens one after another, where the case is a history."""
    note: Any = field(default=None, compare=False)
    in_quick: bool = field(default=True, compare=False, repr=False)
    """Whether profile quick tries it, too."""

    @property
    def plain(self) -> bool:
        """Whether the API behaves as it does by itself, and only what stands between it and the connector may fail."""
        default = Case()
        return (self.manners, self.churn, self.steps) == (default.manners, default.churn, default.steps)

    @property
    def schedule(self) -> Schedule:
        """The faults as a schedule."""
        return Schedule(self.rules)

    def hit_by(
        self, fault: Fault, at: int = 0, times: int | None = 1, phase: str = "sync", kind: str | None = None
    ) -> Self:
        """The same case with a fault: from request ``at`` of ``phase`` on, ``times`` times."""
        if kind is None and phase == "sync":
            kind = "list"
        return replace(self, rules=(*self.rules, Rule(fault, at, times, phase, kind)), phase=phase)

    def kept_in_quick(self, kept: bool) -> Self:
        """The same case, which profile quick tries only if it tried this one and it is ``kept``."""
        return self if kept or not self.in_quick else replace(self, in_quick=False)

    def under(self, **manners: Any) -> Self:
        """The same case with an API of other manners."""
        return replace(self, manners=replace(self.manners, **manners))

    def __str__(self) -> str:
        parts = [f"{self.size} records, {self.page_size} a page"]
        default = Manners()
        parts += [f"{name} {value!r}" for name, value in vars(self.manners).items() if value != getattr(default, name)]
        parts += [
            f"{rule.fault.name} at {rule.phase or 'any'} request {rule.at}" + ("" if rule.times == 1 else " and after")
            for rule in self.rules
        ]
        return "; ".join([*parts, ", ".join(self.steps)] if self.steps else parts)


def crossed(kinds: Sequence[K], places: Sequence[P], telling: P) -> Iterator[tuple[K, P, bool]]:
    """Every kind at every place, and whether profile quick tries it.

    Quick tries the cross of the two: each kind at the ``telling`` place (the last one, where there is no such), and the
    first kind at each place. What mistakes one kind, or one place, is found by it; what mistakes one kind at one place
    alone, by the other profiles.
    """
    if telling not in places:
        telling = places[-1]
    for kind in kinds:
        for place in places:
            yield kind, place, kind is kinds[0] or place == telling
