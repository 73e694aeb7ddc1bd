"""Answers of what changed since an instant: how it is written and read, the bounds, and the order."""

from __future__ import annotations

import datetime as dt
import random
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from contract.description.api import Stream
from contract.description.incremental import SECOND, Incremental
from contract.messages import Request
from contract.simulation.collection import Collection
from contract.simulation.incremental import BadInstant, Order, complete_until, form_of, instant_of, moment_of, written
from tests.support.apis import ask, described, simulated, stream

NOON = 1_714_564_800 * SECOND
"""2024-05-01T12:00:00Z."""


def incremental(**changes: Any) -> Incremental:
    return Incremental.model_validate({"send": "since", "field": "at"} | changes)


def form(record: Any = None, **changes: Any) -> Any:
    made = stream(incremental={"send": "since", "field": "at"} | changes, record=record)
    return form_of(Stream.model_validate(made))


@pytest.mark.parametrize(
    ("changes", "shown", "text"),
    [
        ({}, None, "2024-05-01T12:00:00.123456Z"),
        ({"resolution": "millisecond"}, None, "2024-05-01T12:00:00.123Z"),
        ({"resolution": "second"}, None, "2024-05-01T12:00:00Z"),
        ({"resolution": "minute"}, "2020-01-01T00:00:00.000Z", "2024-05-01T12:00:00.000Z"),
        ({"format": "epoch"}, None, 1_714_564_800),
        ({"format": "epoch_ms"}, None, 1_714_564_800_123),
        ({}, "2020-01-01T00:00:00+02:00", "2024-05-01T12:00:00Z"),
        ({}, "2020-01-01 00:00:00.0", "2024-05-01 12:00:00.1"),
        ({}, "2020-01-01T00:00:00.000000000Z", "2024-05-01T12:00:00.123456000Z"),
        ({}, "2020-01-01", "2024-05-01"),
        ({"resolution": "microsecond"}, "2020-01-01T00:00:00Z", "2024-05-01T12:00:00Z"),
    ],
)
def test_instants_are_written_as_described_or_as_the_example_shows(changes: Any, shown: Any, text: str | int) -> None:
    """What is finer than the resolution, or than the example, is cut off; the plainest way has no more digits than it needs."""
    record = None if shown is None else {"id": 1, "at": shown}
    assert written(form(record, **changes), NOON + 123_456_000) == text


def shaped(*examples: str, **changes: Any) -> Any:
    """The form of a stream whose records have a JSON Schema with those examples."""
    at = {"type": "string", "format": "date-time", "examples": [*examples]}
    return form({"type": "object", "properties": {"at": at}}, **changes)


@pytest.mark.parametrize(
    ("examples", "texts"),
    [
        (["2020-01-01T00:00:00Z"], {"2024-05-01T12:00:00Z"}),
        (["2020-01-01 00:00:00.000"], {"2024-05-01 12:00:00.500"}),
        (["2020-01-01T00:00:00Z", "2020-01-01T00:00:00.00Z"], {"2024-05-01T12:00:00.5Z", "2024-05-01T12:00:00.50Z"}),
        (["2020-01-01"], {"2024-05-01"}),
        ([], None),
    ],
)
def test_the_examples_of_a_schema_show_how_instants_are_written(examples: list[str], texts: set[str] | None) -> None:
    """Alike where they are alike, else with as many digits as one of them at the most; without any, in every way."""
    made, chance = shaped(*examples), random.Random(1)
    found = {str(written(made, NOON + 500_000_000, chance)) for _ in range(200)}
    assert found == texts if texts else len(found) > 20


def test_examples_in_several_zones_show_that_there_are_several() -> None:
    """Of any offset."""
    made, chance = shaped("2020-01-01T00:00:00Z", "2020-01-01T00:00:00+02:00"), random.Random(1)
    assert {str(written(made, NOON, chance))[19:] for _ in range(50)} == {"Z", "+02:00", "-07:30", "+05:45"}


def test_a_minute_is_cut_off_as_such() -> None:
    """Nothing is left of its seconds."""
    assert written(form(resolution="minute"), NOON + 59 * SECOND) == "2024-05-01T12:00:00Z"


@given(
    st.integers(0, 4 * 10**9),
    st.integers(0, 999_999),
    st.integers(0, 99),
    st.sampled_from(["iso", "iso_z", "date", "epoch", "epoch_ms"]),
    st.sampled_from(["second", "millisecond", "microsecond"]),
)
def test_what_is_written_is_read_as_the_same_instant(
    seconds: int, micros: int, seed: int, format_: str, resolution: str
) -> None:
    """In any zone and with any number of digits, to the resolution."""
    made = incremental(format=format_, resolution=resolution)
    at = seconds * SECOND + micros * 1000
    text = written(form(format=format_, resolution=resolution), at, random.Random(seed))
    assert moment_of(made, text) == at - at % made.quantum()
    if format_ in ("iso", "iso_z"):
        assert instant_of(made, text) == at - at % made.quantum()
        assert dt.datetime.fromisoformat(str(text)).timestamp() == pytest.approx(seconds + micros / 1e6, abs=1)


def test_times_do_not_sort_as_text() -> None:
    """With `iso` there are several zones, and zero to nine digits; with `iso_z` there is one zone."""
    chance = random.Random(1)
    texts = [str(written(form(), NOON + 500_000_000, chance)) for _ in range(200)]
    assert {text[19:].rstrip("Z").partition("+")[0].partition("-")[0] for text in texts} == {
        f".{'5'.ljust(digits, '0')}" for digits in range(1, 10)
    }
    assert {text[-6:] for text in texts if not text.endswith("Z")} == {"+02:00", "-07:30", "+05:45"}
    assert all(str(written(form(format="iso_z"), NOON, chance)).endswith("Z") for _ in range(50))


@pytest.mark.parametrize(
    ("format_", "sent"),
    [
        ("iso", "2024-05-01T12:00:00 00:00"),
        ("iso", "yesterday"),
        ("iso", "2024-13-01T00:00:00Z"),
        ("iso_z", "2024-05-01T12:00:00+00:00"),
        ("iso_z", "2024-05-01T12:00:00"),
        ("date", "2024-05-01T00:00:00Z"),
        ("epoch", "1714564800.5"),
        ("epoch_ms", "2024-05-01T12:00:00Z"),
    ],
)
def test_a_bound_in_another_form_is_refused(format_: str, sent: str) -> None:
    """A plus that was sent raw arrives as a space; each form is that one and no other."""
    with pytest.raises(BadInstant, match="since must be"):
        instant_of(incremental(format=format_), sent)


@pytest.mark.parametrize("sent", ["2024-05-01T12:00:00Z", "2024-05-01T14:00:00+02:00", "2024-05-01T12:00:00"])
def test_a_bound_is_read_in_its_zone(sent: str) -> None:
    """UTC where it has none."""
    assert instant_of(incremental(), sent) == NOON


def api(count: int = 6, style: str = "cursor", **changes: Any) -> Any:
    """Records a minute apart from noon on, each second pair at one instant."""
    made = simulated(
        described(streams={"things": stream(style, incremental={"send": "since", "field": "at"} | changes)})
    )
    made.clock.advance(1_714_564_800 + 3600 - made.clock.now() if made.clock.now() < 1_714_568_400 else 0)
    minutes = [3, 0, 1, 1, 5, 2][:count]
    rows = [
        (f"r{n}", {"id": f"r{n}", "at": written(form(), NOON + minute * 60 * SECOND)})
        for n, minute in enumerate(minutes)
    ]
    made.collections["things"] = Collection(rows)
    return made


def ids(page: Any) -> list[str]:
    return [row["id"] for row in page.json["data"]]


def since(made: Any, minute: int, **params: Any) -> list[str]:
    """The ids of all pages since a minute behind noon."""
    found: list[str] = []
    query = {"since": f"2024-05-01T12:{minute:02d}:00Z", "size": 2} | params
    while True:
        page = ask(made, **query)
        found += ids(page)
        if not page.json["next"]:
            return found
        query["after"] = page.json["next"]


@pytest.mark.parametrize(
    ("changes", "expected"),
    [
        ({}, ["r0", "r2", "r3", "r4", "r5"]),
        ({"bound": "exclusive"}, ["r0", "r4", "r5"]),
        ({"order": "ascending"}, ["r2", "r3", "r5", "r0", "r4"]),
        ({"order": "descending"}, ["r4", "r0", "r5", "r2", "r3"]),
    ],
)
def test_what_changed_comes_in_the_described_order(changes: Any, expected: list[str]) -> None:
    """Over the pages of a cursor; what shares an instant in the usual order."""
    assert since(api(**changes), 1) == expected


def test_without_a_bound_everything_comes_in_the_usual_order() -> None:
    """The order is that of an answer that was asked for changes."""
    assert ids(ask(api(order="descending"), size=50)) == [f"r{n}" for n in range(6)]


def test_an_api_that_sorts_and_has_no_bounds() -> None:
    """Everything comes, in the order of changes where that is asked for, and else in the usual one."""
    made = api(send=None, sort="sort", order="descending")
    assert ids(ask(made, sort="at", size=50)) == [*since(api(order="descending", ignored=True), 1)]
    assert ids(ask(made, size=50)) == [f"r{n}" for n in range(6)]


@pytest.mark.parametrize(
    ("until_bound", "expected"), [("exclusive", ["r2", "r3", "r5"]), ("inclusive", ["r0", "r2", "r3", "r5"])]
)
def test_the_upper_bound(until_bound: str, expected: list[str]) -> None:
    """Exclusive unless it is described as inclusive."""
    made = api(until="until", until_bound=until_bound)
    assert since(made, 1, until="2024-05-01T12:03:00Z") == expected


def test_an_api_knows_more_than_its_records_say() -> None:
    """A described resolution that is finer than the example is what bounds are compared with."""
    made = api(resolution="millisecond")
    made.collections["things"].update("r0", {"id": "r0", "at": "2024-05-01T12:03:00Z"}, NOON + 180_500_000_000)
    assert ids(ask(made, since="2024-05-01T12:03:00.5Z")) == ["r0", "r4"]
    assert ids(ask(made, since="2024-05-01T12:03:00.501Z")) == ["r4"]


def test_a_window_that_is_too_long_is_refused() -> None:
    """To the upper bound, or to now where none is sent."""
    made = api(until="until", window_limit=120)
    assert ask(made, since="2024-05-01T12:00:00Z", until="2024-05-01T12:02:00Z").status == 200
    for query in ({"until": "2024-05-01T12:02:01Z"}, {}):
        refused = ask(made, since="2024-05-01T12:00:00Z", **query)
        assert refused.status == 400
        assert b"120 s are allowed" in refused.body


def test_a_record_that_changes_between_pages_moves() -> None:
    """Oldest first it comes later, and nothing else is passed over."""
    made = api(order="ascending")
    first = ask(made, since="2024-05-01T12:00:00Z", size=2)
    made.collections["things"].update("r1", {"id": "r1", "at": "2024-05-01T12:30:00Z"})
    assert ids(first) == ["r1", "r2"]
    assert since(made, 0, after=first.json["next"]) == ["r3", "r5", "r0", "r4", "r1"]


@given(st.lists(st.tuples(st.integers(0, 5), st.integers(0, 5)), unique=True))
def test_places_are_in_the_order_of_changes_and_stay(keys: list[tuple[int, int]]) -> None:
    """Whatever comes in between."""
    order = Order()
    places = {key: order.place(*key) for key in keys}
    assert [order.place(*key) for key in keys] == list(places.values())
    assert sorted(keys) == sorted(keys, key=places.__getitem__)


@pytest.mark.parametrize(
    ("changes", "query", "text"),
    [
        ({"resolution": "second"}, "", "2024-05-01T12:00:00Z"),
        ({"lag": 60, "format": "epoch"}, "", 1_714_564_740),
        ({"until": "to", "format": "iso_z"}, "?to=2024-05-01T11:00:00Z", "2024-05-01T11:00:00Z"),
        ({"until": "to", "format": "iso_z"}, "?to=2024-05-02T00:00:00Z", "2024-05-01T12:00:00Z"),
        ({"format": "date"}, "", "2024-05-01"),
    ],
)
def test_an_answer_is_complete_until_its_upper_bound_or_now(changes: Any, query: str, text: str | int) -> None:
    """What is later, or may become visible late, is no part of it; the instant is written as bounds are."""
    request = Request("GET", f"https://api.acme.test/things{query}")
    assert complete_until(incremental(**changes), request, NOON / SECOND) == text
