"""Values for a JSON Schema: what is drawn is what the schema allows."""

from __future__ import annotations

import datetime as dt
import ipaddress
import re
import uuid
from typing import Any

import pytest
from hypothesis import strategies as st
from jsonschema import Draft202012Validator

from contract.errors import DocumentError
from contract.strategies.schemas import FORMATS, KNOWN, from_schema
from tests.support.drawing import assert_all_examples, find_any, minimal

SCHEMAS: dict[str, dict[str, Any]] = {
    "anything": {},
    "null": {"type": "null"},
    "boolean": {"type": "boolean"},
    "integer": {"type": "integer"},
    "integer within": {"type": "integer", "minimum": -2, "maximum": 3},
    "integer beyond": {"type": "integer", "exclusiveMinimum": 0, "exclusiveMaximum": 3},
    "integer within fractions": {"type": "integer", "minimum": 0.5, "maximum": 3.5},
    "integer beyond fractions": {"type": "integer", "exclusiveMinimum": 0.5, "exclusiveMaximum": 2.5},
    "integer with both bounds": {
        "type": "integer",
        "minimum": 0,
        "exclusiveMinimum": 4,
        "maximum": 9,
        "exclusiveMaximum": 7,
    },
    "number": {"type": "number"},
    "number within": {"type": "number", "minimum": 0, "maximum": 1.5},
    "number beyond": {"type": "number", "exclusiveMinimum": 0, "exclusiveMaximum": 1},
    "number with both bounds": {
        "type": "number",
        "minimum": 1,
        "exclusiveMinimum": 1,
        "maximum": 5,
        "exclusiveMaximum": 2,
    },
    "string": {"type": "string"},
    "string of lengths": {"type": "string", "minLength": 2, "maxLength": 4},
    "string of one length": {"type": "string", "minLength": 30, "maxLength": 30},
    "empty string": {"type": "string", "maxLength": 0},
    "pattern": {"type": "string", "pattern": "^[A-Z]{2}-[0-9]+$"},
    "pattern of a length": {"type": "string", "pattern": "^[a-z]+$", "maxLength": 3},
    "array": {"type": "array"},
    "array of integers": {"type": "array", "items": {"type": "integer"}, "minItems": 1, "maxItems": 2},
    "object": {"type": "object"},
    "object with properties": {
        "type": "object",
        "required": ["a"],
        "properties": {"a": {"type": "integer"}, "b": {"type": "string"}},
        "additionalProperties": False,
    },
    "required and not described": {"type": "object", "required": ["a"], "additionalProperties": {"type": "integer"}},
    "properties alone": {"properties": {"a": {"type": "integer"}}},
    "bounds alone": {"minimum": 3},
    "lengths alone": {"minLength": 3},
    "items alone": {"items": {"type": "integer"}, "minItems": 1},
    "several types": {"type": ["integer", "null", "string"], "minimum": 2, "minLength": 1},
    "enum": {"enum": ["EUR", None, 3]},
    "const": {"const": {"a": [1]}},
    "any of": {"anyOf": [{"type": "integer", "minimum": 3}, {"type": "null"}], "title": "x", "default": None},
    "one of": {"oneOf": [{"type": "integer"}, {"type": "string", "maxLength": 2}]},
    "any of, and more around": {
        "type": "object",
        "properties": {"a": {"type": "integer"}, "b": {"type": "string"}},
        "required": ["id"],
        "anyOf": [{"required": ["a"]}, {"required": ["b"], "properties": {"c": {"type": "null"}}}],
    },
    "nested": {
        "type": "object",
        "required": ["rows"],
        "properties": {
            "rows": {
                "type": "array",
                "minItems": 1,
                "items": {
                    "type": "object",
                    "required": ["id"],
                    "properties": {"id": {"type": "integer", "minimum": 1}},
                },
            }
        },
    },
}


@pytest.mark.parametrize("schema", SCHEMAS.values(), ids=SCHEMAS)
def test_values_are_valid(schema: dict[str, Any]) -> None:
    """Every value that is drawn validates against the schema, by a validator of its own."""
    Draft202012Validator.check_schema(schema)
    assert_all_examples(from_schema(schema), Draft202012Validator(schema).is_valid, 60)


def _address(text: str) -> bool:
    name, _, host = text.rpartition("@")
    return bool(name) and "." in host


READERS = {
    "date-time": dt.datetime.fromisoformat,
    "date": dt.date.fromisoformat,
    "time": dt.time.fromisoformat,
    "uuid": uuid.UUID,
    "email": _address,
    "ipv4": ipaddress.IPv4Address,
    "ipv6": ipaddress.IPv6Address,
    "uri": lambda text: re.fullmatch(r"https://\S+", text),
}


@pytest.mark.parametrize("name", FORMATS)
def test_formats_can_be_read(name: str) -> None:
    """A text of a format is read by what reads that format, and none is missing here."""
    assert_all_examples(from_schema({"type": "string", "format": name}), READERS[name], 40)


def test_a_time_says_its_zone() -> None:
    """RFC 3339 asks for a zone in a date-time."""
    assert_all_examples(from_schema({"type": "string", "format": "date-time"}), lambda text: text.endswith("Z"), 20)


@pytest.mark.parametrize(
    ("schema", "wanted"),
    [
        ({"type": ["string", "null"]}, lambda value: value is None),
        ({"type": ["string", "null"]}, lambda value: isinstance(value, str) and not value.isascii()),
        ({"type": "integer"}, lambda value: abs(value) > 2**63),
        ({"type": "number", "minimum": 0, "maximum": 1}, lambda value: value in (0, 1)),
        ({"type": "integer", "minimum": 0.5, "maximum": 2.5}, lambda value: value == 2),
        ({"type": "array", "items": {"type": "null"}}, lambda value: len(value) > 1),
        ({"properties": {"a": {"type": "null"}}}, lambda value: "a" in value),
        ({"properties": {"a": {"type": "null"}}}, lambda value: "a" not in value),
        ({"anyOf": [{"type": "null"}, {"type": "boolean"}]}, lambda value: value is True),
    ],
)
def test_what_is_allowed_is_drawn(schema: dict[str, Any], wanted: Any) -> None:
    """What the schema allows and connectors get wrong comes up: nulls, bounds, large numbers, absent keys."""
    find_any(from_schema(schema), wanted)


def test_text_survives_utf8_and_databases() -> None:
    """No text holds a lone surrogate or a NUL, whatever pattern it is drawn for."""
    for schema in ({"type": "string"}, {"type": "string", "pattern": "^.+$"}):
        assert_all_examples(from_schema(schema), lambda text: "\x00" not in text and text.encode() is not None, 100)


def test_values_shrink() -> None:
    """The simplest value of a schema is small."""
    schema = {"type": "object", "required": ["a"], "properties": {"a": {"type": "integer"}, "b": {"type": "string"}}}
    assert minimal(from_schema(schema)) == {"a": 0}


@pytest.mark.parametrize(
    ("schema", "said"),
    [
        ({"type": "object", "patternProperties": {}}, "the JSON Schema keyword `patternProperties` is not known here"),
        ({"$ref": "#/x"}, "the JSON Schema keyword `$ref` is not known here"),
        ({"type": "text"}, "`type: text` is no JSON Schema type"),
        ({"type": ["string", "text"]}, "`type: text` is no JSON Schema type"),
        ({"type": [{"type": "string"}]}, "`type: {'type': 'string'}` is no JSON Schema type"),
        ({"type": 1}, "`type: 1` is no JSON Schema type"),
        ({"type": []}, "`type: []` is no JSON Schema type"),
        ({"type": "string", "format": "colour"}, "`format: colour` is not known here"),
        ({"properties": {"a": {"type": "text"}}}, "`type: text`"),
        ({"properties": {"a": "string"}}, "'string' is no JSON Schema; write a mapping"),
        (False, "False is no JSON Schema"),
    ],
)
def test_what_is_not_known_is_refused(schema: Any, said: str) -> None:
    """A keyword, type or format that would be ignored is refused by name, with those that are known."""
    with pytest.raises(DocumentError, match=re.escape(said)):
        find_any(from_schema(schema))


def test_annotations_are_no_constraints() -> None:
    """Titles, descriptions and examples change nothing."""
    plain = {key: key for key in ("title", "description", "$id", "$comment", "$schema")} | {
        "examples": [1],
        "default": 1,
    }
    assert set(plain) <= KNOWN
    assert isinstance(find_any(from_schema({"type": "string"} | plain)), str)
    assert isinstance(from_schema(True), st.SearchStrategy)
