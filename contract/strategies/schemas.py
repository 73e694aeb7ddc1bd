"""Values that a JSON Schema allows (draft 2020-12): the keywords that descriptions of records use.

hypothesis-jsonschema, the library for this, fails on objects with today's Hypothesis (`many` lost its method `more`)
and has had no release since 2024; with a release that works again this module should go.
"""

from __future__ import annotations

import datetime as dt
from collections.abc import Callable, Mapping
from typing import Any

from hypothesis import strategies as st

from contract.errors import DocumentError

KNOWN = frozenset(
    [
        "type",
        "properties",
        "required",
        "additionalProperties",
        "items",
        "enum",
        "const",
        "anyOf",
        "oneOf",
        "format",
        "pattern",
        "minimum",
        "maximum",
        "exclusiveMinimum",
        "exclusiveMaximum",
        "minLength",
        "maxLength",
        "minItems",
        "maxItems",
        "title",
        "description",
        "default",
        "examples",
        "$schema",
        "$id",
        "$comment",
    ]
)

texts = st.text(st.characters(codec="utf-8", exclude_characters="\x00"), max_size=12)
"""Text that survives UTF-8: no lone surrogates, and no NUL, which databases refuse."""

SPAN = (dt.datetime(2001, 1, 1), dt.datetime(2035, 1, 1))  # noqa: DTZ001 - Hypothesis adds the zone itself

times = st.datetimes(*SPAN).map(lambda at: at.isoformat() + "Z")
"""Times as RFC 3339, section 5.6, writes them."""

FORMATS: Mapping[str, st.SearchStrategy[str]] = {
    "date-time": times,
    "date": st.dates(dt.date(2001, 1, 1), dt.date(2035, 1, 1)).map(str),
    "time": st.times().map(lambda at: at.replace(microsecond=0).isoformat() + "Z"),
    "uuid": st.uuids().map(str),
    "email": st.emails(),
    "ipv4": st.ip_addresses(v=4).map(str),
    "ipv6": st.ip_addresses(v=6).map(str),
    "uri": st.integers(1, 10**6).map(lambda number: f"https://example.com/{number}"),
}


def from_schema(schema: Any) -> st.SearchStrategy[Any]:
    """A strategy for the values that ``schema`` allows.

    Raises:
        DocumentError: the schema uses a keyword, type or format that is not known here.
    """
    if schema is True or schema == {}:
        return st.none() | st.booleans() | st.integers() | texts
    if not isinstance(schema, dict):
        raise DocumentError(f"record: {schema!r} is no JSON Schema; write a mapping such as {{type: string}}")
    if unknown := sorted(set(schema) - KNOWN):
        raise DocumentError(
            f"record: the JSON Schema keyword `{unknown[0]}` is not known here; known: {', '.join(sorted(KNOWN))}"
        )
    if "const" in schema:
        return st.just(schema["const"])
    if "enum" in schema:
        return st.sampled_from(schema["enum"])
    if choices := schema.get("anyOf") or schema.get("oneOf"):
        return st.one_of([from_schema(choice) for choice in choices])
    kinds = schema.get("type", "object" if "properties" in schema else None)
    if kinds is None:
        return from_schema({})
    names = [kinds] if isinstance(kinds, str) else kinds
    if unknown := [name for name in names if name not in _MAKERS]:
        raise DocumentError(f"record: `type: {unknown[0]}` is no JSON Schema type; known: {', '.join(_MAKERS)}")
    return st.one_of([_MAKERS[name](schema) for name in names])


def _integers(schema: Mapping[str, Any]) -> st.SearchStrategy[int]:
    least = schema.get("minimum", schema["exclusiveMinimum"] + 1 if "exclusiveMinimum" in schema else None)
    most = schema.get("maximum", schema["exclusiveMaximum"] - 1 if "exclusiveMaximum" in schema else None)
    return st.integers(least, most)


def _numbers(schema: Mapping[str, Any]) -> st.SearchStrategy[float]:
    return st.floats(
        schema.get("minimum", schema.get("exclusiveMinimum")),
        schema.get("maximum", schema.get("exclusiveMaximum")),
        exclude_min="exclusiveMinimum" in schema and "minimum" not in schema,
        exclude_max="exclusiveMaximum" in schema and "maximum" not in schema,
        allow_nan=False,
        allow_infinity=False,
    )


def _strings(schema: Mapping[str, Any]) -> st.SearchStrategy[str]:
    if name := schema.get("format"):
        if name not in FORMATS:
            raise DocumentError(f"record: `format: {name}` is not known here; known: {', '.join(FORMATS)}")
        return FORMATS[name]
    if pattern := schema.get("pattern"):
        return st.from_regex(pattern)
    least = schema.get("minLength", 0)
    return st.text(
        st.characters(codec="utf-8", exclude_characters="\x00"),
        min_size=least,
        max_size=schema.get("maxLength", least + 12),
    )


def _arrays(schema: Mapping[str, Any]) -> st.SearchStrategy[list[Any]]:
    least = schema.get("minItems", 0)
    return st.lists(from_schema(schema.get("items", {})), min_size=least, max_size=schema.get("maxItems", least + 3))


def _objects(schema: Mapping[str, Any]) -> st.SearchStrategy[dict[str, Any]]:
    properties = {key: from_schema(value) for key, value in schema.get("properties", {}).items()}
    required = set(schema.get("required", ()))
    for key in sorted(required - set(properties)):
        properties[key] = from_schema({})
    optional = {key: value for key, value in properties.items() if key not in required}
    return st.fixed_dictionaries({key: properties[key] for key in properties if key in required}, optional=optional)


_MAKERS: Mapping[str, Callable[[Mapping[str, Any]], st.SearchStrategy[Any]]] = {
    "null": lambda schema: st.none(),
    "boolean": lambda schema: st.booleans(),
    "integer": _integers,
    "number": _numbers,
    "string": _strings,
    "array": _arrays,
    "object": _objects,
}
