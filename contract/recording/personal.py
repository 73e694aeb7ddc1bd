"""Which values of an exchange are personal: by the names under which they stand, in JSON, in forms and in URLs."""

from __future__ import annotations

import json
import re
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from functools import lru_cache

from contract.recording.substitutes import Kind

_PEOPLE = (
    "account_?holder|assignee|attendee|author|beneficiary|buyer|candidate|card_?holder|client|coach|colleague|contact|creator|customer"
    "|donor|driver|employee|guardian|guest|lead|manager|member|owner|parent|participant|passenger|patient|payee|payer|person|people"
    "|player|profile|recipient|reporter|seller|sender|signer|student|subscriber|supervisor|teacher|tenant|user|visitor|volunteer|worker"
)
_NUMBER = "(?:_?(?:number|no))?"
_NUMBERS = (
    rf"(?:(?:tele|cell|(?:mobile|home|work)_?)?phone|mobile|(?:tele)?fax|tel|whatsapp|msisdn|ssn|social_?security){_NUMBER}s?"
    "|phone_(?:home|work|mobile)"
)
_NAMES = (
    "(?:first|last|given|family|middle|full|maiden|birth|legal|preferred|real)_?names?|(?:sur|fore)name"
    rf"|(?:{_PEOPLE})s?_?(?:full_?)?name"
)
_ADDRESS = (
    r"street|addr|address(?:es)?|address_?(?:line)?_?\d|line_?[123]|(?:street|house)_?(?:address|name|number|no)"
    "|city|town|village|suburb|zip|(?:zip|post|postal)_?code|postal"
)
_PAPERS = rf"(?:passport|driver_?s?_?licen[sc]e|bank_?account){_NUMBER}|national_?id"
_BIRTH = "birth_?da(?:y|te)|date_?of_?birth|dob|born(?:_?on)?|birth_?year|year_?of_?birth"
_KINDS = (
    (Kind.EMAIL, "e_?mail(?:_?address(?:es)?)?s?"),
    (Kind.DIGITS, _NUMBERS),
    (Kind.DATE, _BIRTH),
    (Kind.IBAN, "iban"),
    (Kind.IP, r"(?:client_?|remote_?|last_?)?ip(?:_?v[46])?(?:_?addr(?:ess)?(?:es)?)?|remote_?addr"),
    (Kind.TEXT, f"{_NAMES}|{_ADDRESS}|{_PAPERS}"),
)
_BY_NAME = tuple((kind, re.compile(rf"(?:^|_)(?:{names})$")) for kind, names in _KINDS)
_PERSON = re.compile(rf"(?:^|_)(?:{_PEOPLE})s?(?:_by)?$|(?:^|_)(?:created|updated|assigned|invited)_by$")
_NO_LOGIN = re.compile(r"(?:^|_)user_?name$")
"""What somebody logs in with is an id more often than not: for `keys`."""

_OF_PERSON = frozenset({"name", "display_name", "formatted_name"})
"""Names that are personal where it is a person that has them."""

_INSIDE = frozenset({"value", "values", "number", "numbers", "formatted", "full", "raw", "text", "name", "original"})
"""Keys of a personal value that is an object; the others tell of which sort it is."""

_PARTS = frozenset({"first", "last", "given", "family", "middle", "full", "formatted"})
"""Keys of a name that is an object, which only a person's is."""

_AROUND = frozenset({
    "data", "results", "result", "items", "records", "rows", "values", "list", "edges", "node", "nodes", "attributes", "properties",
    "fields", "content", "entries", "response", "body", "variables", "input", "search", "query",
})  # fmt: skip
"""Keys that say nothing of what they hold."""


@dataclass(frozen=True)
class Value:
    """A value in a text, from ``start`` to ``end`` as it is written there, quotes left out.

    ``way`` are the names above it. ``beside`` are the names that stand with it. ``number``: it is one in JSON. ``is_name``: it is a key of an object.
    ``in_form``: it is one in a form or a query.
    """

    start: int
    end: int
    way: tuple[str, ...] = ()
    beside: Sequence[str] = ()
    number: bool = False
    is_name: bool = False
    in_form: bool = False


def kind_of(value: Value, keys: Iterable[str] = ()) -> tuple[str, Kind] | None:
    """The name by which a value is personal, and what it then is; None where it is not. ``keys`` are names that are, too."""
    if value.is_name or not value.way:
        return None
    way = tuple(map(_snake, value.way))
    if named := next((name for name in reversed(way) if name in keys), None):
        return named, Kind.TEXT
    name = way[-1]
    above = next((each for each in reversed(way[:-1]) if each not in _AROUND), "")
    if kind := _kind(name):
        return name, kind
    if name in _OF_PERSON and (_PERSON.search(above) or any(_tells_person(_snake(each)) for each in value.beside)):
        return name, Kind.TEXT
    around = way[-2] if len(way) > 1 else ""
    kind = _kind(around) if name in _INSIDE else Kind.TEXT if name in _PARTS and around in _OF_PERSON else None
    return (f"{around}.{name}", kind) if kind else None


def as_key(name: str) -> str:
    """A name as it is compared: firstName is first_name."""
    return _snake(name)


@lru_cache(maxsize=4096)
def _kind(name: str) -> Kind | None:
    if _NO_LOGIN.search(name):
        return None
    return next((kind for kind, pattern in _BY_NAME if pattern.search(name)), None)


def _tells_person(name: str) -> bool:
    kind = _kind(name)
    return kind in (Kind.EMAIL, Kind.DIGITS, Kind.DATE) or (kind is Kind.TEXT and "name" in name)


@lru_cache(maxsize=4096)
def _snake(name: str) -> str:
    return re.sub(r"[^0-9a-z]+", "_", re.sub(r"(?<=[a-z0-9])(?=[A-Z])", "_", name).lower()).strip("_")


# -- where values stand

_TOKEN = re.compile(
    r'"(?P<text>(?:[^"\\]|\\.)*+)"|(?P<number>-?\d[\d.eE+-]*)|(?P<sign>[{}\[\],])|(?:true|false|null|:|\s+)', re.DOTALL
)
_PAIR = re.compile(r"(?:^|[?&;])(?P<name>[^=&?;#\s\"'<>]{1,100})=(?P<value>[^&#\s\"'<>]*)")


def is_json(text: str) -> bool:
    """Whether a text is an object or a list in JSON, or several of them, one a line."""
    if text.lstrip()[:1] not in ("{", "["):
        return False
    return _is_object(text) or ("\n" in text and all(_is_object(line) for line in text.splitlines() if line.strip()))


def _is_object(text: str) -> bool:
    try:
        return isinstance(json.loads(text), dict | list)
    except (ValueError, RecursionError):
        return False


def in_json(text: str, way: Sequence[str] = ()) -> Iterator[Value]:
    """Every text, number and key of JSON, with the names above it, those of ``way`` first."""
    found: list[tuple[int, int, tuple[str, ...], list[str], bool, bool]] = []
    names: list[list[str]] = [[]]
    ways: list[tuple[str, ...]] = [tuple(way)]
    objects: list[bool] = [False]
    keys: list[str | None] = [None]
    for token in _TOKEN.finditer(text):
        key = keys[-1]
        here = ways[-1] if key is None else (*ways[-1], key)
        match token["sign"]:
            case "{" | "[":
                ways.append(here)
                objects.append(token["sign"] == "{")
                names.append([])
                keys.append(None)
            case "}" | "]":
                for each in (ways, objects, names, keys):
                    each.pop()
            case ",":
                keys[-1] = None
        if token["text"] is not None and objects[-1] and key is None:
            name = keys[-1] = _read(token["text"])
            names[-1].append(name)
            found.append((*token.span("text"), ways[-1], names[-1], False, True))
        elif token.lastgroup in ("text", "number"):
            found.append((*token.span(token.lastgroup), here, names[-1], token.lastgroup == "number", False))
    for start, end, here, beside, number, is_name in found:
        yield Value(start, end, here, beside, number, is_name)


def in_pairs(text: str) -> Iterator[Value]:
    """Every value of a form, or of the query of a URL in a text."""
    for found in _PAIR.finditer(text):
        yield Value(
            *found.span("value"), (found["name"].rpartition("[")[2].rstrip("]") or found["name"],), in_form=True
        )


def _read(text: str) -> str:
    try:
        return str(json.loads(f'"{text}"', strict=False))
    except ValueError:
        return text
