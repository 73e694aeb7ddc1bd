"""A secret in whatever way a text writes it: each character plain, URL-encoded, escaped or as an entity, or all of it in base64.

`contract.subject.leaks` knows the spellings that programs usually make, and is quick. What goes to the disk is looked at
more closely: encodings may stand inside each other, and be mixed.
"""

from __future__ import annotations

import html
import re
from collections.abc import Callable, Iterable
from functools import lru_cache
from html.entities import html5
from itertools import groupby
from operator import itemgetter
from string import ascii_letters, digits
from urllib.parse import unquote

from contract.subject.leaks import SHORTEST, without_longer, written_in_base64

MOST_WAYS = 40
"""Ways in which encodings that stand inside each other are taken off."""

_PERCENT = re.compile(r"%[0-9a-fA-F]{2}(?:%[0-9a-fA-F]{2})*")
_ESCAPE = re.compile(r"\\(?:u[0-9a-fA-F]{4}|x[0-9a-fA-F]{2}|[\"'/\\])")
_OLD = "|".join(
    f"{first}(?:{'|'.join(name[1:] for name in names)})"
    for first, names in groupby(sorted(name for name in html5 if not name.endswith(";")), itemgetter(0))
)
"""Names of entities that need no semicolon, as `&copy2026` (HTML, section 13.2.5.73)."""

_ENTITY = re.compile(
    rf"&(?:#[0-9]+;?|#[xX][0-9a-fA-F]+;?|(?=[A-Za-z][A-Za-z0-9]{{1,31}};|{_OLD})[^\t\n\f <&#;]{{1,32}};?)"
)
_SURROGATE = re.compile(r"[\ud800-\udfff]")
_SURROGATES = re.compile(r"[\ud800-\udbff][\udc00-\udfff]")
_NAMED = {'"': "&quot;", "'": "&apos;", "&": "&amp;", "<": "&lt;", ">": "&gt;"}


def bare(text: str, characters: frozenset[str] | None = None) -> list[str]:
    """``text``, and what is left of it when encodings are taken off, in whatever order.

    Where only certain ``characters`` are looked for, an encoding behind which none of them stands is left on: what is
    looked for is not in it.
    """
    found = {text: None}
    todo = [text]
    while todo and len(found) < MOST_WAYS:
        one = todo.pop(0)
        for pattern, plain in ENCODINGS:
            if _hides(one, pattern, plain, characters):
                fresh = plain(one)
                if fresh not in found:
                    found[fresh] = None
                    todo.append(fresh)
    return list(found)


def _hides(text: str, pattern: re.Pattern[str], plain: Callable[[str], str], characters: frozenset[str] | None) -> bool:
    """Whether one of ``characters`` stands behind an encoding in ``text``; or nothing does, so that its neighbours meet."""
    for written in set(pattern.findall(text)):
        behind = plain(written)
        if characters is None or not behind or not characters.isdisjoint(behind) or _SURROGATE.search(behind):
            return True
    return False


def _unquoted(text: str) -> str:
    return unquote(text, errors="surrogateescape")


def _unescaped(text: str) -> str:
    return _SURROGATES.sub(_joined, _ESCAPE.sub(_character, text))


ENCODINGS: tuple[tuple[re.Pattern[str], Callable[[str], str]], ...] = (
    (_PERCENT, _unquoted),
    (_ESCAPE, _unescaped),
    (_ENTITY, html.unescape),
)
"""How one is written, without groups, and how it is taken off. Each begins with a character of its own, which makes looking
for it quick."""

_WRITES = frozenset(f"{ascii_letters}{digits}%\\&#;")
"""What encodings are written with: where one of these stands behind an encoding, there may be another one."""


def held(text: str, secrets: Iterable[str]) -> list[str]:
    """What ``text`` holds of ``secrets``: themselves, or what they are in base64."""
    wanted, signs, characters = _looked_for(tuple(secrets))
    layers = "\0".join(bare(text, characters))
    if not any(sign in layers for sign in signs):
        return []
    return [each for each in wanted if each in layers]


@lru_cache(maxsize=64)
def _looked_for(secrets: tuple[str, ...]) -> tuple[tuple[str, ...], tuple[str, ...], frozenset[str]]:
    """What to look for, those in it without which there is none, and the characters that tell whether an encoding can hide any."""
    wanted = tuple(dict.fromkeys(each for secret in secrets for each in _core(secret)))
    signs = tuple(dict.fromkeys(each for secret in secrets for each in _signs(secret)))
    return wanted, signs, _WRITES.union(*wanted)


def masked(text: str, secrets: Iterable[str], mask: str) -> str:
    """``text`` with ``mask`` in place of every one of ``secrets``."""
    for each in sorted(held(text, secrets), key=len, reverse=True):
        text = _pattern(each).sub(lambda _: mask, text)
    return text


@lru_cache(maxsize=4096)
def _core(secret: str) -> tuple[str, ...]:
    """What to look for in a text without encodings."""
    if len(secret) < SHORTEST:
        return ()
    own = dict.fromkeys([*bare(secret), _mistaken(secret), secret.replace(" ", "+")])
    return tuple(dict.fromkeys([*(each for each in own if len(each) >= SHORTEST), *written_in_base64(secret)]))


@lru_cache(maxsize=4096)
def _signs(secret: str) -> tuple[str, ...]:
    return without_longer(_core(secret))


@lru_cache(maxsize=4096)
def _pattern(text: str) -> re.Pattern[str]:
    return re.compile("".join(map(_written, text)))


def _written(character: str) -> str:
    """Every way to write one character."""
    ways = [re.escape(character)]
    raw = character.encode("utf-8", "surrogatepass")
    ways.append("".join(f"%(?:25)*(?i:{octet:02x})" for octet in raw))
    units = character.encode("utf-16-be", "surrogatepass").hex()
    ways.append("".join(rf"\\+u(?i:{units[at : at + 4]})" for at in range(0, len(units), 4)))
    ways.append(rf"&(?:amp;)*#(?:0*{ord(character)}|[xX]0*(?i:{ord(character):x}));")
    if ord(character) < 256:
        ways.append(rf"\\+x(?i:{ord(character):02x})")
    if character in _NAMED:
        ways.append(f"&(?:amp;)*{_NAMED[character][1:]}")
    if character in "\"'/\\":
        ways.append(rf"\\+{re.escape(character)}")
    return f"(?:{'|'.join(ways)})"


def _mistaken(secret: str) -> str:
    """UTF-8 that was taken for Latin-1, as http.client does with headers."""
    return secret.encode("utf-8", "surrogatepass").decode("latin-1")


def _character(found: re.Match[str]) -> str:
    written = found[0][1:]
    return chr(int(written[1:], 16)) if written[1:] else written


def _joined(found: re.Match[str]) -> str:
    return found[0].encode("utf-16", "surrogatepass").decode("utf-16")
