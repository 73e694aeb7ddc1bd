"""How one page led to the next: the paging styles, each recognised by what returned in the next request."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass, field
from itertools import pairwise
from typing import Any
from urllib.parse import parse_qsl, urljoin, urlsplit

from requests.utils import parse_header_links

from contract.description import graphql
from contract.description.places import MISSING, Place, look_up
from contract.messages import Request, Response
from contract.recording.inference.pages import Page, Spot, scalars


@dataclass(frozen=True)
class Paging:
    """The `paging:` of a stream as it would be written, and why."""

    described: dict[str, Any]
    evidence: str
    position: Place | None = None
    """Where the position is sent, where it is sent in a parameter."""
    onward: Place | None = None
    """Where the next one is found."""
    unsure: tuple[str, ...] = field(default=())
    """What has to be asked."""
    goes_on: bool = False
    """The last answer that was recorded has a link to a next page."""


def pagings_of(pages: Sequence[Page], spot: Spot) -> tuple[Paging, ...]:
    """Every way in which the first of ``pages`` may have led to the second, and so on, what explains most first."""
    if len(pages) < 2:
        return ()
    found = (recognise(pages, spot) for recognise in STYLES)
    return tuple(paging for paging in found if paging is not None)


OF_HTTP = frozenset({"content-length", "host", "date", "user-agent", "connection", "accept-encoding"})
"""Request headers that differ for reasons of HTTP, and hold no position."""


# -- what a request says


def sent(request: Request, spot: Spot) -> dict[Place, Any]:
    """Every value that a request carries, with its place: query parameters, headers, JSON body, GraphQL arguments."""
    values: dict[Place, Any] = {Place("query", (name,)): given[-1] for name, given in request.query.items()}
    values |= {Place("header", (name,)): value for name, value in request.headers if name.lower() not in OF_HTTP}
    body = request.json
    if isinstance(body, dict) and isinstance(body.get("query"), str) and spot.keys:
        try:
            arguments = graphql.arguments_for(request, _connection(spot)[-1])
        except graphql.QueryError:
            arguments = {}
        return values | {Place("argument", (name,)): value for name, value in arguments.items()}
    return values | {Place("body", keys): value for keys, value in _nodes(body)}


def _nodes(body: Any, way: tuple[str, ...] = ()) -> Iterator[tuple[tuple[str, ...], Any]]:
    """Every value in nested objects, the objects and lists themselves included."""
    if isinstance(body, dict):
        for key, inside in body.items():
            yield (*way, key), inside
            yield from _nodes(inside, (*way, key))


def outside(response: Response, spot: Spot) -> dict[Place, Any]:
    """Every value of an answer that is none of its records', with its place."""
    body = response.json
    within = () if spot.keys is None else spot.keys
    return {
        Place("body", keys): value
        for keys, value in _nodes(body if isinstance(body, dict) else None)
        if spot.keys is not None and keys[: len(within)] != within
    }


def _connection(spot: Spot) -> tuple[str, ...]:
    """The way to the GraphQL connection whose edges or nodes are the records."""
    assert spot.keys is not None
    return spot.keys[:-1] if spot.keys[-1] in ("edges", "nodes") else spot.keys


def _changes(pages: Sequence[Page], spot: Spot) -> dict[Place, list[Any]]:
    """The places at which every request differs from the one before, with what stands there; MISSING for nothing."""
    asked = [sent(page.request, spot) for page in pages]
    places = dict.fromkeys(place for each in asked for place in each)
    values = {place: [each.get(place, MISSING) for each in asked] for place in places}
    return {place: found for place, found in values.items() if all(one != two for one, two in pairwise(found))}


# -- the styles


def _link_header(pages: Sequence[Page], spot: Spot) -> Paging | None:
    links = [next_link(page.response) for page in pages[:-1]]
    how = _followed(pages, links)
    if how is None:
        return None
    described: dict[str, Any] = {"style": "link_header"}
    last = pages[-1].response.header("Link")
    if last is not None and next_link(pages[-1].response) is None:
        described["end"] = "others" if last.strip() else "empty"
    evidence = f"the Link header's rel=next was asked next, {_times(pages)}"
    return Paging(described | how, evidence, goes_on=next_link(pages[-1].response) is not None)


def _next_url(pages: Sequence[Page], spot: Spot) -> Paging | None:
    for place in outside(pages[0].response, spot):
        links = [place.found_in(page.response) for page in pages[:-1]]
        how = _followed(pages, links) if all(isinstance(link, str) for link in links) else None
        if how is not None:
            described = {"style": "next_url", "next": written(place, found=True)} | how
            evidence = f"the URL at {place.keys[-1]!r} was asked next, {_times(pages)}"
            goes_on = bool(place.found_in(pages[-1].response))
            return Paging(described | _end(place, pages[-1]), evidence, onward=place, goes_on=goes_on)
    return None


def _relay(pages: Sequence[Page], spot: Spot) -> Paging | None:
    if spot.keys is None:
        return None
    connection = _connection(spot)
    cursor = (*connection, "pageInfo", "endCursor")
    for place, values in _changes(pages, spot).items():
        onward = [look_up(page.response.json, cursor) for page in pages[:-1]]
        if place.where == "argument" and onward == values[1:] and MISSING not in onward:
            described = {"style": "relay", "send": str(place)} | ({} if spot.node else {"nodes": "nodes"})
            return Paging(described, f"pageInfo.endCursor returned as {place}, {_times(pages)}", place)
    return None


def _cursor(pages: Sequence[Page], spot: Spot) -> Paging | None:
    for place, values in _changes(pages, spot).items():
        for onward in outside(pages[0].response, spot):
            found = [onward.found_in(page.response) for page in pages[:-1]]
            if MISSING not in found and all(_same(one, two) for one, two in zip(found, values[1:], strict=True)):
                described = {"style": "cursor", "send": written(place), "next": written(onward, found=True)}
                shape = {int: "integer", list: "list", dict: "object"}.get(type(found[0]))
                described |= {"shape": shape} if shape else {}
                evidence = f"the value at {'.'.join(onward.keys)} returned as {place}, {_times(pages)}"
                return Paging(described | _end(onward, pages[-1]), evidence, place, onward)
    return None


def _next_header(pages: Sequence[Page], spot: Spot) -> Paging | None:
    for place, values in _changes(pages, spot).items():
        for name in dict.fromkeys(key for key, _ in pages[0].response.headers):
            found = [page.response.header(name) for page in pages[:-1]]
            if None not in found and all(_same(one, two) for one, two in zip(found, values[1:], strict=True)):
                counts = [number for value in found if (number := _whole(value)) is not None]
                by_one = len(counts) == len(found) and all(two - one == 1 for one, two in pairwise(counts))
                described = {"style": "next_header", "header": name, "send": written(place)}
                described |= {"value": "page" if by_one and len(counts) > 1 else "token"}
                last = pages[-1].response.header(name)
                described |= {"end": "absent"} if last is None else {}
                return Paging(described, f"the header {name} returned as {place}, {_times(pages)}", place)
    return None


def _keyset(pages: Sequence[Page], spot: Spot) -> Paging | None:
    if not all(page.rows and isinstance(page.rows[-1], dict) for page in pages[:-1]):
        return None
    for place, values in _changes(pages, spot).items():
        for keys, _ in scalars(pages[0].rows[-1]):
            last = [look_up(page.rows[-1], keys) for page in pages[:-1]]
            if all(_same(one, two) for one, two in zip(last, values[1:], strict=True)):
                described = {"style": "keyset", "send": written(place), "key": keys_written(keys)}
                return Paging(
                    described, f"the last record's {'.'.join(keys)} returned as {place}, {_times(pages)}", place
                )
    return None


def _numbers(pages: Sequence[Page], spot: Spot) -> Iterator[tuple[Place, list[int | None]]]:
    for place, values in _changes(pages, spot).items():
        numbers = [None if value is MISSING else _whole(value) for value in values]
        if None not in numbers[1:] and (values[0] is MISSING or numbers[0] is not None):
            yield place, numbers


def _offset(pages: Sequence[Page], spot: Spot) -> Paging | None:
    for place, numbers in _numbers(pages, spot):
        starts = [0 if number is None else number for number in numbers]
        steps = [two - one for one, two in pairwise(starts)]
        rows = [len(page.rows) for page in pages[:-1]]
        if starts[0] == 0 and steps == rows and any(step > 1 for step in steps):
            described = {"style": "offset", "send": written(place)}
            return Paging(described, f"{place} grew by the number of records that had come, {_times(pages)}", place)
    return None


def _page(pages: Sequence[Page], spot: Spot) -> Paging | None:
    for place, numbers in _numbers(pages, spot):
        first = numbers[0] if numbers[0] is not None else (numbers[1] or 0) - 1
        counted = list(range(first, first + len(pages)))
        if first in (0, 1) and [first, *numbers[1:]] == counted:
            described = {"style": "page", "send": written(place)} | ({} if first else {"start": 0})
            asked: tuple[str, ...] = ()
            if all(len(page.rows) == 1 for page in pages[:-1]):
                asked = (f"each page held one record: does {place} count pages, or records (`style: offset`)?",)
            return Paging(described, f"{place} grew by one, {_times(pages)}", place, unsure=asked)
    return None


STYLES: tuple[Callable[[Sequence[Page], Spot], Paging | None], ...] = (
    _link_header,
    _next_url,
    _relay,
    _cursor,
    _next_header,
    _keyset,
    _offset,
    _page,
)
"""In order of how much each explains: a link is the whole next request, a number only grows."""


# -- parts


def next_link(response: Response) -> str | None:
    """The link of the Link header whose relation is next (RFC 8288, section 3.3); None where there is none."""
    found = parse_header_links(response.header("Link") or "")
    return next((link.get("url") for link in found if "next" in link.get("rel", "").lower().split()), None)


def _followed(pages: Sequence[Page], links: Sequence[Any]) -> dict[str, Any] | None:
    """How the links were written that were asked next (`form`, `host`, `drops`), or None where one was not.

    A link is followed where its path was asked, with all of its parameters. Its host may be another one: servers behind a
    proxy write their own name, and the connector goes on asking the public one.
    """
    drops: dict[str, None] = {}
    forms: dict[str, None] = {}
    hosts: dict[str, None] = {}
    for page, after, link in zip(pages, pages[1:], links, strict=False):
        if not isinstance(link, str) or not link:
            return None
        meant, asked = urlsplit(urljoin(page.request.url, link)), urlsplit(after.request.url)
        said, given = parse_qsl(meant.query, keep_blank_values=True), parse_qsl(asked.query, keep_blank_values=True)
        form = _form(link, meant.path, asked.path)
        if form is None or not set(said) <= set(given):
            return None
        if (meant.scheme, meant.netloc) != (asked.scheme, asked.netloc):
            hosts[f"{meant.scheme}://{meant.netloc}"] = None
        forms |= {form: None} if form != "absolute" else {}
        drops |= dict.fromkeys(name for name, value in given if (name, value) not in said)
    if len(forms) > 1 or len(hosts) > 1:
        return None
    found: dict[str, Any] = {"form": next(iter(forms))} if forms else {}
    found |= {"host": next(iter(hosts))} if hosts else {}
    return found | ({"drops": list(drops)} if drops else {})


def _form(link: str, meant: str, asked: str) -> str | None:
    """How ``link`` is written, by the path it means and the one that was asked; None where that is another one."""
    if link.startswith("/") and meant != asked:
        return "base_relative" if asked.endswith(meant) else None
    if meant != asked:
        return None
    return "absolute" if urlsplit(link).scheme else "host_relative" if link.startswith("/") else "path_relative"


def _end(place: Place, last: Page) -> dict[str, str]:
    """What stands at the place of the next position on the last page, where it is not the usual null."""
    value = place.found_in(last.response)
    return {"end": "absent"} if value is MISSING else {"end": "empty"} if value == "" else {}


def _same(found: Any, returned: Any) -> bool:
    """Whether a value of an answer is what a request sends; in a query it is text."""
    if isinstance(returned, str) and isinstance(found, int | str) and not isinstance(found, bool):
        return str(found) == returned and returned != ""
    return found == returned and type(found) is type(returned) and found is not None


def _whole(value: Any) -> int | None:
    text = str(value)
    return int(text) if text.isascii() and text.isdigit() and not isinstance(value, bool) else None


def written(place: Place, *, found: bool = False) -> str | list[str]:
    """A place as contract.yml has it: one that is ``found`` in an answer is in its body where nothing else is said."""
    if place.where == "body" and (found or any("." in key for key in place.keys)):
        return keys_written(place.keys)
    return str(place)


def keys_written(keys: tuple[str, ...]) -> str | list[str]:
    """A way into a JSON value as contract.yml has it."""
    return list(keys) if any("." in key for key in keys) else ".".join(keys)


def _times(pages: Sequence[Page]) -> str:
    steps = len(pages) - 1
    return "once" if steps == 1 else f"{steps} times out of {steps}"
