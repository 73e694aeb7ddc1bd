"""What changed in the shape of an API between two recordings of it."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from typing import Any


def drift(before: Mapping[str, Any], now: Mapping[str, Any], way: tuple[str, ...] = ()) -> Iterator[str]:
    """Each difference between two drafts of a stream, one line each: keys that are gone or new, and what is otherwise now."""
    for key in dict.fromkeys((*before, *now)):
        here = (*way, key)
        old, new = before.get(key, ABSENT), now.get(key, ABSENT)
        if isinstance(old, Mapping) and isinstance(new, Mapping):
            yield from drift(old, new, here)
        elif old != new:
            yield _told(".".join(part for part in here if part not in SCHEMA), old, new)


ABSENT = object()
SCHEMA = frozenset({"properties"})
"""Keys of JSON Schema that say nothing of the record."""


def _told(name: str, old: Any, new: Any) -> str:
    if old is ABSENT:
        return f"{name} is new: {new}"
    if new is ABSENT:
        return f"{name} is gone; it was {old}"
    return f"{name} was {old}, and is {new}"
