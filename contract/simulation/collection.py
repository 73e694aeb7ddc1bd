"""The records that one stream of the API holds, in the API's order, while some come, change and go."""

from __future__ import annotations

import math
from bisect import bisect_left, insort
from collections.abc import Callable, Iterable
from dataclasses import dataclass, replace
from typing import Any

from contract.description.api import Order


@dataclass(frozen=True)
class Held:
    """One record of the API. ``rank`` is its place in the API's order, which changes only where the order says so."""

    rank: float
    id: str
    data: dict[str, Any]
    changed_at: int | None = None
    """When it was changed, in nanoseconds since the epoch, where the API knows it better than the data say."""
    buried: bool = False
    """Whether it was deleted, and the API lists a tombstone of it."""


class Collection:
    """An ordered set of records. Not thread-safe: the network answers one request at a time."""

    def __init__(self, records: Iterable[tuple[str, dict[str, Any]]] = (), order: Order = "fixed") -> None:
        self.order = order
        self._held = [Held(float(rank), name, data) for rank, (name, data) in enumerate(records)]
        self._known = {held.id: held for held in self._held}
        self._buried: list[Held] = []

    def __len__(self) -> int:
        return len(self._held)

    @property
    def held(self) -> tuple[Held, ...]:
        """What the API holds now, in its order."""
        return tuple(self._held)

    @property
    def ids(self) -> tuple[str, ...]:
        """The ids of what the API holds now, as text, in its order."""
        return tuple(held.id for held in self._held)

    @property
    def listed(self) -> list[Held]:
        """What the API lists now, in its order: what it holds, and what it has buried."""
        return sorted([*self._held, *self._buried], key=_rank) if self._buried else list(self._held)

    def where(self, selects: Callable[[dict[str, Any]], bool]) -> list[Held]:
        """The records that ``selects`` accepts, in the API's order."""
        return [held for held in self._held if selects(held.data)]

    @property
    def known(self) -> Iterable[Held]:
        """Every record that is or was here."""
        return self._known.values()

    def insert(self, name: str, data: dict[str, Any], rank: float | None = None, changed_at: int | None = None) -> None:
        """Add a record at ``rank``, which lies between those of its neighbours; None: where the order has a new one."""
        rank = self._newest() if rank is None else rank
        self._known[name] = Held(rank, name, data, changed_at)
        insort(self._held, self._known[name], key=_rank)

    def update(self, name: str, data: dict[str, Any], changed_at: int | None = None) -> None:
        """Give a record other contents, and the place that the order has for it; pages that have been served keep the old ones."""
        self._put(replace(self._known[name], data=data, changed_at=changed_at, rank=self._moved(name)))

    def rewrite(self, name: str, data: dict[str, Any], changed_at: int | None = None) -> None:
        """Give a record other contents, as if it had always had them: it keeps its place."""
        known = self._known[name]
        self._put(replace(known, data=data, changed_at=known.changed_at if changed_at is None else changed_at))

    def bury(self, name: str, changed_at: int | None = None) -> None:
        """Take a record out and leave a tombstone, where the order has what has just changed."""
        tombstone = replace(self._known[name], changed_at=changed_at, rank=self._moved(name), buried=True)
        self.delete(name)
        self._known[name] = tombstone
        self._buried.append(tombstone)

    def _put(self, changed: Held) -> None:
        at = self._index(changed.id)
        self._known[changed.id] = changed
        if at is not None:
            del self._held[at]
            insort(self._held, changed, key=_rank)

    def _index(self, name: str) -> int | None:
        """Where a record is among those that are held; None where it is not."""
        rank = self._known[name].rank
        for at in range(bisect_left(self._held, rank, key=_rank), len(self._held)):
            if self._held[at].id == name:
                return at
            if self._held[at].rank != rank:
                break
        return None

    def _moved(self, name: str) -> float:
        """The place of a record that changes."""
        return self._newest() if self.order in ("oldest_change", "newest_change") else self._known[name].rank

    def _newest(self) -> float:
        """The place of what has just come or changed."""
        ranks = [held.rank for held in self._known.values()]
        return min(ranks, default=1.0) - 1 if self.order == "newest_change" else max(ranks, default=-1.0) + 1

    def delete(self, name: str) -> None:
        """Take a record out; pages that have been served keep it."""
        at = self._index(name) if name in self._known else None
        if at is not None:
            del self._held[at]

    def tied_to(self, name: str) -> set[str]:
        """The ids of the records that have the same key in the order as ``name``, its own among them."""
        if self.order != "ties":
            return {name}
        key = key_of(self._known[name].rank)
        return {held.id for held in self._known.values() if key_of(held.rank) == key}


def _rank(held: Held) -> float:
    return held.rank


TIED = 3
"""Records that have one key, where the order has ties."""


def key_of(rank: float) -> int:
    """The key by which the API orders, where several records share it."""
    return math.floor(rank / TIED)
