"""A secret in whatever way a text writes it: each character plain, URL-encoded, escaped or as an entity, or all of it in base64.

`contract.subject.leaks` knows the spellings that programs usually make, and is quick. What goes to the disk is looked at
more closely: encodings may stand inside each other, and be mixed.
"""

from __future__ import annotations

import html
import re
from collections.abc import Iterable
from functools import lru_cache
from urllib.parse import unquote

from contract.subject.leaks import SHORTEST, written_in_base64

MOST_WAYS = 40
"""Ways in which encodings that stand inside each other are taken off."""

_ESCAPE = re.compile(r"\\(?:u([0-9a-fA-F]{4})|x([0-9a-fA-F]{2})|([\"'/\\]))")
_SURROGATES = re.compile(r"[\ud800-\udbff][\udc00-\udfff]")
_NAMED = {'"': "&quot;", "'": "&apos;", "&": "&amp;", "<": "&lt;", ">": "&gt;"}


def bare(text: str) -> list[str]:
    """``text``, and what is left of it when encodings are taken off, in whatever order."""
    found = {text: None}
    todo = [text]
    while todo and len(found) < MOST_WAYS:
        one = todo.pop(0)
        fresh = [plain for plain in (_unquoted(one), _unescaped(one), html.unescape(one)) if plain not in found]
        found |= dict.fromkeys(fresh)
        todo += fresh
    return list(found)


def _unquoted(text: str) -> str:
    return unquote(text, errors="surrogateescape")


def _unescaped(text: str) -> str:
    return _SURROGATES.sub(_joined, _ESCAPE.sub(_character, text))


def held(text: str, secrets: Iterable[str]) -> list[str]:
    """What ``text`` holds of ``secrets``: themselves, or what they are in base64."""
    layers = bare(text)
    return [
        each for secret in dict.fromkeys(secrets) for each in _core(secret) if any(each in layer for layer in layers)
    ]


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
    return (*(each for each in own if len(each) >= SHORTEST), *written_in_base64(secret))


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
    return chr(int(found[1] or found[2], 16)) if found[1] or found[2] else found[3]


def _joined(found: re.Match[str]) -> str:
    return found[0].encode("utf-16", "surrogatepass").decode("utf-16")
