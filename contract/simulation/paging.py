"""The paging styles acted out: from what a request says of its position to a page. Pure functions, no HTTP."""

from __future__ import annotations

import base64
import binascii
import json
import math
import re
from dataclasses import dataclass, replace
from typing import Any

from contract.description.places import MISSING, look_up
from contract.simulation.collection import Collection, Held, key_of
from contract.simulation.manners import Manners


class BadPosition(Exception):
    """A cursor, offset or page number that the API never issued or does not understand."""


class ExpiredPosition(Exception):
    """A cursor that the API issued and no longer honours."""


class GoneByThen(Exception):
    """A page that is not there, or no more."""


@dataclass(frozen=True)
class Slice:
    """One page: its records, what stands for the position of the next page, whether there is more, or it is the first."""

    records: tuple[Held, ...]
    next: Any
    more: bool
    first: bool = False


@dataclass(frozen=True)
class Token:
    """What an opaque cursor holds: after which rank, the number of its page, and when it was issued."""

    after: float = -1e18
    number: int = 0
    era: int = 0
    issued: int = 0
    """Seconds since the API's first request."""
    tied: int = 0
    """How many records of the same key were read, where the order has ties."""
    scope: int = 0
    """Which filters it was issued under, where that matters."""
    skip: int = 0
    """How many records are passed over: a cursor of other filters means another page. It stands in no cursor."""

    def encoded(self, manners: Manners) -> str:
        """The cursor as text; standard base64 (RFC 4648, section 4), so with ``+``, ``/`` and ``=`` in it."""
        further = [self.issued, self.tied, self.scope]
        while further and not further[-1]:
            further.pop()
        raw = json.dumps([self.after, self.number, self.era, *further]).encode()
        return manners.decoration + base64.b64encode(raw).decode()


def decoded(text: Any, manners: Manners) -> Token:
    """The token in ``text``.

    Raises:
        BadPosition: it is not, letter for letter, one that was issued.
    """
    try:
        if not isinstance(text, str) or not text.startswith(manners.decoration):
            raise BadPosition
        raw = json.loads(base64.b64decode(text[len(manners.decoration) :], validate=True))
        token = Token(float(raw[0]), *(int(part) for part in raw[1:]))
        if token.encoded(manners) != text or token.number < 0 or not math.isfinite(token.after):
            raise BadPosition
    except (BadPosition, binascii.Error, ValueError, TypeError, LookupError, OverflowError, RecursionError):
        raise BadPosition(f"invalid cursor {str(text)[:40]!r}") from None
    return token


def by_token(records: list[Held], token: Token, size: int, manners: Manners) -> Slice:
    """A page after an opaque position: cursor, link, next header, relay."""
    length = manners.length(token.number, size)
    left = _tied_left(records, token) if manners.ties else [held for held in records if held.rank > token.after]
    left = left[token.skip :]
    page = tuple(left[:length])
    after = page[-1].rank if page else token.after
    tied = _tied(records, after) if manners.ties else ()
    onward = replace(
        token,
        after=after,
        number=token.number + 1,
        skip=0,
        tied=sum(1 for held in tied if held.rank <= after) if page else token.tied,
    )
    if manners.stuck_from is not None and token.number >= manners.stuck_from:
        return Slice(page, token.encoded(manners), more=True)
    if manners.leads_on(len(page), len(left), length):
        return Slice(page, onward.encoded(manners), more=True)
    last = {"none": None, "itself": token.encoded(manners), "empty": onward.encoded(manners)}[manners.last_link]
    if manners.last_link == "empty" and not page:
        last = None
    return Slice(page, last, more=False)


def _tied(records: list[Held], rank: float) -> list[Held]:
    return [held for held in records if key_of(held.rank) == key_of(rank)]


def _tied_left(records: list[Held], token: Token) -> list[Held]:
    """What comes behind as many records of the token's key as were read, though they may be others by now."""
    behind = [held for held in records if key_of(held.rank) > key_of(token.after)]
    return _tied(records, token.after)[token.tied :] + behind


def by_offset(records: list[Held], offset: Any, size: int, manners: Manners) -> Slice:
    """A page behind ``offset`` records."""
    start = 0 if offset is MISSING else whole(offset, "offset", least=0)
    steps = len(manners.lengths)
    asked = max(1, min(size, manners.lengths[start % steps])) if steps and size else size
    length = replace(manners, lengths=()).length(0, asked)
    page = tuple(records[start : start + length])
    return Slice(page, None, more=manners.leads_on(len(page), len(records) - start, length), first=start == 0)


def by_page(records: list[Held], number: Any, size: int, first: int, manners: Manners) -> Slice:
    """Page ``number``, where the first has the number ``first``."""
    index = 0 if number is MISSING else whole(number, "page", least=first) - first
    if index > len(records) + len(manners.lengths):
        return Slice((), None, more=False)
    start = sum(manners.length(before, size) for before in range(index))
    length = manners.length(index, size)
    page = tuple(records[start : start + length])
    return Slice(page, None, more=manners.leads_on(len(page), len(records) - start, length), first=index == 0)


def pages_of(count: int, size: int, manners: Manners) -> int:
    """How many pages ``count`` records make."""
    pages, left = 0, count
    while left > 0:
        left -= manners.length(pages, size)
        pages += 1
    return pages


def by_key(
    records: list[Held], key: Any, size: int, keys: tuple[str, ...], collection: Collection, manners: Manners
) -> Slice:
    """A page after the record whose key is ``key``."""
    after = Token().after
    if key is not MISSING:
        found = next((held for held in records if str(look_up(held.data, keys)) == str(key)), None)
        # The record to start after may have been deleted, or be beyond the filter.
        found = found or next((held for held in collection.known if str(look_up(held.data, keys)) == str(key)), None)
        if found is None:
            raise BadPosition(f"no record {str(key)[:40]!r} to start after")
        after = found.rank
    left = [held for held in records if held.rank > after]
    start, steps = len(records) - len(left), len(manners.lengths)
    asked = max(1, min(size, manners.lengths[start % steps])) if steps else size
    length = replace(manners, lengths=()).length(0, asked)
    page = tuple(left[:length])
    return Slice(page, None, more=manners.leads_on(len(page), len(left), length))


def whole(value: Any, name: str, least: int) -> int:
    """``value`` as a whole number.

    Raises:
        BadPosition: it is none, or below ``least``.
    """
    text = str(value)
    if isinstance(value, bool) or not re.fullmatch(r"-?[0-9]{1,18}", text):
        raise BadPosition(f"{name} must be a whole number, not {text[:40]!r}")
    if int(text) < least:
        raise BadPosition(f"{name} must be at least {least}, not {int(text)}")
    return int(text)
