"""The records that one stream of the API holds, in the API's order, while some come and go."""

from __future__ import annotations

from collections.abc import Callable, Iterable
from dataclasses import dataclass, replace
from typing import Any


@dataclass(frozen=True)
class Held:
    """One record of the API. ``rank`` is its place in the API's order; it never changes."""

    rank: float
    id: str
    data: dict[str, Any]
    changed_at: int | None = None
    """When it was changed, in nanoseconds since the epoch, where the API knows it better than the data say."""


class Collection:
    """An ordered set of records. Not thread-safe: the network answers one request at a time."""

    def __init__(self, records: Iterable[tuple[str, dict[str, Any]]] = ()) -> None:
        self._held = [Held(float(rank), name, data) for rank, (name, data) in enumerate(records)]
        self._known = {held.id: held for held in self._held}

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

    @property
    def known(self) -> Iterable[Held]:
        """Every record that is or was here."""
        return self._known.values()

    def insert(self, name: str, data: dict[str, Any], rank: float, changed_at: int | None = None) -> None:
        """Add a record at ``rank``, which lies between those of its neighbours."""
        self._known[name] = Held(rank, name, data, changed_at)
        self._held.append(self._known[name])
        self._held.sort(key=lambda held: held.rank)

    def update(self, name: str, data: dict[str, Any], changed_at: int | None = None) -> None:
        """Give a record other contents, in its place; pages that have been served keep the old ones."""
        self._held = [
            replace(held, data=data, changed_at=changed_at) if held.id == name else held for held in self._held
        ]
        self._known |= {held.id: held for held in self._held if held.id == name}

    def delete(self, name: str) -> None:
        """Take a record out; pages that have been served keep it."""
        self._held = [held for held in self._held if held.id != name]
