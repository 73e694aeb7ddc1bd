"""Values that a JSON Schema allows (draft 2020-12): the keywords that descriptions of records use.

hypothesis-jsonschema, the library for this, fails on objects with today's Hypothesis (`many` lost its method `more`)
and has had no release since 2024; with a release that works again this module should go.
"""

from __future__ import annotations

import datetime as dt
import math
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

_characters = st.characters(codec="utf-8", exclude_characters="\x00")

texts = st.text(_characters, max_size=12)
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
    for key in ("anyOf", "oneOf"):
        if choices := schema.get(key):
            around = {name: value for name, value in schema.items() if name != key}
            return st.one_of([from_schema(_both(around, choice)) for choice in choices])
    kinds = schema.get("type", next((kind for kind, keys in _SIGNS.items() if keys & set(schema)), None))
    if kinds is None:
        return from_schema({})
    names = kinds if isinstance(kinds, list) and kinds else [kinds]
    if unknown := [name for name in names if not isinstance(name, str) or name not in _MAKERS]:
        raise DocumentError(f"record: `type: {unknown[0]}` is no JSON Schema type; known: {', '.join(_MAKERS)}")
    return st.one_of([_MAKERS[name](schema) for name in names])


def _both(around: Mapping[str, Any], choice: Any) -> Any:
    """The schema of what fits a choice of `anyOf` and what stands around it."""
    if not isinstance(choice, Mapping):
        return choice
    both = {**around, **choice}
    if "properties" in around and "properties" in choice:
        both["properties"] = {**around["properties"], **choice["properties"]}
    if "required" in around and "required" in choice:
        both["required"] = [*around["required"], *choice["required"]]
    return both


def _integers(schema: Mapping[str, Any]) -> st.SearchStrategy[int]:
    least = [math.ceil(schema["minimum"])] if "minimum" in schema else []
    most = [math.floor(schema["maximum"])] if "maximum" in schema else []
    least += [math.floor(schema["exclusiveMinimum"]) + 1] if "exclusiveMinimum" in schema else []
    most += [math.ceil(schema["exclusiveMaximum"]) - 1] if "exclusiveMaximum" in schema else []
    return st.integers(max(least, default=None), min(most, default=None))


def _numbers(schema: Mapping[str, Any]) -> st.SearchStrategy[float]:
    # Of two bounds the narrower one counts; of two equal ones the exclusive one.
    least = max(_bounds(schema, "minimum", "exclusiveMinimum"), default=(None, False))
    most = min(_bounds(schema, "maximum", "exclusiveMaximum", sign=-1), default=(None, False))
    return st.floats(
        least[0],
        most[0],
        exclude_min=bool(least[1]),
        exclude_max=bool(most[1]),
        allow_nan=False,
        allow_infinity=False,
    )


def _bounds(schema: Mapping[str, Any], within: str, beyond: str, sign: int = 1) -> list[tuple[float, int]]:
    return [(schema[name], sign * (name == beyond)) for name in (within, beyond) if name in schema]


def _strings(schema: Mapping[str, Any]) -> st.SearchStrategy[str]:
    least, most = schema.get("minLength", 0), schema.get("maxLength")
    formed: st.SearchStrategy[str] | None = None
    if name := schema.get("format"):
        if name not in FORMATS:
            raise DocumentError(f"record: `format: {name}` is not known here; known: {', '.join(FORMATS)}")
        formed = FORMATS[name]
    elif pattern := schema.get("pattern"):
        formed = st.from_regex(pattern, alphabet=_characters)
    if formed is not None:
        limited = "minLength" in schema or most is not None
        return formed.filter(lambda text: least <= len(text) <= (most or len(text))) if limited else formed
    return st.text(_characters, min_size=least, max_size=least + 12 if most is None else most)


def _arrays(schema: Mapping[str, Any]) -> st.SearchStrategy[list[Any]]:
    least = schema.get("minItems", 0)
    return st.lists(from_schema(schema.get("items", {})), min_size=least, max_size=schema.get("maxItems", least + 3))


def _objects(schema: Mapping[str, Any]) -> st.SearchStrategy[dict[str, Any]]:
    properties = {key: from_schema(value) for key, value in schema.get("properties", {}).items()}
    required = set(schema.get("required", ()))
    others = schema.get("additionalProperties", {})
    for key in sorted(required - set(properties)):
        properties[key] = from_schema(others if isinstance(others, Mapping) else {})
    optional = {key: value for key, value in properties.items() if key not in required}
    return st.fixed_dictionaries({key: properties[key] for key in properties if key in required}, optional=optional)


_SIGNS: Mapping[str, frozenset[str]] = {
    "object": frozenset({"properties", "required", "additionalProperties"}),
    "array": frozenset({"items", "minItems", "maxItems"}),
    "string": frozenset({"format", "pattern", "minLength", "maxLength"}),
    "number": frozenset({"minimum", "maximum", "exclusiveMinimum", "exclusiveMaximum"}),
}
"""The type that a schema without one has, by its keywords."""

_MAKERS: Mapping[str, Callable[[Mapping[str, Any]], st.SearchStrategy[Any]]] = {
    "null": lambda schema: st.none(),
    "boolean": lambda schema: st.booleans(),
    "integer": _integers,
    "number": _numbers,
    "string": _strings,
    "array": _arrays,
    "object": _objects,
}
