"""What pydantic finds wrong with a contract.yml, in plain words: where, what, and what would be right."""

from __future__ import annotations

import datetime as dt
import difflib
import types
from collections.abc import Callable, Iterable, Iterator, Mapping
from dataclasses import dataclass
from typing import Annotated, Any, Literal, Union, get_args, get_origin

from pydantic import BaseModel, ValidationError
from pydantic.fields import FieldInfo

from contract.description.yaml_values import Keys

SECRET = {"token", "password", "client_secret", "refresh_token", "cookies", "config"}
"""Keys whose values are not repeated in a message."""

LONGEST = 60
"""Characters that a value is shown with."""


@dataclass(frozen=True)
class Slip:
    """One error of pydantic's, with what the models say about its place.

    ``model`` is the model around it; ``field`` the field itself, or the one around it; ``wanted`` its type.
    ``written`` is the value as it stands in the file, where YAML read it as something else than text.
    """

    keys: Keys
    value: Any
    context: Mapping[str, Any]
    model: type[BaseModel]
    field: FieldInfo | None
    wanted: Any
    written: str | None

    @property
    def shown(self) -> str:
        """The value in words that fit in a sentence."""
        if isinstance(self.value, dict | list):
            return "a mapping" if isinstance(self.value, dict) else "a list"
        if self.value is None:
            return "nothing"
        if any(key in SECRET for key in self.keys):
            return (
                "text"
                if isinstance(self.value, str)
                else "a number"
                if not isinstance(self.value, bool)
                else "true or false"
            )
        return quoted(self.written if self.written is not None else self.value)


def explained(error: ValidationError, root: type[BaseModel], written: Mapping[Keys, str]) -> Iterator[tuple[Keys, str]]:
    """Each error that ``root`` found: the way to it, and what is wrong with it and what would be right."""
    for details in error.errors(include_url=False):
        slip = _slip(root, details, written)
        say = WORDS.get(details["type"])
        yield slip.keys, say(slip) if say else f"{slip.shown} cannot be used here: {details['msg']}"


def path_text(keys: Keys) -> str:
    """``api.auth[0].token``; a key that holds a dot is quoted."""
    text = ""
    for key in keys:
        if isinstance(key, int):
            text += f"[{key}]"
        else:
            plain = key.isprintable() and key and not set(key) & set(". []\"'")
            text += ("." if text else "") + (key if plain else f'"{one_line(key)}"')
    return text


def quoted(value: Any) -> str:
    """A scalar between backticks, as YAML writes it, in one line."""
    if value is None or isinstance(value, bool):
        value = {None: "null", True: "true", False: "false"}[value]
    text = one_line(str(value))
    return f"`{text if len(text) <= LONGEST else text[: LONGEST - 1] + '…'}`"


def one_line(text: str) -> str:
    """``text`` with what does not print escaped."""
    return "".join(letter if letter.isprintable() else letter.encode("unicode_escape").decode() for letter in text)


def listed(options: Iterable[Any]) -> str:
    """``a, b or c`` between backticks."""
    names = [f"`{option}`" for option in options]
    return " or ".join([", ".join(names[:-1]), names[-1]]) if len(names) > 1 else "".join(names)


def nearest(word: Any, options: Iterable[str]) -> str | None:
    """The option that ``word`` was probably meant to be."""
    by_lower = {option.lower(): option for option in options}
    found = difflib.get_close_matches(str(word).lower().replace("-", "_"), by_lower, n=1)
    return by_lower[found[0]] if found else None


def suggestion(word: Any, options: Iterable[str]) -> str:
    """``did you mean `x`? `` or nothing."""
    near = nearest(word, list(options))
    return f"did you mean `{near}`? " if near else ""


# What stands where: pydantic's `loc` names the members of unions between the keys, so the way is walked in the models.


def _slip(root: type[BaseModel], details: Any, written: Mapping[Keys, str]) -> Slip:
    keys: Keys = ()
    model, field = root, None
    wanted: Any = root
    tag: Any = None
    for step in details["loc"]:
        if step == "[key]":
            continue
        wanted, tag = _bare(wanted, tag)
        member = _member(wanted, tag, step)
        if member is not None:
            wanted, tag = member, None
            continue
        keys = (*keys, step)
        if isinstance(wanted, type) and issubclass(wanted, BaseModel):
            model, field = wanted, wanted.model_fields.get(str(step))
            wanted, tag = (field.annotation, field.discriminator) if field else (None, None)
        else:
            wanted = _inner(wanted)
    wanted, tag = _bare(wanted, tag)
    if details["type"].startswith("union_tag") and tag:
        keys = (*keys, str(tag))
        wanted = Literal[tuple(_tags(wanted, tag))]
    return Slip(keys, details["input"], details.get("ctx", {}), model, field, wanted, written.get(keys))


def _bare(wanted: Any, tag: Any) -> tuple[Any, Any]:
    """A type without Annotated and None, and what tells the members of a union apart."""
    if get_origin(wanted) is Annotated:
        inner, *notes = get_args(wanted)
        found = next((note.discriminator for note in notes if isinstance(note, FieldInfo) and note.discriminator), tag)
        return _bare(inner, found)
    if get_origin(wanted) in (Union, types.UnionType):
        members = [member for member in get_args(wanted) if member is not type(None)]
        if len(members) == 1:
            return _bare(members[0], tag)
    return wanted, tag


def _tags(union: Any, tag: Any) -> Iterator[str]:
    for member in get_args(union):
        yield from get_args(member.model_fields[tag].annotation)


def _member(union: Any, tag: Any, step: Any) -> type[BaseModel] | None:
    if not isinstance(tag, str):
        return None
    return next((each for each in get_args(union) if step in get_args(each.model_fields[tag].annotation)), None)


def _inner(wanted: Any) -> Any:
    inside = get_args(wanted)
    if get_origin(wanted) is dict:
        return inside[1]
    return inside[0] if get_origin(wanted) in (tuple, list) and inside else None


def _keys_of(wanted: Any) -> list[str]:
    return list(wanted.model_fields) if isinstance(wanted, type) and issubclass(wanted, BaseModel) else []


# The table.


def _description(slip: Slip) -> str:
    text = ((slip.field.description if slip.field else None) or "").rstrip(".")
    if text[1:2].islower() or text.startswith("A "):
        text = text[0].lower() + text[1:]
    return f": {text}" if text else ""


def _missing(slip: Slip) -> str:
    keys = _keys_of(slip.wanted)
    content = f", a mapping of {listed(keys)}" if keys and not _description(slip) else ""
    return f"the key is missing; write it{content}{_description(slip)}"


def _unknown_key(slip: Slip) -> str:
    key, known = str(slip.keys[-1]), list(slip.model.model_fields)
    here = f"{suggestion(key, known)}known here: {', '.join(known)}"
    for name, field in slip.model.model_fields.items():
        part, _ = _bare(field.annotation, None)
        if key in _keys_of(part):
            here = f"it belongs inside `{name}`; known here: {', '.join(known)}"
    return f"no such key; {here}"


def _choice(slip: Slip) -> str:
    options = [option for option in get_args(slip.wanted) if option is not None]
    near = suggestion(slip.value, map(str, options)) if isinstance(slip.value, str) else ""
    return f"{slip.shown} is not understood here; {near}write {listed(options)}"


def _tag_invalid(slip: Slip) -> str:
    given, options = slip.written or slip.context.get("tag"), get_args(slip.wanted)
    return f"{quoted(given)} is not understood here; {suggestion(given, options)}write {listed(options)}"


def _tag_missing(slip: Slip) -> str:
    return f"the key is missing; write {listed(get_args(slip.wanted))}"


def _text(slip: Slip) -> str:
    if slip.value is None:
        return f"nothing stands behind the key; write text{_description(slip)}"
    if isinstance(slip.value, dict | list):
        return f"{slip.shown} stands where text should be; write text{_description(slip)}"
    if isinstance(slip.value, bool):
        return f"{slip.shown} is read as {quoted(slip.value)} by YAML; put it in quotes to make it text"
    return f"{slip.shown} stands where text should be; put it in quotes"


def _number(slip: Slip) -> str:
    quotes = "" if not isinstance(slip.value, str) or not slip.value.lstrip("-").isdigit() else ", without quotes"
    return f"{slip.shown} is no whole number; write one{quotes}{_description(slip)}"


def _pattern(slip: Slip) -> str:
    form = _description(slip) or f": {slip.context['pattern']}"
    return f"{slip.shown} does not have the right form; write it in this form{form}"


def _mapping(slip: Slip) -> str:
    keys = _keys_of(slip.wanted)
    content = f"a mapping of {listed(keys)}" if keys else "`key: value` lines, or `{}` for none"
    if slip.value is None:
        return f"nothing stands behind the key; write {content}"
    return f"{slip.shown} stands where a mapping should be; write {content}"


def _list(slip: Slip) -> str:
    return f"{slip.shown} stands where a list should be; write `[…]`, or lines that begin with `- `"


def _bound(word: str, key: str) -> Callable[[Slip], str]:
    return lambda slip: f"{slip.shown} is out of bounds; write {word} {slip.context[key]}"


def _own(slip: Slip) -> str:
    return str(slip.context["error"])


def _bool(slip: Slip) -> str:
    return f"{slip.shown} is neither true nor false; write `true` or `false`"


def _date(slip: Slip) -> str:
    return f"{slip.shown} is no date; write it like `{dt.date(2027, 3, 1)}`"


def _empty(slip: Slip) -> str:
    return f"it is empty; write at least one{_description(slip)}"


WORDS: dict[str, Callable[[Slip], str]] = {
    "missing": _missing,
    "extra_forbidden": _unknown_key,
    "literal_error": _choice,
    "union_tag_invalid": _tag_invalid,
    "union_tag_not_found": _tag_missing,
    "string_type": _text,
    "string_too_short": lambda slip: f"the text is empty; write it{_description(slip)}",
    "string_pattern_mismatch": _pattern,
    "int_type": _number,
    "int_parsing": _number,
    "int_from_float": _number,
    "bool_type": _bool,
    "bool_parsing": _bool,
    "date_type": _date,
    "date_parsing": _date,
    "date_from_datetime_parsing": _date,
    "date_from_datetime_inexact": _date,
    "greater_than": _bound("more than", "gt"),
    "greater_than_equal": _bound("at least", "ge"),
    "less_than": _bound("less than", "lt"),
    "less_than_equal": _bound("at most", "le"),
    "too_short": _empty,
    "dict_type": _mapping,
    "model_type": _mapping,
    "model_attributes_type": _mapping,
    "tuple_type": _list,
    "list_type": _list,
    "value_error": _own,
}
"""How each of pydantic's error types reads."""
