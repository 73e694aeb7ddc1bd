"""A draft as text for a contract.yml: each fact on a line, with what it is taken from behind it."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

import yaml

from contract.recording.inference.listing import Draft

LONGEST = 110
"""Characters of a line; what a fact is taken from stands above it where there is no room behind."""

SCHEMA = frozenset({"properties", "items"})


def text_of(draft: Draft) -> str:
    """The `api:` part of a contract.yml, with a line feed at its end. Questions stand above it, as comments."""
    questions = [f"# open: {question}" for question in draft.questions]
    return "\n".join([*questions, "api:", *_lines(draft.values, draft, (), "  ")]) + "\n"


def _lines(values: dict[str, Any], draft: Draft, way: tuple[str, ...], margin: str) -> Iterator[str]:
    for key, value in values.items():
        here = (*way, key)
        block = isinstance(value, dict) and (way in ((), ("streams",)) or _is_part(here) or _is_schema(here, value))
        line = f"{margin}{_flow(key)}:" + ("" if block and key != "check" else f" {_flow(value)}")
        why = f"# {draft.comments[here]}" if here in draft.comments else ""
        fits = len(f"{line}  {why}") <= LONGEST
        if why and not fits:
            yield margin + why
        yield f"{line}  {why}" if why and fits else line
        if line.endswith(":"):
            yield from _lines(value, draft, here, f"{margin}  ")


def _is_part(way: tuple[str, ...]) -> bool:
    """Whether it is the increments of a stream, its children, or one sort of them."""
    return (len(way) == 3 and way[2] == "incremental") or (len(way) in (3, 4) and way[2] == "children")


def _is_schema(way: tuple[str, ...], value: dict[str, Any]) -> bool:
    """Whether it is a part of a JSON Schema that has parts itself."""
    return "record" in way and (way[-1] == "properties" or bool(SCHEMA & value.keys()))


def _flow(value: Any) -> str:
    """A value on one line."""
    text = yaml.safe_dump(value, default_flow_style=True, allow_unicode=True, sort_keys=False, width=float("inf"))
    return text.removesuffix("\n").removesuffix("\n...")
