"""The pages of a sync: which exchanges brought the records that the connector delivered, and where they stood."""

from __future__ import annotations

import json
import re
from collections import Counter
from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from itertools import islice
from typing import Any, NamedTuple
from urllib.parse import urlsplit

from contract.description.places import MISSING, look_up
from contract.messages import Request, Response


class Delivered(NamedTuple):
    """A record as the connector delivered it."""

    id: str
    data: Any


class Exchange(NamedTuple):
    """What was asked, and what was answered."""

    request: Request
    response: Response


@dataclass(frozen=True)
class Spot:
    """Where the records stand in an answer, and in what form.

    ``keys`` is the way to them (None: the answer is the bare array). ``node`` is the key of each entry under which the
    record is (GraphQL's edges). ``keyed``: they are the values of an object, under their ids.
    """

    keys: tuple[str, ...] | None
    node: str | None = None
    keyed: bool = False

    def rows(self, body: Any) -> list[Any] | None:
        """The records of an answer; None where it has none here."""
        found = body if self.keys is None else look_up(body, self.keys)
        if self.keyed:
            return list(found.values()) if isinstance(found, dict) else None
        if not isinstance(found, list):
            return None
        return [entry.get(self.node) if isinstance(entry, dict) else None for entry in found] if self.node else found

    def changed(self, body: Any, change: Callable[[Any], Any]) -> Any:
        """``body`` with each record as ``change`` makes it; those of which it makes MISSING are left out."""
        if self.keys:
            head, *rest = self.keys
            return body | {head: Spot(tuple(rest) or None, self.node, self.keyed).changed(body[head], change)}
        if self.keyed:
            made = ((key, change(row)) for key, row in body.items())
            return {key: row for key, row in made if row is not MISSING}
        rows = [(entry, change(entry[self.node] if self.node else entry)) for entry in body]
        return [entry | {self.node: row} if self.node else row for entry, row in rows if row is not MISSING]


@dataclass(frozen=True)
class Page:
    """One page: the exchange, and the records in its answer."""

    request: Request
    response: Response
    rows: tuple[Any, ...]


@dataclass(frozen=True)
class Pages:
    """All pages of a sync, in order."""

    spot: Spot
    pages: tuple[Page, ...]
    matched: int
    """Records of the answers that were delivered as they are."""


@dataclass(frozen=True)
class Found:
    """Where the records of a sync stood in its answers, and the keys of a record that made its id, when it was recorded."""

    spot: Spot
    ids: tuple[tuple[str, ...], ...]

    def to_json(self) -> str:
        """One line of JSON, which is YAML as well."""
        form = {"node": self.spot.node} if self.spot.node else {"keyed": True} if self.spot.keyed else {}
        return json.dumps({"at": self.spot.keys, "id": self.ids} | form, ensure_ascii=False)

    @classmethod
    def from_json(cls, told: Mapping[str, Any]) -> Found:
        """What `to_json` has written, read."""
        keys = None if told["at"] is None else tuple(told["at"])
        return cls(Spot(keys, told.get("node"), bool(told.get("keyed"))), tuple(map(tuple, told["id"])))


def found_by(exchanges: Sequence[Exchange], delivered: Sequence[Delivered]) -> Found | None:
    """Where the records ``delivered`` stand in ``exchanges``; None where no answer holds them, or no key their ids."""
    pages = pages_of(exchanges, delivered)
    ids = ids_of([row for page in pages.pages for row in page.rows], delivered) if pages else ()
    return Found(pages.spot, ids) if pages and ids else None


def pages_at(exchanges: Sequence[Exchange], spot: Spot) -> Pages | None:
    """The pages of the endpoint whose answers have most records at ``spot``; None where none has any."""
    rows: Counter[tuple[str, str]] = Counter()
    for each in exchanges:
        came = spot.rows(each.response.json) if each.response.status < 300 else None
        rows[_endpoint(each.request)] += len(came or ())
    if not rows or not max(rows.values()):
        return None
    return Pages(spot, _pages(exchanges, max(rows, key=lambda key: rows[key]), spot), 0)


def _endpoint(request: Request) -> tuple[str, str]:
    return request.method, urlsplit(request.url).path


def _pages(exchanges: Sequence[Exchange], endpoint: tuple[str, str], spot: Spot) -> tuple[Page, ...]:
    asked = (each for each in exchanges if each.response.status < 300 and _endpoint(each.request) == endpoint)
    found = ((each, spot.rows(each.response.json)) for each in asked)
    return tuple(Page(each.request, each.response, tuple(rows)) for each, rows in found if rows is not None)


def pages_of(exchanges: Sequence[Exchange], delivered: Sequence[Delivered]) -> Pages | None:
    """The pages that brought the records ``delivered``; None where no answer holds them.

    A page is an answer of the endpoint and the place that brought most of them; what was refused on the way is none.
    """
    wanted = Counter(canonical(record.data) for record in delivered)
    ids = {record.id for record in delivered}
    votes: Counter[tuple[str, str, Spot]] = Counter()
    for exchange in exchanges:
        if exchange.response.status >= 300:
            continue
        for spot, rows in _lists(exchange.response.json):
            same = sum(1 for row in rows if canonical(row) in wanted)
            alike = sum(1 for row in rows if isinstance(row, dict) and ids & {str(value) for value in row.values()})
            votes[(*_endpoint(exchange.request), spot)] += 2 * same + alike
    if not votes or not max(votes.values()):
        return None
    method, path, spot = max(votes, key=lambda key: votes[key])
    pages = _pages(exchanges, (method, path), spot)
    matched = sum(1 for page in pages for row in page.rows if canonical(row) in wanted)
    return Pages(spot, pages, matched)


def ids_of(rows: Sequence[Any], delivered: Sequence[Delivered]) -> tuple[tuple[str, ...], ...]:
    """The key of the records under which their id is, or the keys whose values are joined to it, in their order.

    None at all where the ids of the connector are made otherwise.
    """
    by_data = {canonical(record.data): record.id for record in delivered}
    known = [(row, by_data[canonical(row)]) for row in rows if isinstance(row, dict) and canonical(row) in by_data]
    if not known:
        known = [(row, record.id) for row, record in zip(rows, delivered, strict=False) if isinstance(row, dict)]
    if not known:
        return ()
    candidates = [
        keys
        for keys, value in scalars(known[0][0])
        if _says(value, known[0][1]) and all(_says(look_up(row, keys), name) for row, name in known)
    ]
    if candidates:
        return (min(candidates, key=lambda keys: (len(keys), keys[-1] != "id")),)
    joined = (
        keys
        for keys, joint in _joined(*known[0])
        if all(joint.join(str(look_up(row, key)) for key in keys) == name for row, name in known)
    )
    return min(islice(joined, MOST_TRIED), key=len, default=())


def _says(value: Any, name: str) -> bool:
    """Whether a value is the id ``name``, or a URL that ends with it."""
    text = str(value)
    return text == name or ("://" in text and text.rstrip("/").rpartition("/")[2] == name)


MOST_TRIED = 100
"""Ways in which an id might be made of several keys; a record has few values that stand in its id."""


def _joined(row: Mapping[str, Any], name: str) -> Iterator[tuple[tuple[tuple[str, ...], ...], str]]:
    """Every way to write ``name`` as values of a record with the same few signs between them: the keys, and the signs."""
    texts = {keys: text for keys, value in scalars(row) if value is not None and (text := str(value)) and text in name}

    def after(keys: tuple[tuple[str, ...], ...], joint: str | None, rest: str) -> Iterator[tuple[Any, str]]:
        if not rest:
            yield keys, joint or ""
            return
        found = re.match(r"[^0-9A-Za-z]{1,3}", rest) if joint is None else None
        joints = (
            [joint] if joint is not None else [rest[:size] for size in range(1, len(found[0]) + 1)] if found else []
        )
        for sign in joints:
            behind = rest.removeprefix(sign)
            if behind != rest:
                yield from begun(keys, sign, behind)

    def begun(keys: tuple[tuple[str, ...], ...], joint: str | None, rest: str) -> Iterator[tuple[Any, str]]:
        for key, text in texts.items():
            if key not in keys and rest.startswith(text):
                yield from after((*keys, key), joint, rest.removeprefix(text))

    yield from begun((), None, name)


def scalars(value: Any, way: tuple[str, ...] = ()) -> Iterator[tuple[tuple[str, ...], Any]]:
    """Every value within nested objects that is neither object nor list, with the way to it."""
    if isinstance(value, dict):
        for key, inside in value.items():
            yield from scalars(inside, (*way, key))
    elif not isinstance(value, list):
        yield way, value


def _lists(body: Any, way: tuple[str, ...] = ()) -> Iterator[tuple[Spot, list[Any]]]:
    """Every list of objects in an answer, and every object whose values are objects."""
    if isinstance(body, list):
        nodes = [entry["node"] for entry in body if isinstance(entry, dict) and isinstance(entry.get("node"), dict)]
        if nodes and len(nodes) == len(body):
            yield Spot(way, "node"), nodes
        elif body and all(isinstance(entry, dict) for entry in body):
            yield Spot(way or None), body
    elif isinstance(body, dict):
        values = list(body.values())
        if way and values and all(isinstance(value, dict) for value in values):
            yield Spot(way, keyed=True), values
        for key, inside in body.items():
            yield from _lists(inside, (*way, key))


def canonical(data: Any) -> str:
    """Equal data as equal text."""
    return json.dumps(data, sort_keys=True, default=str) if data is not MISSING else ""
