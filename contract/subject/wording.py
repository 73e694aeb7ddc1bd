"""Small words for messages."""

from __future__ import annotations

import difflib
from collections.abc import Iterable


def did_you_mean(name: str, known: Iterable[str]) -> str:
    """`` Did you mean X?``, where something known is near; else nothing."""
    near = difflib.get_close_matches(name, list(known), 1)
    return f" Did you mean {near[0]}?" if near else ""


def a(value: object) -> str:
    """What kind of thing ``value`` is, with its article: ``a list``; ``None``."""
    if value is None:
        return "None"
    noun = type(value).__name__
    return f"{'an' if noun[:1].lower() in 'aeiou' else 'a'} {noun}"
