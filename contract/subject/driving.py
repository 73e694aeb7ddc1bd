"""A sync as bizon drives it: `{}` first, then each next_pagination after its way through JSON, until it is empty."""

from __future__ import annotations

import copy
import json
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from functools import cached_property
from typing import TYPE_CHECKING, Any

from bizon.source.models import SourceIteration, SourceRecord, source_records_to_df
from bizon.source.source import AbstractSource

from contract.errors import ClauseBroken, ContractError, NothingToJudge
from contract.subject.wording import a

if TYPE_CHECKING:
    import polars as pl

Call = Callable[[AbstractSource, Any], object]
"""How a source is asked for the page after a pagination."""

OURS = (ContractError, ClauseBroken, NothingToJudge)
"""What passes through a sync: it says nothing about the connector, or is the verdict itself."""


def get(source: AbstractSource, pagination: Any) -> object:
    """bizon's call of a full refresh."""
    return source.get(pagination=pagination)


@dataclass(frozen=True)
class Turn:
    """One call of the source: what it was asked (as it was then), and what it returned, whatever that is."""

    asked: Any
    iteration: object = None
    next_pagination: Any = None
    """What bizon reads as the next pagination, as it was when it was returned; None where there is none."""
    problem: str | None = None
    """Why bizon cannot go on from here, as a phrase behind `get()`; None where it can."""
    error: BaseException | None = None
    """What the call raised, in place of returning."""
    next_state: Any = None
    """What bizon reads as the next state, as it was when it was returned; None where there is none."""

    @property
    def records(self) -> list[SourceRecord]:
        """The records of the page; none where what was returned has no list of them."""
        found = getattr(self.iteration, "records", None)
        return found if isinstance(found, list) else []

    @property
    def last(self) -> bool:
        """Whether bizon takes this for the end of the stream."""
        return self.error is None and self.problem is None and not self.next_pagination


@dataclass(frozen=True)
class Sync:
    """A sync: its turns, the exception of the connector that ended it, and whether it came to its end by itself.

    Where there is an error, it came out of the call after the last turn.
    """

    turns: tuple[Turn, ...]
    error: BaseException | None = None
    ended: bool = False

    @cached_property
    def records(self) -> list[SourceRecord]:
        """All records delivered, in order."""
        return [record for turn in self.turns for record in turn.records]

    @cached_property
    def ids(self) -> list[str]:
        """Their ids."""
        return [record.id for record in self.records]

    @cached_property
    def raw_paginations(self) -> list[Any]:
        """The next_pagination of every turn, as returned: the empty one of the last too, and what is no dict."""
        return [turn.next_pagination for turn in self.turns]

    @cached_property
    def paginations(self) -> list[dict[str, Any]]:
        """The checkpoints: what bizon would resume from after each turn but the last, as read back from its backend."""
        return [stored(turn.next_pagination) for turn in self.turns if turn.problem is None and turn.next_pagination]


def drive(
    build: Callable[[], AbstractSource],
    *,
    limit: int,
    first: Mapping[str, Any] | None = None,
    fresh: bool = False,
    call: Call = get,
) -> Sync:
    """Sync with the source that ``build`` makes.

    Exceptions of the connector end up in the result, SystemExit too: bizon's thread would die of it. What we raise
    ourselves comes through, and so does what is no Exception.

    Args:
        build: makes a source, as a new process does.
        limit: the most calls; a sync that goes on after it has not ended.
        first: the pagination to begin with, as after a crash; None: from the beginning.
        fresh: make a new source for every call, as after a crash at every page.
        call: how the source is asked.
    """
    turns: list[Turn] = []
    source: AbstractSource | None = None
    try:
        pagination = stored(first)
        while len(turns) < limit:
            if source is None or fresh:
                source = build()
            turn = one_turn(source, pagination, call=call)
            if turn.error is not None:
                return Sync(tuple(turns), turn.error)
            turns.append(turn)
            if turn.problem is not None:
                return Sync(tuple(turns))
            if turn.last:
                return Sync(tuple(turns), ended=True)
            pagination = stored(turn.next_pagination)
    except OURS:
        raise
    except (Exception, SystemExit) as error:
        return Sync(tuple(turns), error)
    return Sync(tuple(turns))


def one_turn(source: AbstractSource, pagination: Any, *, call: Call = get) -> Turn:
    """One call of the source with ``pagination`` itself, not a copy. What it raises is in the turn, as in `drive`."""
    asked = _snapshot(pagination)
    try:
        iteration = call(source, pagination)
    except OURS:
        raise
    except (Exception, SystemExit) as error:
        return Turn(asked, error=error)
    onward = _snapshot(getattr(iteration, "next_pagination", None))
    state = _snapshot(getattr(iteration, "next_state", None))
    return Turn(asked, iteration, onward, _problem(iteration), next_state=state)


def last_iteration() -> SourceIteration:
    """What `get()` returns behind the last page: no records, and nothing to go on with."""
    return SourceIteration(records=[], next_pagination={})


def stored(pagination: Any) -> dict[str, Any]:
    """What bizon's backend gives back for ``pagination``: it keeps JSON text, and nothing for what is empty.

    Raises:
        TypeError, ValueError: it is not JSON.
    """
    read: dict[str, Any] = json.loads(
        json.dumps(pagination if isinstance(pagination, dict) else dict(pagination or {}))
    )
    return read


def to_dataframe(iteration: SourceIteration) -> pl.DataFrame:
    """The records as bizon sends them through its queue. Exceptions of the conversion come through."""
    return source_records_to_df(iteration.records)


def as_bizon_stores(turn: Turn) -> list[Any]:
    """The data of each record of ``turn`` behind bizon's queue, read back from the JSON text that it is there.

    Exceptions of the conversion come through.
    """
    return [json.loads(text) for text in source_records_to_df(turn.records)["data"].to_list()]


def _problem(iteration: object) -> str | None:
    # bizon reads three attributes and asks for no type; a connector's own class with all three would do.
    missing = [name for name in ("records", "next_pagination", "next_state") if not hasattr(iteration, name)]
    if missing:
        return f"returned {a(iteration)}, not a SourceIteration"
    records: Any = getattr(iteration, "records")  # noqa: B009 - of an object that is known by its attributes only
    if not isinstance(records, list):
        return f"returned records that are {a(records)}, not a list"
    onward: Any = getattr(iteration, "next_pagination")  # noqa: B009
    if not onward and (onward is None or isinstance(onward, dict)):
        return None
    if not isinstance(onward, dict):
        return f"returned a next_pagination that is {a(onward)}, not a dict"
    try:
        stored(onward)
    except (TypeError, ValueError, RecursionError) as error:
        return f"returned a next_pagination that bizon cannot store as JSON ({error})"
    return None


def _snapshot(pagination: Any) -> Any:
    try:
        return copy.deepcopy(pagination)
    except Exception:
        # It holds what cannot be copied, and so no JSON either: told as the turn's problem.
        return pagination
