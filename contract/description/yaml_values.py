"""YAML text as plain values, with the line of every key; what cannot be one is named, not raised.

Only what JSON can say is let through: text, numbers, booleans, null, lists, and mappings whose keys are text.
Dates stay text, because in an example record or a JSON Schema they are.
"""

from __future__ import annotations

import math
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass, field
from typing import Any

import yaml

Keys = tuple[str | int, ...]
"""The way to a value: keys of mappings, and numbers of list items from 0."""

MOST_VALUES = 50_000
"""Values that a file may come to once its aliases are expanded: a few lines of aliases can come to billions."""

DEEPEST = 64
"""How deep values may be nested: beyond this it is an accident, and Python's own limit is near."""

LONGEST_INTEGER = 1024
"""Bits of an integer: more cannot be written down again as text by every Python."""

_TAG = "tag:yaml.org,2002:"
_MERGE = f"{_TAG}merge"
_TEXT = {f"{_TAG}str", f"{_TAG}timestamp", f"{_TAG}value"}
_PLAIN = {f"{_TAG}null", f"{_TAG}bool", f"{_TAG}int", f"{_TAG}float"}

_REMEDIES = {
    "mapping values are not allowed here": (
        "a value that holds `: ` needs quotes, and keys of one mapping start in one column"
    ),
    "found character '\\t' that cannot start any token": "indent with spaces, not with tabs",
    "expected <block end>": "keys of one mapping, or items of one list, must start in the same column",
    "could not find expected ':'": "a key needs a colon and a space behind it",
    "found unexpected end of stream": "a quote or a bracket is not closed",
    "but found another document": "one file holds one contract: take out the line `---`",
    "that cannot start any token": "put the value in quotes",
    "found undefined alias": "an anchor (`&name`) must stand above its alias (`*name`)",
    "special characters are not allowed": "take the control character out",
}
"""What to do about what PyYAML says, by a part of it."""


@dataclass(frozen=True)
class Problem:
    """One thing that is wrong with the file, and where."""

    line: int
    keys: Keys
    text: str


@dataclass
class Values:
    """What a file says: the value, the line of every key and item, scalars as they are written, and the problems."""

    value: Any = None
    lines: dict[Keys, int] = field(default_factory=dict)
    written: dict[Keys, str] = field(default_factory=dict)
    problems: list[Problem] = field(default_factory=list)


class NotYamlError(ValueError):
    """The text is not YAML; ``line`` says where it stops being it."""

    def __init__(self, line: int, text: str) -> None:
        super().__init__(text)
        self.line = line


def parse(text: str) -> Values:
    """Read ``text``. An empty text is the value None.

    Raises:
        NotYamlError: it is not YAML, or is nested or multiplied beyond reason.
    """
    try:
        loader = yaml.SafeLoader(text)
        try:
            root = loader.get_single_node()
            reader = _Reader(loader)
            if root is not None:
                reader.values.value = reader.read(root, ())
            return reader.values
        finally:
            loader.dispose()
    except yaml.MarkedYAMLError as error:
        mark = error.problem_mark or error.context_mark
        said = " ".join(part for part in (error.context, error.problem) if part)
        raise NotYamlError(mark.line + 1 if mark else 1, _with_remedy(said)) from error
    except yaml.reader.ReaderError as error:
        line = text.count("\n", 0, int(error.position)) + 1
        raise NotYamlError(line, _with_remedy(f"character U+{_code(error.character):04X}: {error.reason}")) from error
    except RecursionError as error:
        raise NotYamlError(1, f"values are nested too deeply; {DEEPEST} levels are the most") from error
    except (ValueError, OverflowError) as error:
        if isinstance(error, NotYamlError):
            raise
        # PyYAML lets Python's own errors through, for instance for "\U99999999".
        raise NotYamlError(1, f"a value cannot be read ({error}); put it in single quotes") from error


def _code(character: Any) -> int:
    return character if isinstance(character, int) else ord(character)


def _with_remedy(said: str) -> str:
    remedy = next((remedy for part, remedy in _REMEDIES.items() if part in said), None)
    return f"{said}; {remedy}" if remedy else said


class _Reader:
    """Walks the nodes that PyYAML composed."""

    def __init__(self, loader: yaml.SafeLoader) -> None:
        self.values = Values()
        self._loader = loader
        self._left = MOST_VALUES
        self._entered: set[int] = set()

    def read(self, node: yaml.Node, keys: Keys) -> Any:
        """The value of ``node``, which stands at ``keys``."""
        line = node.start_mark.line + 1
        self.values.lines.setdefault(keys, line)
        self._count(line)
        if len(keys) > DEEPEST:
            raise NotYamlError(line, f"values are nested too deeply; {DEEPEST} levels are the most")
        if isinstance(node, yaml.ScalarNode):
            return self._scalar(node, keys)
        if node.tag not in (f"{_TAG}map", f"{_TAG}seq"):
            return self._foreign(node, keys)
        with self._inside(node):
            if not isinstance(node, yaml.MappingNode):
                return [self.read(item, (*keys, number)) for number, item in enumerate(node.value)]
            entries = self._entries(node, keys)
            for key, (key_line, _) in entries.items():
                self.values.lines[*keys, key] = key_line
            return {key: self.read(value, (*keys, key)) for key, (_, value) in entries.items()}

    def _scalar(self, node: yaml.ScalarNode, keys: Keys) -> Any:
        line = node.start_mark.line + 1
        if node.tag in _TEXT:
            return self._text(node, keys)
        if node.tag not in _PLAIN:
            return self._foreign(node, keys)
        try:
            value = self._loader.construct_object(node)
        except (ValueError, KeyError, yaml.YAMLError):
            self._problem(line, keys, f"`{node.value}` is no {node.tag.removeprefix(_TAG)}; text needs quotes here")
            return None
        if isinstance(value, float) and not math.isfinite(value):
            self._problem(line, keys, f"`{node.value}` is no number that JSON can say; text needs quotes here")
            return None
        if isinstance(value, int) and value.bit_length() > LONGEST_INTEGER:
            self._problem(line, keys, "the number is too long; text needs quotes here")
            return None
        if node.style is None:
            self.values.written[keys] = node.value
        return value

    def _foreign(self, node: yaml.Node, keys: Keys) -> None:
        said = f"the tag `{node.tag.replace(_TAG, '!!')}` is not understood"
        self._problem(node.start_mark.line + 1, keys, f"{said}; write plain text, numbers, lists and mappings")

    def _text(self, node: yaml.ScalarNode, keys: Keys) -> str:
        try:
            # JSON writes characters beyond U+FFFF as two escapes; PyYAML leaves them apart.
            return str(node.value).encode("utf-16", "surrogatepass").decode("utf-16")
        except UnicodeDecodeError:
            line = node.start_mark.line + 1
            self._problem(
                line, keys, "the text holds half of a character (a lone surrogate); write the whole character"
            )
            return ""

    def _entries(self, node: yaml.MappingNode, keys: Keys) -> dict[str, tuple[int, yaml.Node]]:
        """The pairs of a mapping; what is merged with `<<` gives way to its own."""
        own: dict[str, tuple[int, yaml.Node]] = {}
        merged: dict[str, tuple[int, yaml.Node]] = {}
        for key_node, value in node.value:
            line = key_node.start_mark.line + 1
            self._count(line)
            if key_node.tag == _MERGE:
                merged = {**self._merged(value, keys), **merged}
                continue
            key = self._key(key_node, keys)
            if key is None:
                continue
            if key in own:
                self._problem(line, (*keys, key), f"the key is here twice (line {own[key][0]}, too); take one out")
            else:
                own[key] = (line, value)
        return {**merged, **own}

    def _merged(self, value: yaml.Node, keys: Keys) -> dict[str, tuple[int, yaml.Node]]:
        found: dict[str, tuple[int, yaml.Node]] = {}
        for each in value.value if isinstance(value, yaml.SequenceNode) else [value]:
            if not isinstance(each, yaml.MappingNode):
                said = "`<<` takes in mappings only; give it an alias of a mapping, or a list of them"
                self._problem(value.start_mark.line + 1, (*keys, "<<"), said)
                continue
            with self._inside(each):
                found = {**self._entries(each, keys), **found}
        return found

    def _key(self, node: yaml.Node, keys: Keys) -> str | None:
        line = node.start_mark.line + 1
        if not isinstance(node, yaml.ScalarNode):
            self._problem(line, keys, "a list or mapping stands where a key should be; a key is text")
            return None
        if node.tag not in _TEXT:
            what = {"bool": "a boolean (yes, no, on and off are booleans in YAML 1.1)", "null": "null"}
            read = what.get(node.tag.removeprefix(_TAG), "a number")
            self._problem(line, keys, f"YAML reads the key `{node.value}` as {read}; put it in quotes")
            return None
        return self._text(node, keys)

    def _count(self, line: int) -> None:
        self._left -= 1
        if self._left < 0:
            said = f"the file comes to more than {MOST_VALUES} values; use fewer aliases, or write less"
            raise NotYamlError(line, said)

    @contextmanager
    def _inside(self, node: yaml.Node) -> Iterator[None]:
        if id(node) in self._entered:
            said = "an alias stands inside what it is an alias of; write the value out"
            raise NotYamlError(node.start_mark.line + 1, said)
        self._entered.add(id(node))
        yield
        self._entered.discard(id(node))

    def _problem(self, line: int, keys: Keys, text: str) -> None:
        problem = Problem(line, keys, text)
        if problem not in self.values.problems:  # what is merged is read once for every place that merges it
            self.values.problems.append(problem)


def line_of(lines: Mapping[Keys, int], keys: Keys) -> int:
    """The line of ``keys``, or of the nearest thing around it that stands in the file."""
    while keys and keys not in lines:
        keys = keys[:-1]
    return lines.get(keys, 1)
