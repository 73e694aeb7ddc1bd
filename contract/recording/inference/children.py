"""The lists that each record of a stream has of its own: what was asked with the id of a record, and came back within it."""

from __future__ import annotations

import json
from collections import defaultdict
from collections.abc import Callable, Iterator, Mapping, Sequence
from copy import deepcopy
from dataclasses import dataclass, replace
from typing import Any, NamedTuple
from urllib.parse import unquote

from contract.description import graphql
from contract.description.places import MISSING, Place, look_up, take_out
from contract.messages import Request, json_response
from contract.recording.inference.listing import (
    Draft,
    Listing,
    path_below,
    put_envelope,
    put_page_size,
    put_paging,
    put_records,
)
from contract.recording.inference.pages import (
    Delivered,
    Exchange,
    Page,
    Pages,
    Spot,
    canonical,
    ids_of,
    pages_of,
    scalars,
)
from contract.recording.inference.schema import schema_of
from contract.recording.inference.signals import Fact, Signals, page_size_of, signals_of
from contract.recording.inference.styles import Paging, keys_written, pagings_of, sent, written
from contract.subject.building import Subject

Keys = tuple[str, ...]


@dataclass(frozen=True)
class Family:
    """The children of one sort: what is asked for them, where the connector puts them, and what their pages show.

    ``url`` has `{id}` where the id of the record stands, or ``parent`` is where that is sent. ``embedded`` is the key
    of the record that holds the first page. ``of`` is how many records they were asked for.
    """

    url: str
    parent: Place | None
    into: Keys
    embedded: Keys | None
    listing: Listing
    of: int
    entries: tuple[tuple[Any, Any], ...]
    """Each child as it was answered, and as it was delivered."""

    @property
    def name(self) -> str:
        """What it is called: as the place at which the children are delivered."""
        return "_".join(self.into)


@dataclass(frozen=True)
class Families:
    """All children of a stream that were found, and what has to be asked of others."""

    found: tuple[Family, ...] = ()
    unsure: tuple[str, ...] = ()

    def without_embedded(self, row: dict[str, Any]) -> dict[str, Any]:
        """A record of an answer without the first pages of its children."""
        embedded = [family.embedded for family in self.found if family.embedded]
        if not embedded:
            return row
        row = deepcopy(row)
        for keys in embedded:
            take_out(row, keys)
        return row


class _Way(NamedTuple):
    """How the id of a record is asked with: in the path, or at a place."""

    method: str
    url: str
    parent: Place | None


def families_of(
    exchanges: Sequence[Exchange], pages: Pages, ids: tuple[Keys, ...], delivered: Sequence[Delivered]
) -> Families:
    """The children of the records that ``pages`` brought.

    Args:
        exchanges: those of the sync; which of them brought a page of the stream is known from ``pages``.
        pages: those of the stream.
        ids: the keys that identify its records.
        delivered: what the connector made of them, with the children.
    """
    own = {id(page.response) for page in pages.pages}
    others = [each for each in exchanges if each.response.status < 300 and id(each.response) not in own]
    if not others:
        return Families()
    rows = [row for page in pages.pages for row in page.rows]
    parents = rows_by_name(rows, ids, delivered)
    records = {record.id: record.data for record in delivered if record.id in parents}
    ways = asked_by_ids(others, set(records))
    families = {way: _family(way, asked, parents, records) for way, asked in ways.items()}
    told = {id(each) for way, asked in ways.items() if families[way] for several in asked.values() for each in several}
    left = [each for each in others if id(each) not in told]
    unsure = (_untold(left),) if left else ()
    return Families(tuple(family for family in families.values() if family), unsure)


def rows_by_name(rows: Sequence[Any], ids: tuple[Keys, ...], delivered: Sequence[Delivered]) -> dict[str, Any]:
    """The records of the answers by the ids that they were delivered with, where one key holds those."""
    texts = {str(look_up(row, ids[0])): row for row in rows} if len(ids) == 1 else {}
    texts |= {text.rstrip("/").rpartition("/")[2]: row for text, row in texts.items() if "://" in text}
    return {record.id: texts[record.id] for record in delivered if record.id in texts}


def _untold(asked: Sequence[Exchange]) -> str:
    first = asked[0].request
    return (
        f"{len(asked)} requests were none for a page, the first was {first.method} {first.path}: what comes there? "
        "No list of a delivered record holds it."
    )


def asked_by_ids(exchanges: Sequence[Exchange], names: set[str]) -> dict[_Way, dict[str, list[Exchange]]]:
    """What was asked with the ids of records, by the way in which they were sent, and by id."""
    ways: defaultdict[_Way, defaultdict[str, list[Exchange]]] = defaultdict(lambda: defaultdict(list))
    for exchange in exchanges:
        for way, name in _ways(exchange, names):
            ways[way][name].append(exchange)
    # A number that is an id of some record by chance stands for few of them.
    best: dict[tuple[str, str], _Way] = {}
    for way, asked in ways.items():
        known = best.get(way[:2])
        if known is None or _weight(asked) > _weight(ways[known]):
            best[way[:2]] = way
    return {way: dict(ways[way]) for way in best.values()}


def _weight(asked: Mapping[str, Sequence[Exchange]]) -> tuple[int, int]:
    return sum(map(len, asked.values())), len(asked)


def _ways(exchange: Exchange, names: set[str]) -> Iterator[tuple[_Way, str]]:
    request = exchange.request
    url = request.url.partition("?")[0]
    parts = url.split("/")
    for at in reversed(range(3, len(parts))):  # behind the host
        if unquote(parts[at]) in names:
            yield _Way(request.method, "/".join([*parts[:at], "{id}", *parts[at + 1 :]]), None), unquote(parts[at])
            return
    for place, value in (*_arguments(exchange), *sent(request, Spot(None)).items()):
        if isinstance(value, str | int) and str(value) in names and place.where != "header":
            yield _Way(request.method, url, place), str(value)


def _arguments(exchange: Exchange) -> Iterator[tuple[Place, Any]]:
    """The arguments of a GraphQL query's first fields, which the answer names."""
    data = look_up(exchange.response.json, ("data",))
    for field in data if isinstance(data, dict) else ():
        try:
            for name, value in graphql.arguments_for(exchange.request, field).items():
                yield Place("argument", (name,)), value
        except graphql.QueryError:
            return


def _family(
    way: _Way, asked: Mapping[str, Sequence[Exchange]], parents: Mapping[str, Any], records: Mapping[str, Any]
) -> Family | None:
    """The children that came so, where a list in the delivered records holds them; None where none does."""
    for into in dict.fromkeys(keys for name in asked for keys in lists_in(records[name])):
        lists = {name: value for name, data in records.items() if isinstance(value := look_up(data, into), list)}
        spot = spot_of(asked, lists)
        if spot is None or not set(asked) <= set(lists):
            continue
        came = {name: _pages(asked.get(name, ()), spot) for name in lists}
        tails = {name: [row for page in came[name] for row in page.rows] for name in lists}
        if any(page is None for name in asked for page in came[name]) or not all(
            _agree(lists[name][len(lists[name]) - len(tail) :], tail) for name, tail in tails.items()
        ):
            continue
        heads = {name: lists[name][: len(lists[name]) - len(tail)] for name, tail in tails.items()}
        embedded = None
        if any(heads.values()):
            embedded, first = _embedded(heads, parents, spot)
            if embedded is None:
                continue
            came = {name: [_first(asked.get(name), first(parents[name]), spot), *pages] for name, pages in came.items()}
        return _made(way, asked, into, embedded, spot, came, lists)
    return None


def lists_in(data: Any, way: Keys = ()) -> Iterator[Keys]:
    """Every list in a delivered record that is not empty."""
    if isinstance(data, list) and data:
        yield way
    elif isinstance(data, dict):
        for key, inside in data.items():
            yield from lists_in(inside, (*way, key))


def spot_of(asked: Mapping[str, Sequence[Exchange]], lists: Mapping[str, list[Any]]) -> Spot | None:
    """Where the children stand in an answer: told by the record that has most of them."""
    name = max(asked, key=lambda name: len(lists.get(name, ())))
    children = [Delivered(str(each), each) for each in lists.get(name, ())]
    pages = pages_of(asked[name], children) if children else None
    return pages.spot if pages else None


def _pages(exchanges: Sequence[Exchange], spot: Spot) -> list[Page]:
    rows = ((each, spot.rows(each.response.json)) for each in exchanges)
    return [Page(each.request, each.response, tuple(found)) for each, found in rows if found is not None]


def _agree(delivered: Sequence[Any], rows: Sequence[Any]) -> bool:
    """Whether the connector delivered ``rows``: as they are, or a value of each."""
    return len(delivered) == len(rows) and all(
        canonical(one) == canonical(row)
        or (isinstance(row, dict) and not isinstance(one, dict | list) and str(one) in map(str, row.values()))
        for one, row in zip(delivered, rows, strict=True)
    )


# -- the first page, where the record holds it


def _embedded(
    heads: Mapping[str, Sequence[Any]], parents: Mapping[str, Any], spot: Spot
) -> tuple[Keys | None, Callable[[Any], Any]]:
    """The key of the records that holds the first page of each, and how its answer is read; None where there is no such key."""
    some = next(name for name, head in heads.items() if head)
    inner = spot.keys[-1:] if spot.keys and spot.keys[-1] in ("edges", "nodes") else spot.keys
    inside = replace(spot, keys=inner)
    for keys in _objects(parents[some]):
        held = {name: look_up(parents[name], keys) for name in heads}
        if all(_agree(head, inside.rows(held[name]) or ()) for name, head in heads.items()):
            return keys, lambda row, keys=keys: look_up(row, keys)
    return None, lambda row: None


def _objects(row: Any, way: Keys = ()) -> Iterator[Keys]:
    if isinstance(row, dict):
        for key, inside in row.items():
            if isinstance(inside, dict):
                yield (*way, key)
                yield from _objects(inside, (*way, key))


def _first(asked: Sequence[Exchange] | None, held: Any, spot: Spot) -> Page:
    """A first page that no request of its own brought: as if the endpoint had been asked without a position."""
    around = spot.keys[:-1] if spot.keys and spot.keys[-1] in ("edges", "nodes") else ()
    body = held
    for key in reversed(around):
        body = {key: body}
    request = Request(asked[0].request.method, asked[0].request.url.partition("?")[0]) if asked else Request("GET", "")
    return Page(request, json_response(200, body), tuple(spot.rows(body) or ()))


# -- what their pages show


def _made(
    way: _Way,
    asked: Mapping[str, Sequence[Exchange]],
    into: Keys,
    embedded: Keys | None,
    spot: Spot,
    came: Mapping[str, Sequence[Page]],
    lists: Mapping[str, Sequence[Any]],
) -> Family:
    several = [pages for pages in came.values() if len(pages) > 1]
    paging = _common_paging(several, spot)
    signals = _common_signals([signals_of(pages, spot, paging, whole=True) for pages in several])
    own = [page for name in asked for page in came[name][bool(embedded) :]]
    size = page_size_of(own, spot, paging)
    listing = Listing(Pages(spot, tuple(own), 0), paging, signals, size, whole=True)
    entries = [
        pair
        for name in came
        for pair in zip((row for page in came[name] for row in page.rows), lists[name], strict=True)
    ]
    return Family(way.url, way.parent, into, embedded, listing, len(asked), tuple(entries))


def _common_paging(several: Sequence[Sequence[Page]], spot: Spot) -> Paging | None:
    """What explains how one page led to the next for every record that has more than one."""
    found = [pagings_of(pages, spot) for pages in several]
    described = [{json.dumps(each.described) for each in pagings} for pagings in found]
    for paging in max(zip(several, found, strict=True), key=lambda each: len(each[0]), default=((), ()))[1]:
        if all(json.dumps(paging.described) in each for each in described):
            return replace(paging, evidence=f"{paging.evidence}; so of {len(several)} records")
    return None


def _common_signals(several: Sequence[Signals]) -> Signals:
    def common(name: str) -> Fact | None:
        facts: list[Fact | None] = [getattr(each, name) for each in several]
        if not facts or None in facts or len({fact.value for fact in facts if fact}) > 1:
            return None
        return facts[0]

    return Signals(common("more"), common("last"), common("total"), common("pages"), common("link"))


# -- the draft


def drafted(family: Family, subject: Subject, base: str) -> Draft:
    """What a description says of the children."""
    listing, made = family.listing, Draft()
    made.put("path", path_below(family.url, base), f"asked for {family.of} records, each with its id")
    method = listing.pages.pages[0].request.method
    if method != "GET":
        made.put("method", method, "as it was asked")
    if family.parent is not None:
        made.put("parent", written(family.parent), "the id of the record stands there")
    put_records(made, listing, f"{len(family.entries)} children stand there, or in the records, that were delivered")
    _id(made, family)
    if listing.paging is None:
        made.put("paging", {"style": "none"}, "no record was asked for a second page")
        made.questions.append(
            "how does one page lead to the next? Record a record that has more than one page of them."
        )
    else:
        put_paging(made, listing)
    put_page_size(made, subject, listing)
    if listing.signals.total is not None:
        why = "on every page of a record as many as came"
        made.put("total", written(listing.signals.total.value, found=True), why)
    put_envelope(made, listing)
    if family.embedded is not None:
        made.put("embedded", keys_written(family.embedded), "the first page of them stands in the record")
    made.put("into", keys_written(family.into), "the connector delivers them there")
    rows = [row for row, _ in family.entries if isinstance(row, dict)]
    if rows:
        made.put("record", schema_of(rows), f"the shape of {len(rows)} children")
    return made


def _id(made: Draft, family: Family) -> None:
    """The key of a child that identifies it: whose value is delivered, or which is another one for each."""
    rows = [row for row, _ in family.entries]
    told = [Delivered(str(one), one) for _, one in family.entries if not isinstance(one, dict | list)]
    keys = ids_of(rows, told)[:1] if len(told) == len(rows) else ()
    why = "delivered in place of the child"
    if not keys and rows and all(isinstance(row, dict) for row in rows):
        why = f"another one for each of {len(rows)} children"
        unlike = [each for each, _ in scalars(rows[0]) if _differs([look_up(row, each) for row in rows])]
        keys = tuple(
            sorted(unlike, key=lambda each: (each[-1] != "id", not each[-1].lower().endswith("id"), len(each)))
        )[:1]
    if not keys:
        made.questions.append("which key of a child is its id?")
    elif keys[0] != ("id",):
        made.put("id", keys_written(keys[0]), why)


def _differs(values: Sequence[Any]) -> bool:
    texts = {str(value) for value in values if isinstance(value, str | int) and not isinstance(value, bool)}
    return MISSING not in values and len(texts) == len(values)
