"""Which clauses apply to a connector: the items of its contract, in order."""

from __future__ import annotations

import difflib
import fnmatch
import itertools
from collections import Counter
from collections.abc import Callable, Iterable, Iterator, Sequence
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any, TypeVar

from contract.clauses import CHAPTERS, Clause
from contract.clauses.own import clauses_in
from contract.description.auth import ApiKey, Auth, Basic, Bearer, Cookies, OAuth, Public
from contract.description.connector import Contract
from contract.errors import SubjectLoadError, UnknownNameError, UsageError
from contract.simulation.handlers import Handler, handlers_in

BIZON_TYPES: dict[type, tuple[str, ...]] = {
    Bearer: ("api_key", "bearer"),
    ApiKey: ("api_key",),
    Basic: ("basic",),
    OAuth: ("oauth",),
    Cookies: ("cookies",),
    Public: ("none",),
}
"""bizon's authentication types that each kind of described credentials stands for."""


@dataclass(frozen=True)
class Item:
    """One clause on one stream, under one authentication type: what pytest runs as one test."""

    clause: Clause
    stream: str | None = None
    variant: str | None = None
    in_quick: bool = field(default=True, compare=False, repr=False)
    """Whether profile quick judges it, too."""

    @property
    def name(self) -> str:
        """``pagination.complete[orders]``, ``auth.dispatch[orders-oauth]``."""
        inside = "-".join(part for part in (self.stream, self.variant) if part)
        return f"{self.clause.id}[{inside}]" if inside else self.clause.id

    def matches(self, pattern: str) -> bool:
        """Whether ``pattern``, an id, ``id[stream]`` or a glob of either, means this item."""
        names = {self.clause.id, self.name} | ({f"{self.clause.id}[{self.stream}]"} if self.stream else set())
        return any(name == pattern or fnmatch.fnmatchcase(name, pattern.replace("[", "[[]")) for name in names)


def plan(
    contract: Contract,
    clauses: Sequence[str] = (),
    streams: Sequence[str] = (),
    found: Sequence[str] = (),
    own: Sequence[Clause] = (),
) -> list[Item]:
    """The items of one contract, in the order of the specification. Imports nothing of the connector.

    Args:
        contract: what is planned.
        clauses: ids, ``id[stream]`` or globs; empty: the whole contract.
        streams: names; empty: all.
        found: the connector's own streams, for a contract that describes none; where they are not known yet, one item
            stands for all streams.
        own: clauses of the author's, behind those of the specification.

    Raises:
        UsageError: two clauses of the author's have one name.
        UnknownNameError: a pattern in ``clauses``, ``streams`` or the lists of exemptions matches nothing.
    """
    known = contract.streams or tuple(found)
    twice = [name for name, count in Counter(clause.id for clause in own).items() if count > 1]
    if twice:
        raise UsageError(f"two clauses are called {twice[0]}: give one of them another name")
    everything = [*(clause for chapter in CHAPTERS for clause in chapter.clauses), *own]
    whole = [item for clause in everything for item in _items(clause, contract, known)]
    lists: dict[str, Iterable[str]] = {
        "expected_failures": contract.expected_failures,
        "not_applicable": contract.not_applicable,
        "": clauses,
    }
    for where, patterns in lists.items():
        for pattern in patterns:
            if not any(item.matches(pattern) for item in whole):
                names = [item.name for item in whole] + [item.clause.id for item in whole]
                raise UnknownNameError((f"{where}: " if where else "") + unknown("clause", pattern, names))
    for name in streams:
        if known and name not in known:
            raise UnknownNameError(unknown("stream", name, known))
    return [
        item
        for item in whole
        if (not clauses or any(item.matches(pattern) for pattern in clauses))
        and (not streams or item.stream is None or item.stream in streams)
    ]


def _items(clause: Clause, contract: Contract, streams: Sequence[str]) -> Iterator[Item]:
    if clause.per == "connector":
        yield Item(clause)
        return
    names, on = _variant_names(clause, contract), streams or (None,)
    for stream, name in itertools.product(on, names):
        # The cross of streams and credentials, as `crossed` is that of faults and places.
        yield Item(clause, stream, name, in_quick=stream == on[0] or name == names[0])


def _variant_names(clause: Clause, contract: Contract) -> tuple[str | None, ...]:
    auths: tuple[Auth, ...] = contract.api.auth if contract.api else ()
    named = [name for auth in auths for name in BIZON_TYPES[type(auth)]]
    if clause.variants in ("oauth", "one"):
        named = [name for name in named if name == "oauth"]
    return tuple(dict.fromkeys(named)) if clause.variants != "none" and named else (None,)


def own_clauses(contract: Contract, folder: Path) -> list[Clause]:
    """The author's clauses, from the files that the contract names.

    Raises:
        SubjectLoadError: a file cannot be imported, or holds no clause.
    """
    return _from_files("clauses", contract.clauses, folder, clauses_in, "clause", "@contract.clause(...)")


def handlers(contract: Contract, folder: Path) -> list[Handler]:
    """What the author's files say of the API.

    Raises:
        SubjectLoadError: a file cannot be imported, or holds no handler.
        UnknownNameError: a handler serves a stream that is not described.
    """
    files = contract.api.handlers if contract.api else ()
    found = _from_files("api.handlers", files, folder, handlers_in, "handler", "@contract.handles(...)")
    for each in found:
        for name in each.streams:
            if "{" not in name and name not in contract.streams:
                raise UnknownNameError(
                    f"api.handlers: {each.method} {each.place} serves a stream that is not described: "
                    f"{unknown('stream', name, contract.streams)}"
                )
    return found


T = TypeVar("T")


def _from_files(
    key: str, files: Iterable[str], folder: Path, held_by: Callable[[Iterable[Any]], list[T]], what: str, decorator: str
) -> list[T]:
    """What ``files`` hold, which ``key`` of the contract names."""
    found: list[T] = []
    for where in files:
        from contract.subject.loading import load_file

        held = held_by(vars(load_file(where, folder)).values())
        if not held:
            raise SubjectLoadError(f"{key}: {where} holds no {what}: decorate a function with `{decorator}`")
        found += held
    return found


def unknown(what: str, name: str, known: Iterable[str]) -> str:
    """That no ``what`` is called ``name``, and which of the ``known`` names come near."""
    near = difflib.get_close_matches(name, dict.fromkeys(known), n=3)
    hint = (
        f"; did you mean {' or '.join(near)}?"
        if near
        else "; `bizon-contract clauses` lists them"
        if what == "clause"
        else ""
    )
    return f"no {what} matches {name!r}{hint}"
