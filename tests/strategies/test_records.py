"""The records of a simulated API: the same for the same seed, of the described shape, with ids that ascend."""

from __future__ import annotations

import datetime as dt
import json
import uuid
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st
from jsonschema import Draft202012Validator

from contract.description.api import Stream
from contract.errors import DocumentError
from contract.strategies import records_of
from contract.strategies.records import ids_are_free_text, like, payload_pool, payloads
from tests.support.apis import stream
from tests.support.drawing import assert_all_examples, few, find_any


def described(record: dict[str, Any] | None = None, **changes: Any) -> Stream:
    """A stream whose records are described so."""
    return Stream.model_validate(stream(record=record, **changes))


SCHEMA = {
    "type": "object",
    "required": ["id", "changed"],
    "properties": {
        "id": {"type": "integer"},
        "name": {"type": ["string", "null"]},
        "changed": {"type": "string", "format": "date-time"},
        "meta": {"type": ["object", "null"], "properties": {"key": {"type": "string"}}},
    },
}

EXAMPLE = {"id": "abc", "changed": "2024-05-01 10:20:30.5Z", "amount": 3, "ratio": 0.5, "ok": True, "tags": ["x"]}


@few(25)
@given(count=st.integers(0, 30), seed=st.integers(0, 2**16))
def test_the_same_seed_gives_the_same_records(count: int, seed: int) -> None:
    """Records are a function of stream, number and seed; each call gives copies of its own."""
    for made in (described(SCHEMA, timestamp="changed"), described(EXAMPLE, timestamp="changed"), described()):
        first, second = records_of(made, count, seed), records_of(made, count, seed)
        assert first == second
        for _, data in first:
            data.clear()
        assert records_of(made, count, seed) == second


@few(25)
@given(count=st.integers(0, 30), seed=st.integers(0, 2**16))
def test_records_validate_against_their_schema(count: int, seed: int) -> None:
    """Every record of a described schema is valid, its id and timestamp included."""
    validator = Draft202012Validator(SCHEMA)
    for name, data in records_of(described(SCHEMA, timestamp="changed"), count, seed):
        validator.validate(data)
        assert name == str(data["id"])


@pytest.mark.parametrize(
    "record",
    [None, SCHEMA, EXAMPLE, {"id": 7}, {"id": str(uuid.UUID(int=5))}, {"properties": {"id": {"format": "uuid"}}}],
    ids=["nothing", "schema", "example", "number", "uuid", "uuid schema"],
)
def test_ids_ascend_and_differ(record: dict[str, Any] | None) -> None:
    """Ids are of the described kind, all different, and ascend in the API's order."""
    names = [data["id"] for _, data in records_of(described(record), 30, 3)]
    assert names == sorted(set(names))
    shown = (record or {}).get("id", "")
    assert isinstance(names[0], int) == (shown == 7 or record is SCHEMA)
    if "uuid" in str(record) or len(str(shown)) == 36:
        assert all(str(uuid.UUID(name)) == name for name in names)


def test_text_stands_in_every_id() -> None:
    """Where ids are free text, what a case wants in them is in each of them."""
    assert all("a+b/c" in name for name, _ in records_of(described(), 3, 1, "a+b/c"))
    assert [name for name, _ in records_of(described(SCHEMA), 2, 1, "a+b/c")] == ["1001", "1008"]


@pytest.mark.parametrize(
    ("record", "free"),
    [
        (None, True),
        ({"id": "x"}, True),
        ({"id": 7}, False),
        (SCHEMA, False),
        ({"properties": {"id": {"type": "string"}}}, True),
        ({"properties": {"id": {"type": "string", "format": "uuid"}}}, False),
    ],
)
def test_whether_ids_are_free_text(record: dict[str, Any] | None, free: bool) -> None:
    """Numbers and UUIDs leave no room for other characters."""
    assert ids_are_free_text(described(record)) is free


@pytest.mark.parametrize("seed", [0, 5])
def test_an_id_may_stand_deep_in_the_record(seed: int) -> None:
    """Each record has its own id inside, also where the payload has something else on the way to it."""
    made = described({"properties": {"meta": {"type": ["object", "null"]}}}, id="meta.key")
    found = records_of(made, 20, seed)
    assert [data["meta"]["key"] for _, data in found] == [name for name, _ in found]
    assert len({name for name, _ in found}) == 20


@pytest.mark.parametrize(
    ("record", "form"),
    [
        ({"id": 1, "at": "2024-01-01"}, "2024-01-01"),
        ({"id": 1, "at": "2024-01-01T10:00:00Z"}, "2024-01-01T00:00:00Z"),
        ({"id": 1, "at": "2024-01-01 10:00:00.000+00:00"}, "2024-01-01 00:00:00.000+00:00"),
        ({"id": 1, "at": "2024-01-01T10:00:00+0000"}, "2024-01-01T00:00:00+0000"),
        ({"id": 1, "at": "2024-01-01T10:00:00"}, "2024-01-01T00:00:00"),
        ({"id": 1, "at": 1_700_000_000}, 1_704_067_200),
        ({"id": 1, "at": 1_700_000_000.5}, 1_704_067_200.0),
        ({"properties": {"at": {"type": "integer"}}}, 1_704_067_200),
        ({"properties": {"at": {"type": "number"}}}, 1_704_067_200.0),
        ({"properties": {"at": {"type": "string", "format": "date"}}}, "2024-01-01"),
    ],
)
def test_timestamps_have_the_described_form(record: dict[str, Any], form: Any) -> None:
    """A time is written as the example shows it, or as the schema's type has it."""
    [(_, data)] = records_of(described(record, timestamp="at"), 1, 1)
    assert data["at"] == form
    assert type(data["at"]) is type(form)


def test_timestamps_of_no_known_form_are_rfc_3339() -> None:
    """Without an example, times have fractions and zones of every kind, and ascend."""
    texts = [data["at"] for _, data in records_of(described(timestamp="at"), 40, 1)]
    times = [dt.datetime.fromisoformat(text) for text in texts]
    assert times == sorted(times)
    assert {text[-6:] for text in texts} >= {"+02:00", "-07:30"}
    assert any(text.endswith("Z") for text in texts)
    assert any("." in text for text in texts)


def test_an_id_of_several_keys_needs_each_of_them() -> None:
    """The keys together are distinct, and without any one of them they are not."""
    made = described({"day": "d", "campaign": 7, "country": "FR"}, id="day", id_with=["campaign", "country"])
    found = records_of(made, 9, 1)
    rows = [(data["day"], data["campaign"], data["country"]) for _, data in found]
    assert [name for name, _ in found] == [made.name_of(data) for _, data in found]
    assert len(set(rows)) == 9
    for left_out in range(3):
        assert len({(*row[:left_out], *row[left_out + 1 :]) for row in rows}) < 9


def test_seed_zero_is_plain() -> None:
    """Seed 0 gives every record the simplest payload."""
    found = [dict(data, id=None) for _, data in records_of(described(SCHEMA), 5, 0)]
    assert all(data == found[0] for data in found)


def test_the_pool_is_varied() -> None:
    """Records of no known shape meet what connectors get wrong: nulls, numbers past 64 bits, text beyond ASCII."""
    find_any(payloads, lambda data: None in data.values())
    find_any(payloads, lambda data: any(type(value) is int and abs(value) > 2**63 for value in data.values()))
    find_any(payloads, lambda data: any(isinstance(value, dict) and value for value in data.values()))
    assert any(not text.isascii() for text in map(str, payload_pool("null", False)))


def test_payloads_are_json() -> None:
    """A payload reads back from JSON as it was."""
    assert_all_examples(payloads, lambda data: json.loads(json.dumps(data, allow_nan=False).encode()) == data, 60)


def test_values_like_an_example() -> None:
    """What is drawn after an example has its keys and types; text that has a form stays as it is."""
    found = like(EXAMPLE | {"url": "https://x.y/z", "none": None, "empty": [], "deep": {"a": 1}})

    def alike(value: dict[str, Any]) -> bool:
        return (
            value["changed"] == EXAMPLE["changed"]
            and value["url"] == "https://x.y/z"
            and value["none"] is None
            and value["empty"] == []
            and isinstance(value["deep"]["a"], int)
            and isinstance(value["ok"], bool)
            and isinstance(value["ratio"], float)
            and all(isinstance(tag, str) for tag in value["tags"])
        )

    assert_all_examples(found, alike, 50)
    find_any(found, lambda value: value["id"] != EXAMPLE["id"])


@pytest.mark.parametrize(
    "record",
    [
        {"properties": {"id": {"type": 12.5}}},
        {"properties": {"id": {"type": "integer", "minimum": "x"}}},
        {"properties": {"id": {"type": "integer", "minimum": 3, "maximum": 1}}, "required": ["id"]},
        {"properties": {"id": {"type": "string", "pattern": "("}}, "required": ["id"]},
        {"properties": {"id": {"enum": 3}}, "required": ["id"]},
    ],
)
def test_a_schema_that_is_none_is_refused(record):
    """Whatever is wrong with it, the message says that it is the schema."""
    listed = Stream.model_validate({"path": "/x", "records": "rows", "paging": {"style": "none"}, "record": record})
    with pytest.raises(DocumentError, match=r"^record: "):
        records_of(listed, 3, 1)
