"""A case as JSON, so that a failure can be tried again.

What a clause makes itself (its faults, its notes) holds functions, and is not written but named: it is found again
among the cases that the clause enumerates.
"""

from __future__ import annotations

import dataclasses
from collections.abc import Iterable
from typing import Any

from contract.simulation.auth import TokenManners
from contract.simulation.faults import Fault, Rule
from contract.simulation.manners import Manners
from contract.strategies.cases import Case

MADE = ("manners", "tokens", "rules", "note")
"""The fields of a case that are no plain values."""


def to_json(case: Case) -> dict[str, Any]:
    """``case`` as plain JSON values: what differs from the default."""
    found = {name: value for name, value in _changed(case, Case()).items() if name not in MADE}
    if case.manners != Manners():
        found["manners"] = _changed(case.manners, Manners())
    if case.tokens != TokenManners():
        found["tokens"] = _changed(case.tokens, TokenManners())
    if case.rules:
        found["rules"] = [{**vars(rule), "fault": repr(rule.fault)} for rule in case.rules]
    if case.note is not None:
        found["note"] = repr(case.note)
    return found


def from_json(data: dict[str, Any], among: Iterable[Case]) -> Case:
    """The case that ``data`` describes; its faults and note are taken from the cases ``among``.

    Raises:
        LookupError: the clause makes no such fault, note or option any more.
    """
    faults: dict[str, Fault] = {}
    notes: dict[str, Any] = {"None": None}
    for case in among:
        faults |= {repr(rule.fault): rule.fault for rule in case.rules}
        notes.setdefault(repr(case.note), case.note)
    plain = {name: value for name, value in data.items() if name not in MADE}
    try:
        return Case(
            **_with_tuples(plain),
            manners=Manners(**_with_tuples(data.get("manners", {}))),
            tokens=TokenManners(**_with_tuples(data.get("tokens", {}))),
            rules=tuple(Rule(**{**rule, "fault": faults[rule["fault"]]}) for rule in data.get("rules", ())),
            note=notes[data.get("note", "None")],
        )
    except (KeyError, TypeError) as error:
        raise LookupError(f"the clause has no such case any more ({error})") from error


def _changed(value: Any, default: Any) -> dict[str, Any]:
    names = [each.name for each in dataclasses.fields(value)]
    return {name: getattr(value, name) for name in names if getattr(value, name) != getattr(default, name)}


def _with_tuples(data: dict[str, Any]) -> dict[str, Any]:
    return {name: tuple(value) if isinstance(value, list) else value for name, value in data.items()}
