"""What pydantic refuses, in words. Its own messages show the values refused, and those may be secrets."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any, TypeVar

from bizon.engine.resolvers import ReferenceResolutionError, collect_references_in_config, resolve_references_in_config
from pydantic import BaseModel, ValidationError

from contract.errors import SubjectLoadError
from contract.subject.leaks import masked, secrets_of
from contract.subject.wording import did_you_mean

_Model = TypeVar("_Model", bound=BaseModel)


def validated(model: type[_Model], data: Mapping[str, Any]) -> _Model | list[str]:
    """``data`` as a ``model``; where it is refused, one line for each option: its name, the problem, a near name."""
    try:
        return model.model_validate(data)
    except ValidationError as error:
        return _refusals(error, model, data)


def refused(model: type[BaseModel], data: Mapping[str, Any]) -> list[str]:
    """Why ``data`` is no ``model``; a reference that bizon has still to resolve may stand anywhere in it."""
    try:
        model.model_validate(data)
    except ValidationError as error:
        if all(is_reference(each["input"]) for each in error.errors(include_url=False)):
            return []
        return _refusals(error, model, data)
    return []


def is_reference(value: Any) -> bool:
    """Whether ``value`` stands for one that bizon reads from the environment or a secret store."""
    return isinstance(value, str) and (
        value.startswith("BIZON_ENV_") or bool(collect_references_in_config({"value": value}))
    )


def resolved(config: Mapping[str, Any]) -> dict[str, Any]:
    """``config`` with what bizon reads from the environment or a secret store in place of its references.

    Raises:
        SubjectLoadError: a reference cannot be resolved; the message names it.
    """
    try:
        return dict(resolve_references_in_config(dict(config)))
    except ReferenceResolutionError as error:
        raise SubjectLoadError(f"the config cannot be used: {error}") from error


def _refusals(error: ValidationError, model: type[BaseModel], data: Mapping[str, Any]) -> list[str]:
    # A validator of the connector's own may put the value into its message.
    secrets, known = secrets_of(data), list(model.model_fields)
    lines = [
        masked(_line(each["loc"], each["type"], each["msg"], known), secrets)
        for each in error.errors(include_url=False, include_context=False, include_input=False)
    ]
    return list(dict.fromkeys(lines))


def _line(location: Sequence[Any], kind: str, message: str, known: list[str]) -> str:
    name = ".".join(str(part) for part in location) or "the options together"
    if kind == "missing":
        return f"`{name}` is missing"
    if kind == "extra_forbidden":
        return f"`{name}` is not an option of it.{did_you_mean(str(location[0]), known) if len(location) == 1 else ''}"
    return f"`{name}`: {message.removeprefix('Value error, ').removeprefix('Assertion failed, ')}"
