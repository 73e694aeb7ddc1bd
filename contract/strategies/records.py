"""The records that a simulated API holds: shapes from Hypothesis, once; contents from a seed, cheaply.

Hypothesis takes milliseconds for twenty small records, a whole simulated sync about as long. So a pool of payloads
is drawn once for each schema, and a seed picks from it.
"""

from __future__ import annotations

import datetime as dt
import functools
import json
import random
import re
from collections.abc import Callable, Mapping, Sequence
from typing import Any, Literal

from hypothesis import HealthCheck, Phase, given, seed, settings
from hypothesis import strategies as st
from hypothesis.errors import InvalidArgument, Unsatisfiable

from contract.description.api import ID_JOINT, Listing, Stream
from contract.description.incremental import SECOND
from contract.description.places import MISSING, copied, look_up, put
from contract.errors import DocumentError
from contract.simulation.incremental import Form, form_of, written
from contract.strategies.profiles import same_everywhere
from contract.strategies.schemas import from_schema, texts

POOL = 48
"""Payloads drawn for each schema."""

FIRST_DAY = dt.datetime(2024, 1, 1, tzinfo=dt.UTC)
"""When the first record of a collection was changed."""

scalars = (
    st.none()
    | st.booleans()
    | st.integers(-(2**70), 2**70)
    | st.floats(allow_nan=False, allow_infinity=False)
    | texts
    | st.sampled_from(
        ["", "Zoë", "Nguyễn Văn An", "日本語", "\U0001f600", "a\tb\nc", '"quoted" \\ back', "0012", "null"]
    )
)
"""JSON scalars that connectors get wrong: nulls, integers past 64 bits, text beyond ASCII."""

values = st.recursive(
    scalars, lambda inner: st.lists(inner, max_size=3) | st.dictionaries(texts, inner, max_size=3), max_leaves=6
)
"""Any JSON value, nested a little."""

payloads = st.dictionaries(st.sampled_from(["name", "note", "größe", "a b", "x.y"]) | texts, values, max_size=5)
"""Records of an API that no schema is known of."""


def records_of(stream: Listing, count: int, seed_number: int, id_text: str = "") -> list[tuple[str, dict[str, Any]]]:
    """``count`` records of ``stream``, each with its id as text, in the API's order.

    The same arguments give the same records, to be read and not changed. Ids ascend; ``id_text`` stands in every id
    that is text.
    """
    wanted = (id(stream), count, seed_number, id_text)
    if wanted not in _made:
        if len(_made) >= MADE:
            _made.clear()
        _made[wanted] = (stream, _make(stream, count, seed_number, id_text))
    return _made[wanted][1]


MADE = 1000
"""Collections that are kept: many clauses ask for the same ones, and making one costs as much as an exchange."""

_made: dict[tuple[int, int, int, str], tuple[Listing, list[tuple[str, dict[str, Any]]]]] = {}


def _make(stream: Listing, count: int, seed_number: int, id_text: str) -> list[tuple[str, dict[str, Any]]]:
    pool = payload_pool(json.dumps(stream.record, sort_keys=True, default=str), stream.schema_of_record is not None)
    chance = random.Random(f"{seed_number}/{count}")
    parts = _parts_of_id(stream, id_text)
    stamp = _stamp_maker(stream, plain=not seed_number)
    incremental = stream.incremental if isinstance(stream, Stream) else None
    changed = _change_maker(stream, plain=not seed_number)
    made = []
    for number in range(count):
        data = copied(pool[chance.randrange(len(pool)) if seed_number else 0])
        name = []
        for keys, part in parts:
            name.append(part(number))
            put(data, keys, name[-1])
        if stream.timestamp:
            put(data, stream.timestamp, stamp(number, chance))
        if incremental:
            put(data, incremental.field, changed(number, chance))
        made.append((ID_JOINT.join(map(str, name)), data))
    return made


@functools.cache
def payload_pool(record: str, is_schema: bool) -> tuple[dict[str, Any], ...]:
    """The payloads of one schema, example or, for ``null``, of no known shape; the first is the simplest.

    Raises:
        DocumentError: the schema is none, or nothing fits it.
    """
    described = json.loads(record)
    if not is_schema:
        drawn = _sample(payloads if described is None else like(described))
    else:
        try:
            drawn = _sample(from_schema(described))
        except (TypeError, ValueError, AttributeError, re.error, InvalidArgument, Unsatisfiable) as error:
            raise DocumentError(f"record: no JSON Schema that can be used: {error}") from error
    return tuple(sorted(drawn, key=lambda value: len(json.dumps(value))))


def _sample(strategy: st.SearchStrategy[Any]) -> list[dict[str, Any]]:
    drawn: list[dict[str, Any]] = []

    @seed(0)
    @settings(
        max_examples=POOL,
        database=None,
        deadline=None,
        phases=[Phase.generate],
        suppress_health_check=list(HealthCheck),
    )
    @given(strategy)
    def draw(value: dict[str, Any]) -> None:
        drawn.append(value)

    with same_everywhere():
        draw()
    return [value for value in drawn if isinstance(value, dict)]


def like(example: Any) -> st.SearchStrategy[Any]:
    """Values of the same shape as ``example``: its keys and types, other contents.

    Text that has a form (a date, a URL, an address) is kept as it is.
    """
    match example:
        case bool():
            return st.booleans()
        case int():
            return st.integers(0, 10**6)
        case float():
            return st.floats(-1e6, 1e6)
        case str():
            formed = re.search(r"\d{4}-\d\d|://|@", example)
            return st.just(example) if formed else texts | st.just(example)
        case list():
            return st.lists(like(example[0]), max_size=3) if example else st.just([])
        case dict():
            return st.fixed_dictionaries({key: like(value) for key, value in example.items()})
        case _:
            return st.none()


def ids_are_free_text(stream: Listing) -> bool:
    """Whether any characters may stand in an id of ``stream``."""
    return _id_kind(stream, stream.id) == "text"


IdPart = Callable[[int], str | int]
"""Makes the id, or one key of it, of the record with that number."""


def _parts_of_id(stream: Listing, id_text: str) -> list[tuple[Sequence[str], IdPart]]:
    """The keys of an id and what stands there: of several keys each tells records apart that are alike without it."""
    keys = [stream.id, *(stream.id_with if isinstance(stream, Stream) else ())]
    makers = [_id_maker(stream, each, id_text) for each in keys]
    return [(each, _part(makers[place], len(keys) - 1, place)) for place, each in enumerate(keys)]


def _part(make: IdPart, last: int, place: int) -> IdPart:
    """The digit at ``place`` of a number in base 2; the first place holds all that is left."""
    return lambda number: make(number >> last if not place else number >> (last - place) & 1)


def _id_kind(stream: Listing, keys: Sequence[str]) -> Literal["number", "uuid", "url", "text"]:
    shown, schema = _described(stream, keys)
    if isinstance(shown, str) and "://" in shown:
        return "url"
    if "integer" in _kinds(schema) or (isinstance(shown, int) and not isinstance(shown, bool)):
        return "number"
    if schema.get("format") == "uuid" or (
        isinstance(shown, str) and re.fullmatch(r"[0-9a-f]{8}(-[0-9a-f]{4}){3}-[0-9a-f]{12}", shown)
    ):
        return "uuid"
    return "text"


def _id_maker(stream: Listing, keys: Sequence[str], id_text: str) -> IdPart:
    match _id_kind(stream, keys):
        case "number":
            return lambda number: 1001 + 7 * number
        case "uuid":
            return lambda number: f"00000000-0000-4000-8000-{number:012x}"
        case "url":
            shown = str(_described(stream, keys)[0])
            folder, slash = shown.rstrip("/").rpartition("/")[0], "/" * shown.endswith("/")
            return lambda number: f"{folder}/r{number:05d}{slash}"
        case "text":
            return lambda number: f"r{id_text}{number:05d}"


def _stamp_maker(stream: Listing, *, plain: bool) -> Callable[[int, random.Random], str | float]:
    shown, schema = _described(stream, stream.timestamp or ())
    kinds = _kinds(schema)
    if isinstance(shown, str):
        return lambda number, chance: _in_the_form_of(shown, _hour(number))
    if schema.get("format") == "date":
        return lambda number, chance: _hour(number).date().isoformat()
    if "integer" in kinds or isinstance(shown, int):
        return lambda number, chance: int(_hour(number).timestamp())
    if "number" in kinds or isinstance(shown, float):
        return lambda number, chance: _hour(number).timestamp()
    if plain:
        return lambda number, chance: _in_the_form_of("2024-01-01T00:00:00Z", FIRST_DAY + dt.timedelta(hours=number))
    return _rfc3339


def _change_maker(stream: Listing, *, plain: bool) -> Callable[[int, random.Random], str | int]:
    """Writes the time of change, where the API filters by it: an hour after the record before."""
    form = form_of(stream) if isinstance(stream, Stream) and stream.incremental else Form("text", 1)

    def make(number: int, chance: random.Random) -> str | int:
        at = int(_hour(number).timestamp()) * SECOND
        return written(form, at) if plain else written(form, at + chance.choice([0, 120_000_000, 123_456_000]), chance)

    return make


def _described(stream: Listing, keys: Sequence[str]) -> tuple[Any, Mapping[str, Any]]:
    """What is known of one key of a record: its value in the example, or else its schema."""
    schema: Any = stream.schema_of_record
    if schema is None:
        return (look_up(stream.record, keys) if stream.record and keys else MISSING), {}
    for key in keys:
        properties = schema.get("properties") if isinstance(schema, dict) else None
        schema = properties.get(key, {}) if isinstance(properties, dict) else {}
    return MISSING, schema if isinstance(schema, dict) and keys else {}


def _kinds(schema: Mapping[str, Any]) -> Sequence[str]:
    kinds = schema.get("type", [])
    return kinds if isinstance(kinds, list) else [kinds]


def _hour(number: int) -> dt.datetime:
    return FIRST_DAY + dt.timedelta(hours=number)


def _rfc3339(number: int, chance: random.Random) -> str:
    """A time as RFC 3339, section 5.6, allows it: any fraction, `Z` or an offset."""
    zone = chance.choice(
        [dt.UTC, dt.UTC, dt.timezone(dt.timedelta(hours=2)), dt.timezone(-dt.timedelta(hours=7, minutes=30))]
    )
    at = (_hour(number) + dt.timedelta(microseconds=chance.choice([0, 120_000, 123_456]))).astimezone(zone)
    text, fraction = at.isoformat(timespec="seconds").replace("+00:00", "Z"), f"{at.microsecond:06d}".rstrip("0")
    if fraction:  # with zeros behind it, as fixed columns have them
        text = f"{text[:19]}.{fraction.ljust(chance.randint(len(fraction), 8), '0')}{text[19:]}"
    return text


def _in_the_form_of(shown: str, at: dt.datetime) -> str:
    """``at`` with as many digits, and the zone written, as in ``shown``."""
    if len(shown) <= len("2024-01-01"):
        return at.date().isoformat()
    fraction = re.search(r"\.(\d+)", shown)
    text = at.strftime("%Y-%m-%dT%H:%M:%S" if "T" in shown else "%Y-%m-%d %H:%M:%S")
    text += f".{'0' * len(fraction[1])}" if fraction else ""
    zone = re.search(r"(Z|[+-]\d\d:?\d\d)$", shown)
    return text + ("" if zone is None else "Z" if zone[1] == "Z" else "+00:00" if ":" in zone[1] else "+0000")
