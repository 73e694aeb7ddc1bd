"""The shape of records, as a JSON Schema, from those that were recorded."""

from __future__ import annotations

import datetime as dt
import re
from collections import Counter
from collections.abc import Callable, Sequence
from typing import Any
from urllib.parse import urlsplit

ENOUGH = 10
"""Values that must be there before a few that return are taken for all that there are."""

MOST_VALUES = 5
"""Different values of an enum."""

TYPES: dict[type, str] = {
    bool: "boolean", int: "integer", float: "number", str: "string", dict: "object", list: "array", type(None): "null",
}  # fmt: skip


def schema_of(values: Sequence[Any]) -> dict[str, Any]:
    """A JSON Schema (https://json-schema.org/draft/2020-12) that every one of ``values`` fulfils.

    Types, which keys are always there, and formats that every text has. An enum only where it is clear: few short texts, each of
    which came again and again.
    """
    kinds = list(dict.fromkeys(TYPES[type(value)] for value in values))
    if "integer" in kinds and "number" in kinds:
        kinds.remove("integer")
    found: dict[str, Any] = {"type": kinds[0] if len(kinds) == 1 else sorted(kinds, key=lambda kind: kind == "null")}
    objects = [value for value in values if isinstance(value, dict)]
    keys = dict.fromkeys(key for each in objects for key in each)
    if keys and not _is_map(objects, len(keys)):
        always = [key for key in keys if all(key in each for each in objects)]
        found |= {"required": always} if always else {}
        found["properties"] = {key: schema_of([each[key] for each in objects if key in each]) for key in keys}
    entries = [entry for value in values if isinstance(value, list) for entry in value]
    if entries:
        found["items"] = schema_of(entries)
    texts = [value for value in values if isinstance(value, str)]
    if texts:
        found |= _of_texts(texts, alone=kinds == ["string"])
    return found


def _is_map(objects: Sequence[dict[str, Any]], keys: int) -> bool:
    """Whether the keys are values themselves, as in a map by id: most objects have most keys for themselves."""
    return len(objects) > 2 and keys > 3 * max(1, *map(len, objects))


def _of_texts(texts: Sequence[str], *, alone: bool) -> dict[str, Any]:
    for name, holds in FORMATS.items():
        if all(holds(text) for text in texts):
            return {"format": name}
    times = Counter(texts)
    few = 1 < len(times) <= MOST_VALUES and len(texts) >= ENOUGH and min(times.values()) > 1
    clear = few and all(re.fullmatch(r"[A-Za-z][\w-]{0,19}", text) for text in times)
    return {"enum": sorted(times)} if clear and alone else {}


def _is_moment(text: str) -> bool:
    if len(text) < len("2024-01-01T00:00") or text[10] not in "Tt ":
        return False
    try:
        return dt.datetime.fromisoformat(text).utcoffset() is not None
    except ValueError:
        return False


def _is_day(text: str) -> bool:
    try:
        return len(text) == len("2024-01-01") and bool(dt.date.fromisoformat(text))
    except ValueError:
        return False


def _is_url(text: str) -> bool:
    try:
        return urlsplit(text).scheme in ("http", "https") and bool(urlsplit(text).hostname)
    except ValueError:
        return False


FORMATS: dict[str, Callable[[str], bool]] = {
    "date-time": _is_moment,
    "date": _is_day,
    "uuid": lambda text: bool(re.fullmatch(r"[0-9a-fA-F]{8}(-[0-9a-fA-F]{4}){3}-[0-9a-fA-F]{12}", text)),
    "email": lambda text: bool(re.fullmatch(r"[^@\s]+@[^@\s]+\.[a-z]{2,}", text)),
    "uri": _is_url,
}
"""The formats of JSON Schema that are looked for, each with what tells a text of it."""
