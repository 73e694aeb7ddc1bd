"""Personal values leave recordings here, and what looks like them comes in their place: everywhere the same."""

from __future__ import annotations

import base64
import re
from collections import Counter, defaultdict
from collections.abc import Iterable, Iterator
from typing import Any, NamedTuple, Protocol
from urllib.parse import urlsplit

from vcr.request import Request

from contract.recording.personal import Value, as_key, in_json, in_pairs, is_json, kind_of
from contract.recording.scrub import GZIP, REDACTED, unzipped
from contract.recording.spelling import Edit, Spelled, edited
from contract.recording.substitutes import EMAIL, WORD, Kind, Substitutes

SHORTEST_NUMBER = 7
"""Digits of a number that make it one to look for everywhere: a shorter one, such as a postcode, may be an id elsewhere."""

SHORTEST_WORD = 4
"""Letters that a word needs for it which is written in small letters or in capitals alone: a shorter one may be a code."""

BY_SHAPE = "e-mail addresses"
"""Where they do not stand under a name that tells them."""

_BASE64 = re.compile(r"[A-Za-z0-9+/_-]{8,}={0,2}")
_ORIGIN = re.compile(r"[A-Za-z][\w+.-]*://[^/?#]*")
_OF_THE_FILE = frozenset(
    {"version", "interactions", "request", "response", "method", "body", "headers", "status", "code", "message"}
    | {"string", "metadata", "records", "recorded_at", REDACTED}
)
"""Words of every cassette."""


class Anonymous:
    """Takes personal values out of recordings that belong together.

    A value is personal by the name under which it stands (in JSON, a form, a query), an e-mail address by its
    shape. What cannot be taken for something else is then looked for everywhere, in whatever way it is written: in
    other values, URLs, headers and cursors, also those in base64. Words that the API itself uses (its keys, hosts and
    paths) are replaced only under such names; no value of ``kept`` is.

    Args:
        keys: more names under which all values are personal.
        kept: values that stay, those of a config that is no secret.
    """

    def __init__(self, keys: Iterable[str] = (), kept: Iterable[str] = ()) -> None:
        self._keys = frozenset(map(as_key, keys))
        self._kept = frozenset(kept)
        self._substitutes = Substitutes()
        self._values: dict[str, str] = {}
        self._given: set[str] = set()
        self._names: dict[str, str] = {}
        self._words = set(_OF_THE_FILE)
        self._index: dict[str, list[_Sought]] = {}

    @property
    def counted(self) -> Counter[str]:
        """How many values are replaced, by the name under which they were found."""
        return Counter(self._names.values())

    # -- exchanges

    def learn(self, exchanges: Iterable[tuple[Request, dict[str, Any]]]) -> None:
        """Find the personal values of a recording: of all of it, before the first one is replaced."""
        learning = _Learning(self)
        for request, response in exchanges:
            asked = urlsplit(request.uri)
            self._words.update(WORD.findall(asked.netloc))
            # A word of a path that no answer has told before is the API's own.
            self._words.update(word for word in WORD.findall(asked.path) if word not in self._values)
            self._words.update(word for name in (*request.headers, *response["headers"]) for word in WORD.findall(name))
            way = _way(request)
            given = [each for values in response["headers"].values() for each in values]
            for text in (request.uri, *request.headers.values(), *given, response["status"]["message"] or ""):
                _edits(_text(text), learning)
            for body in (request.body, response["body"]["string"]):
                _edits(_text(_plain(body)), learning, way)
        self._index = self._sought()

    def replaced(self, request: Request, response: dict[str, Any]) -> tuple[Request, dict[str, Any]]:
        """An exchange without the values that were found; both are copies."""
        way = _way(request)
        headers = {name: self.rewritten(_text(value)) for name, value in request.headers.items()}
        sent = Request(request.method, self.rewritten(request.uri), self._body(request.body, way), headers)
        body = self._body(response["body"]["string"], way)
        answered = {
            name: [
                str(len(body)) if name.lower() == "content-length" else self.rewritten(_text(each)) for each in values
            ]
            for name, values in response["headers"].items()
        }
        status = {**response["status"], "message": self.rewritten(str(response["status"]["message"] or ""))}
        return sent, {**response, "status": status, "headers": answered, "body": {"string": body}}

    def _body(self, body: Any, way: tuple[str, ...]) -> Any:
        if not body or not isinstance(body, bytes | str):
            return body
        raw = self.rewritten(_text(body), way).encode("utf-8", "surrogateescape")
        return raw if isinstance(body, bytes) else raw.decode("utf-8", "surrogateescape")

    def unreachable(self, body: Any) -> bool:
        """Whether a body is compressed, and holds what would have to be replaced."""
        text = _text(_plain(body))
        return text != _text(body) and self.rewritten(text) != text

    def rewritten(self, text: str, way: tuple[str, ...] = ()) -> str:
        """``text`` with their substitutes in place of the values that were found; ``way`` are the names above it."""
        return edited(text, _edits(text, _Replacing(self), way))

    def left(self, text: str) -> bool:
        """Whether ``text`` still holds a value that should have been replaced, also in the midst of what is in base64."""
        bare = Spelled(text).bare
        inside = (each for word in _BASE64.finditer(bare) for each in _loosely(word[0]))
        return any(
            each[start:stop] not in self._given for each in (bare, *inside) for start, stop, _ in self.places(each)
        )

    # -- values

    def add(self, value: str, kind: Kind, name: str) -> None:
        """Remember a personal value that stands under ``name``."""
        if value in self._values or value in self._kept or REDACTED in value or not WORD.search(value):
            return
        origin = _ORIGIN.match(value)
        ahead = origin.end() if origin else 0
        made = value[:ahead] + self._substitutes.of(value[ahead:], Kind.EMAIL if EMAIL.fullmatch(value) else kind)
        self._values[value] = made
        self._given.add(made)
        self._names[value] = name

    def add_word(self, word: str) -> None:
        """Remember a word that the API itself uses."""
        self._words.add(word)

    def named(self, value: Value, plain: str) -> tuple[str, Kind] | None:
        """By which name a value is personal, and what it is; a number stays one, also where it is a year."""
        found = kind_of(value, self._keys)
        if not found or not value.number:
            return found
        if "e" in plain.lower():  # nobody writes what is personal as 1e16
            return None
        return found[0], Kind.DATE if found[1] is Kind.DATE and re.fullmatch("[12][0-9]{3}", plain) else Kind.DIGITS

    def substitute(self, value: str) -> str | None:
        """What stands for a value; None where it stays."""
        return self._values.get(value)

    def places(self, bare: str) -> Iterator[Edit]:
        """Where the values that were found stand in a text, the longest ones first, and what comes there."""
        end = 0
        for word in WORD.finditer(bare) if self._index else ():
            for sought in self._index.get(word[0], ()):
                start = word.start() - sought.ahead
                stop = start + len(sought.value)
                if start >= end and bare.startswith(sought.value, start) and _alone(bare, start, stop):
                    yield start, stop, sought.substitute
                    end = stop
                    break

    def _sought(self) -> dict[str, list[_Sought]]:
        index: defaultdict[str, list[_Sought]] = defaultdict(list)
        for value, substitute in self._values.items():
            if _tells(value) and value not in self._words and value != substitute:
                for old, new in _variants(value, substitute):
                    word = WORD.search(old)
                    assert word, "a value has a word"
                    index[word[0]].append(_Sought(old, new, word.start()))
        return {word: sorted(sought, key=lambda each: len(each.value), reverse=True) for word, sought in index.items()}


class _Sought(NamedTuple):
    """A value to look for, what comes in its place, and how many characters stand in it before its first word."""

    value: str
    substitute: str
    ahead: int


class _Reader(Protocol):
    """What is done with the parts of a text."""

    def whole(self, value: Value, part: str) -> str | None:
        """With a value that has a name, as it is written; what comes in its place, or None where it is looked through."""

    def plain(self, bare: str) -> Iterable[Edit]:
        """With a text."""


class _Learning:
    """Finds values; nothing is edited."""

    def __init__(self, anonymous: Anonymous) -> None:
        self._anonymous = anonymous

    def whole(self, value: Value, part: str) -> None:
        """A personal value is remembered, and so is a key."""
        if value.is_name and WORD.fullmatch(part):
            self._anonymous.add_word(part)
        bare = Spelled(part).bare
        if found := self._anonymous.named(value, bare):
            self._anonymous.add(_meant(bare, value, found[1]), found[1], found[0])

    def plain(self, bare: str) -> Iterable[Edit]:
        """E-mail addresses are remembered, but not `user@host` of a URL."""
        for found in EMAIL.finditer(bare) if "@" in bare else ():
            if bare[found.start() - 3 : found.start()] != "://":
                self._anonymous.add(found[0], Kind.EMAIL, BY_SHAPE)
        return ()


class _Replacing:
    """Replaces the values that were found."""

    def __init__(self, anonymous: Anonymous) -> None:
        self._anonymous = anonymous

    def whole(self, value: Value, part: str) -> str | None:
        """A personal value goes as a whole."""
        spelled = Spelled(part)
        found = self._anonymous.named(value, spelled.bare)
        if found is None:
            return None
        plain = _meant(spelled.bare, value, found[1])
        new = self._anonymous.substitute(plain)
        if new is None or new == plain:
            return None
        new = new if plain == spelled.bare else new.replace(" ", "+")
        return edited(part, [spelled.edit(0, len(spelled.bare), new)])

    def plain(self, bare: str) -> Iterable[Edit]:
        """The values that stand in it go."""
        return self._anonymous.places(bare)


def _edits(text: str, reader: _Reader, way: tuple[str, ...] = ()) -> list[Edit]:
    """What becomes of a text: of the values in it that have names, of what is in base64, of the rest."""
    if is_json(text):
        return [edit for value in in_json(text, way) for edit in _of_value(text, value, reader)]
    spelled = Spelled(text)
    if spelled.bare != text and is_json(spelled.bare):
        return [spelled.edit(*edit) for edit in _edits(spelled.bare, reader, way)]
    edits = [edit for value in in_pairs(text) for edit in _of_value(text, value, reader)]
    end = 0
    places = [*reader.plain(spelled.bare), *_in_base64(spelled.bare, reader)]
    for start, stop, new in sorted(places, key=lambda place: (place[0], -place[1])):
        edit = spelled.edit(start, stop, new)
        if start >= end and not any(edit[0] < out and edit[1] > into for into, out, _ in edits):
            edits.append(edit)
            end = stop
    return edits


def _of_value(text: str, value: Value, reader: _Reader, *, number: bool = False, named: bool = False) -> Iterator[Edit]:
    part = text[value.start : value.end]
    new = reader.whole(value, part)
    if new is not None:
        yield value.start, value.end, new
    # The rest of a form or a URL is looked through as it stands.
    elif not number and (not named or is_json(Spelled(part).bare)):
        yield from ((value.start + start, value.start + end, new) for start, end, new in _edits(part, reader))


def _in_base64(bare: str, reader: _Reader) -> Iterator[Edit]:
    for start, word, plain in _decoded(bare):
        edits = _edits(plain, reader)
        if edits:
            yield start, start + len(word), _encoded(edited(plain, edits), word)


def _meant(bare: str, value: Value, kind: Kind) -> str:
    """A value as it was before it came into a form or a query, where + may stand for a space."""
    return bare.replace("+", " ") if value.in_form and kind in (Kind.TEXT, Kind.DATE) else bare


def _tells(value: str) -> bool:
    """Whether a value can hardly be anything else, wherever it stands."""
    letters = sum(sign.isalpha() for sign in value)
    if not letters:
        return sum(sign.isdigit() for sign in value) >= SHORTEST_NUMBER and not re.match(r"\d{4}-\d\d-\d\d", value)
    like_a_code = value.isascii() and (value == value.lower() or value == value.upper())
    return letters >= (SHORTEST_WORD if like_a_code else 2)


def _variants(value: str, substitute: str) -> Iterator[tuple[str, str]]:
    """How else a value may stand somewhere: with + for spaces, as in forms, and a number without its punctuation."""
    yield value, substitute
    if " " in value:
        yield value.replace(" ", "+"), substitute.replace(" ", "+")
    digits = "".join(filter(str.isdigit, value))
    if len(digits) >= SHORTEST_NUMBER and digits != value and not any(map(str.isalpha, value)):
        yield digits, "".join(filter(str.isdigit, substitute))


def _alone(text: str, start: int, stop: int) -> bool:
    """Whether it does not go on with letters or digits on either side."""
    before = text[start - 1 : start] if text[start].isalnum() else ""
    behind = text[stop : stop + 1] if text[stop - 1].isalnum() else ""
    return not before.isalnum() and not behind.isalnum()


def _way(request: Request) -> tuple[str, ...]:
    """The names above the body of an exchange: those of the path, which may tell whom it is about."""
    return tuple(filter(None, urlsplit(request.uri).path.split("/")))


def _plain(body: Any) -> Any:
    return unzipped(body) if isinstance(body, bytes) and body.startswith(GZIP) else body


def _text(value: Any) -> str:
    return value.decode("utf-8", "surrogateescape") if isinstance(value, bytes) else str(value or "")


# -- base64


def _decoded(bare: str) -> Iterator[tuple[int, str, str]]:
    """Where in a text something is text in base64 (RFC 4648, sections 4 and 5): where it begins, how it is written, and what it is."""
    for found in _BASE64.finditer(bare):
        parts = [(found.start(), found[0])]
        if "/" in found[0]:  # which may as well part a path
            parts += [(found.start() + each.start(), each[0]) for each in re.finditer(r"[^/]{8,}", found[0])]
        for start, word in parts:
            plain = _from_base64(word)
            if plain is not None:
                yield start, word, plain
                break


def _from_base64(word: str) -> str | None:
    raw = _octets(word.rstrip("="))
    if raw is None:
        return None
    try:
        plain = raw.decode()
    except UnicodeDecodeError:
        return None
    readable = all(sign.isprintable() or sign in "\t\r\n" for sign in plain)
    return plain if readable and _encoded(plain, word) == word else None


def _octets(word: str) -> bytes | None:
    if len(word) % 4 == 1:
        return None
    return base64.urlsafe_b64decode(word.replace("+", "-").replace("/", "_") + "==")


def _encoded(plain: str, like: str) -> str:
    """``plain`` in base64, of the alphabet and with the padding that another one has."""
    classic = "+" in like or "/" in like
    encode = base64.b64encode if classic else base64.urlsafe_b64encode
    word = encode(plain.encode("utf-8", "surrogateescape")).decode()
    padded = len(like) % 4 == 0  # where both ways are alike, the one that everybody reads
    return word if padded else word.rstrip("=")


def _loosely(word: str) -> Iterator[str]:
    """What base64 may hold that begins before ``word``, or is not text alone."""
    for ahead in range(4):
        part = word[ahead:].rstrip("=")
        raw = _octets(part[: len(part) - (len(part) % 4 == 1)])
        yield (raw or b"").decode("utf-8", "replace")
