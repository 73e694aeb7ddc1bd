"""The records that one stream of the API holds, in the API's order, while some come and go."""

from __future__ import annotations

from collections.abc import Callable, Iterable
from dataclasses import dataclass
from typing import Any


@dataclass(frozen=True)
class Held:
    """One record of the API. ``rank`` is its place in the API's order; it never changes."""

    rank: float
    id: str
    data: dict[str, Any]


class Collection:
    """An ordered set of records. Not thread-safe: the network answers one request at a time."""

    def __init__(self, records: Iterable[tuple[str, dict[str, Any]]] = ()) -> None:
        self._held = [Held(float(rank), name, data) for rank, (name, data) in enumerate(records)]
        self._ranks = {held.id: held.rank for held in self._held}

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

    def where(self, selects: Callable[[dict[str, Any]], bool]) -> list[Held]:
        """The records that ``selects`` accepts, in the API's order."""
        return [held for held in self._held if selects(held.data)]

    def rank_of(self, name: str) -> float | None:
        """The place of a record that is or was here; None for an id that never was."""
        return self._ranks.get(name)

    def insert(self, name: str, data: dict[str, Any], rank: float) -> None:
        """Add a record at ``rank``, which lies between those of its neighbours."""
        self._held.append(Held(rank, name, data))
        self._held.sort(key=lambda held: held.rank)
        self._ranks[name] = rank

    def delete(self, name: str) -> None:
        """Take a record out; pages that have been served keep it."""
        self._held = [held for held in self._held if held.id != name]
