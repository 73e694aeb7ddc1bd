"""A sync is driven as bizon drives it, and whatever a connector does ends up in its result."""

from __future__ import annotations

import datetime as dt
import json
from collections.abc import Callable
from types import SimpleNamespace
from typing import Any

import pytest
from bizon.source.models import SourceIteration, SourceRecord

from contract.errors import ClauseBroken, NothingToJudge, UndescribedHostError
from contract.results import Failure
from contract.subject.driving import as_bizon_stores, drive, one_turn, stored, to_dataframe

Get = Callable[[Any], Any]


class Source:
    """A source with nothing but a `get()`, which notes what it is asked."""

    def __init__(self, get: Get) -> None:
        self.asked: list[Any] = []
        self._get = get

    def get(self, pagination: Any = None) -> Any:
        self.asked.append(pagination)
        return self._get(pagination)


def page(ids: list[str], onward: dict[str, Any] | None = None) -> SourceIteration:
    """A page of records."""
    return SourceIteration(
        next_pagination=onward or {}, records=[SourceRecord(id=each, data={"id": each}) for each in ids]
    )


def three_pages(pagination: Any) -> SourceIteration:
    """Six records, two a page."""
    at = (pagination or {}).get("at", 0)
    return page([f"r{at}", f"r{at + 1}"], {"at": at + 2} if at < 4 else {})


def synced(get: Get, **options: Any) -> Any:
    """A sync of at most ten calls."""
    return drive(lambda: Source(get), **({"limit": 10} | options))  # type: ignore[arg-type,return-value]


def test_the_first_call_gets_an_empty_dict() -> None:
    """And not None."""
    source = Source(three_pages)
    drive(lambda: source, limit=10)  # type: ignore[arg-type,return-value]
    assert source.asked == [{}, {"at": 2}, {"at": 4}]


def test_a_sync_ends_with_the_empty_pagination() -> None:
    """With all records, in order."""
    sync = synced(three_pages)
    assert (sync.ended, sync.error) == (True, None)
    assert sync.ids == ["r0", "r1", "r2", "r3", "r4", "r5"]
    assert sync.raw_paginations == [{"at": 2}, {"at": 4}, {}]
    assert sync.paginations == [{"at": 2}, {"at": 4}]


def test_a_sync_stops_at_its_limit() -> None:
    """It has not ended then; one that ends with its last call has."""
    assert not synced(three_pages, limit=2).ended
    assert synced(three_pages, limit=3).ended


def test_a_sync_begins_where_it_is_told() -> None:
    """As after a crash."""
    assert synced(three_pages, first={"at": 4}).ids == ["r4", "r5"]


def test_fresh_builds_a_source_for_every_call() -> None:
    """As after a crash at every page; otherwise one is enough."""
    built: list[Source] = []

    def build() -> Any:
        built.append(Source(three_pages))
        return built[-1]

    assert drive(build, limit=10, fresh=True).ended
    assert [source.asked for source in built] == [[{}], [{"at": 2}], [{"at": 4}]]
    built.clear()
    drive(build, limit=10)
    assert len(built) == 1


def test_paginations_travel_as_json() -> None:
    """What comes back is what bizon reads from its backend: keys are text, tuples are lists."""
    source = Source(lambda pagination: page([], {} if pagination else {1: (1, 2)}))  # type: ignore[dict-item]
    drive(lambda: source, limit=3)  # type: ignore[arg-type,return-value]
    assert source.asked[1] == {"1": [1, 2]}


@pytest.mark.parametrize("error", [ValueError("broken"), RecursionError(), MemoryError(), SystemExit(3)])
def test_exceptions_of_the_connector_are_the_result(error: BaseException) -> None:
    """With the pages that came before."""

    def get(pagination: Any) -> Any:
        if pagination:
            raise error
        return three_pages(pagination)

    sync = synced(get)
    assert (sync.error, sync.ended, sync.ids) == (error, False, ["r0", "r1"])


def test_exceptions_while_building_are_the_result() -> None:
    """Before the first call."""

    def build() -> Any:
        raise LookupError("no token")

    sync = drive(build, limit=3)
    assert isinstance(sync.error, LookupError)
    assert sync.turns == ()


@pytest.mark.parametrize(
    "ours",
    [KeyboardInterrupt(), NothingToJudge("none"), UndescribedHostError("host"), ClauseBroken(Failure("a.b", "broken"))],
)
def test_what_is_not_the_connectors_comes_through(ours: BaseException) -> None:
    """An interrupt, and what we raise ourselves."""

    def get(pagination: Any) -> Any:
        raise ours

    with pytest.raises(type(ours)):
        synced(get)
    with pytest.raises(type(ours)):
        one_turn(Source(get), {})  # type: ignore[arg-type]


@pytest.mark.parametrize(
    ("returned", "problem"),
    [
        (None, "returned None, not a SourceIteration"),
        (([], {}), "returned a tuple, not a SourceIteration"),
        ({"records": [], "next_pagination": {}}, "returned a dict, not a SourceIteration"),
        (
            SimpleNamespace(records=None, next_pagination={}, next_state=None),
            "returned records that are None, not a list",
        ),
        (
            SimpleNamespace(records=[], next_pagination=[2], next_state=None),
            "returned a next_pagination that is a list, not a dict",
        ),
        (
            SimpleNamespace(records=[], next_pagination=0, next_state=None),
            "returned a next_pagination that is an int, not a dict",
        ),
    ],
)
def test_what_is_no_iteration_is_a_problem(returned: object, problem: str) -> None:
    """Named in words; the sync stops there, has not ended, and has no records of it."""
    sync = synced(lambda _: returned)
    assert sync.turns[-1].problem == problem
    assert sync.turns[-1].iteration is returned
    assert (sync.ended, sync.error, sync.records) == (False, None, [])


def test_a_pagination_that_is_not_json_is_a_problem() -> None:
    """bizon cannot store it."""
    sync = synced(lambda _: page([], {"after": dt.date(2026, 1, 1)}))
    assert "cannot store as JSON" in sync.turns[0].problem
    assert sync.raw_paginations == [{"after": dt.date(2026, 1, 1)}]
    assert sync.paginations == []


def test_none_ends_a_sync_as_in_bizon() -> None:
    """Its cursor takes None for the end, where it gets past the model."""
    iteration = page(["r0"])
    iteration.next_pagination = None  # type: ignore[assignment]
    assert synced(lambda _: iteration).ended


def test_a_turn_remembers_what_was_asked_and_returned() -> None:
    """Whatever the connector does to the dicts afterwards."""
    live: dict[str, Any] = {"at": 0}

    def get(pagination: Any) -> Any:
        pagination["seen"] = True
        live["at"] += 1
        iteration = page(["r"], {"at": 1})
        iteration.next_pagination = live
        return iteration

    given: dict[str, Any] = {}
    turn = one_turn(Source(get), given)  # type: ignore[arg-type]
    live["at"] = 99
    assert (turn.asked, turn.next_pagination) == ({}, {"at": 1})
    assert given == {"seen": True}, "the dict itself is handed on: whether it changes is for a clause to see"


def test_one_turn_keeps_the_exception() -> None:
    """In place of what would have been returned."""

    def get(pagination: Any) -> Any:
        raise ValueError("broken")

    turn = one_turn(Source(get), None)  # type: ignore[arg-type]
    assert isinstance(turn.error, ValueError)
    assert (turn.records, turn.problem, turn.last) == ([], None, False)


def test_another_call_may_be_driven() -> None:
    """`get_records_after` and its like are asked in the same way."""
    asked: list[Any] = []

    def call(source: Any, pagination: Any) -> Any:
        asked.append(pagination)
        return three_pages(pagination)

    assert drive(lambda: Source(three_pages), limit=9, call=call).ended  # type: ignore[arg-type,return-value]
    assert asked == [{}, {"at": 2}, {"at": 4}]


def test_nothing_is_stored_as_nothing() -> None:
    """bizon stores NULL for what is empty."""
    assert stored(None) == stored({}) == {}


def test_records_survive_bizons_queue() -> None:
    """As a frame, and as the JSON text in it."""
    data = {"n": None, "text": "Zoë", "big": 2**70, "nested": [{"a": 1.5}]}
    iteration = SourceIteration(next_pagination={}, records=[SourceRecord(id="1", data=data)])
    turn = one_turn(Source(lambda _: iteration), {})  # type: ignore[arg-type]
    assert as_bizon_stores(turn) == [data]
    assert json.loads(to_dataframe(iteration)["data"][0]) == data
