"""A text and what it spells: which characters are URL-encoded, escaped or entities, so that a part can be written anew the same way.

`contract.recording.disguise` asks whether a text holds a few secrets, in whatever way. Here there may be many thousand
values, and what stands in their place has to be read as they were.
"""

from __future__ import annotations

import html
import re
from array import array
from bisect import bisect_right
from collections.abc import Iterable, Iterator, Sequence

Edit = tuple[int, int, str]
"""A part of a text, from where to where, and what stands there then."""

_SPELLED = re.compile(
    r"(?P<octets>(?:%(?:25){0,8}[0-9A-Fa-f]{2})+)"
    r"|(?P<pair>\\{1,16}+u[dD][89abAB][0-9a-fA-F]{2}\\{1,16}+u[dD][c-fC-F][0-9a-fA-F]{2})"
    r"|\\{1,16}+(?:u(?P<unit>[0-9a-fA-F]{4})|x(?P<octet>[0-9a-fA-F]{2})|(?P<sign>[\"'/])|(?P<space>[nrtbf]))"
    r"|(?P<slash>\\\\)"
    r"|(?P<entity>&(?:amp;){0,8}(?:#\d{1,7};|#[xX][0-9a-fA-F]{1,6};|quot;|apos;|lt;|gt;|amp;))"
)
"""Percent-encoding (RFC 3986, section 2.1), escapes of JSON and of most languages, entities of HTML; nested ones, too. Bounded, or
a long run of backslashes takes quadratic time."""

_OCTET = re.compile(r"%(?:25)*([0-9A-Fa-f]{2})")


class Spelled:
    """A text as it is written, and ``bare``: what it spells."""

    def __init__(self, text: str) -> None:
        self._text = text
        self.bare = text
        self._starts: Sequence[int] | None = None
        if "%" in text or "\\" in text or "&" in text:
            self._read()

    def _read(self) -> None:
        signs: list[str] = []
        starts = array("q")
        at = 0
        for found in _SPELLED.finditer(self._text):
            signs.append(self._text[at : found.start()])
            starts.extend(range(at, found.start()))
            place = found.start()
            for sign, size in _read(found):
                signs.append(sign)
                starts.append(place)
                place += size
            at = found.end()
        if at:
            signs.append(self._text[at:])
            starts.extend(range(at, len(self._text) + 1))
            self.bare, self._starts = "".join(signs), starts

    def at(self, place: int) -> int:
        """Where in the text a character of ``bare`` is written."""
        return place if self._starts is None else self._starts[place]

    def bare_at(self, place: int) -> int:
        """Which character of ``bare`` is written at a place of the text."""
        return place if self._starts is None else bisect_right(self._starts, place) - 1

    def edit(self, start: int, end: int, new: str) -> Edit:
        """How ``bare[start:end]`` becomes ``new``: written as what stood there."""
        if self._starts is None:
            return start, end, new
        old = self.bare[start:end]
        pieces = [self._text[self.at(each) : self.at(each + 1)] for each in range(start, end)]
        own = dict(zip(old, pieces, strict=True))
        alike = dict(zip(map(_class, old), pieces, strict=True))
        written = "".join(own.get(sign) or _written(sign, alike.get(_class(sign), sign)) for sign in new)
        return self.at(start), self.at(end), written


def edited(text: str, edits: Iterable[Edit]) -> str:
    """``text`` after ``edits``, none of which overlaps another one."""
    parts, at = [], 0
    for start, end, new in sorted(edits):
        parts += [text[at:start], new]
        at = end
    return "".join((*parts, text[at:]))


def _read(found: re.Match[str]) -> Iterator[tuple[str, int]]:
    """The characters of a match, and how long each is written."""
    match found.lastgroup:
        case "octets":
            pieces = [(int(each[1], 16), len(each[0])) for each in _OCTET.finditer(found[0])]
            at = 0
            for sign in bytes(octet for octet, _ in pieces).decode("utf-8", "surrogateescape"):
                size = len(sign.encode("utf-8", "surrogateescape"))
                yield sign, sum(length for _, length in pieces[at : at + size])
                at += size
        case "pair":
            high, low = re.findall(r"u([0-9a-fA-F]{4})", found[0])
            yield bytes.fromhex(high + low).decode("utf-16-be"), len(found[0])
        case "entity":
            plain = html.unescape("&" + re.sub(r"^&(?:amp;)*(?=[^;]+;$)", "", found[0]))
            yield plain[:1] or " ", len(found[0])
        case "space":
            yield " ", len(found[0])
        case "slash":
            yield "\\", len(found[0])
        case "unit" | "octet":
            yield chr(int(found[found.lastgroup], 16)), len(found[0])
        case _:
            yield found["sign"], len(found[0])


def _class(sign: str) -> str:
    return "plain" if sign.isascii() and sign.isalnum() else "ascii" if sign.isascii() else "other"


def _written(sign: str, like: str) -> str:
    """A character in the spelling of ``like``."""
    if found := _OCTET.match(like):
        ahead = found[0][:-2]
        small = like != like.upper()
        octets = (f"{octet:02x}" if small else f"{octet:02X}" for octet in sign.encode("utf-8", "surrogateescape"))
        return "".join(f"{ahead}{octet}" for octet in octets)
    if found := re.match(r"(\\+)u", like):
        units = sign.encode("utf-16-be", "surrogatepass").hex()
        return "".join(f"{found[0]}{units[at : at + 4]}" for at in range(0, len(units), 4))
    if (found := re.match(r"\\+x", like)) and ord(sign) < 0x100:
        return f"{found[0]}{ord(sign):02x}"
    if found := re.match(r"(&(?:amp;)*#)([xX]?)", like):
        return f"{found[0]}{ord(sign):x};" if found[2] else f"{found[0]}{ord(sign)};"
    return sign
