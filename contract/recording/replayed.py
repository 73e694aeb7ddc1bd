"""A recording as a world: its pages, counts and checks as they were recorded; credentials and tokens as drafted from it."""

from __future__ import annotations

import json
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, replace
from functools import cached_property
from pathlib import Path
from typing import Any

from contract.description.api import Api, Stream
from contract.description.auth import OAuth
from contract.description.paging import LinkHeader, NextUrl
from contract.description.places import MISSING
from contract.errors import ContractError, UnrecordedRequestError
from contract.messages import Request, Response, ServedPage
from contract.recording.cassette import Interaction
from contract.recording.inference.draft import draft, pages_in, why_no_pages
from contract.recording.inference.pages import Pages, Spot, canonical
from contract.recording.inference.styles import next_link
from contract.recording.kin import Kin, kin_of
from contract.recording.played import Played, play
from contract.recording.recorded import Question, Recorded
from contract.simulation.api import Endpoint, Refusal, SimulatedApi
from contract.simulation.auth import lets_in
from contract.simulation.network import Runaway
from contract.subject.building import Subject
from contract.subject.driving import stored


@dataclass(frozen=True)
class Replay:
    """The recorded sync of one stream: what it needs to be replayed, and damaged."""

    stream: str
    path: Path
    described: Api
    """What the recordings of the connector show of its API."""
    interactions: tuple[Interaction, ...]
    """Of all streams: what one of them asks may have been recorded with another."""
    secrets: tuple[str, ...]
    guarded: frozenset[Question]
    """What was asked with credentials."""
    held: tuple[tuple[str, dict[str, Any]], ...]
    """The recorded records in their order, each with its id as text."""
    spot: Spot
    """Where the records of a page stand."""
    asked_for_pages: frozenset[Question]
    """What was asked when pages of records came."""
    pages: int
    """Requests for pages in the recorded sync."""
    page_size: int
    unasked: tuple[str, ...]
    """The ids of recorded records that the connector does not ask for."""
    kin: tuple[Kin, ...]
    """The children that were recorded."""
    problem: str | None
    """Why the recorded sync comes to no end; None where it does."""
    beyond: dict[str, Any] | None
    """The pagination that leads to what was not recorded; None where the recording goes on to the end of the stream."""

    @cached_property
    def names(self) -> dict[str, str]:
        """The id of each recorded record, by what it holds."""
        return {canonical(data): name for name, data in self.held}

    def names_of(self, answer: Response, rows: list[Any]) -> list[str | None]:
        """The ids of the ``rows`` of a recorded ``answer``, which every simulated world serves anew."""
        known = self._named.get(id(answer))
        if known is None or known[0] is not answer:
            known = self._named[id(answer)] = answer, [self.names.get(canonical(row)) for row in rows]
        return known[1]

    @cached_property
    def _named(self) -> dict[int, tuple[Response, list[str | None]]]:
        return {}


class RecordedApi(SimulatedApi):
    """The drafted API, which answers as it was recorded: all but tokens and wrong credentials, which no recording holds."""

    def __init__(self, replay: Replay, *args: Any, **options: Any) -> None:
        super().__init__(replay.described, *args, **options)
        self._recorded = Recorded(replay.interactions, replay.secrets, replay.path.name)
        self._guarded = replay.guarded
        self._replay = replay
        self._pages = Endpoint("list", replay.stream)
        self._stream = replay.described.streams[replay.stream]

    @property
    def hosts(self) -> dict[str, SimulatedApi]:
        """This API under every origin that was asked."""
        return dict.fromkeys([*self.described.origins, *self._recorded.hosts], self)

    @property
    def file_hosts(self) -> frozenset[str]:
        """The origins that were asked without credentials."""
        return frozenset(self._recorded.hosts) - {each.origin for each in self._guarded}

    @property
    def missed(self) -> list[str]:
        """What was asked and not recorded, which is answered 404."""
        return self._recorded.missed

    def endpoint(self, request: Request) -> Endpoint:
        """What ``request`` is for; what brought no page of the stream is `other`."""
        found = super().endpoint(request)
        if found.kind != "list":
            return found
        return self._pages if self._recorded.question(request) in self._replay.asked_for_pages else Endpoint("other")

    def _respond(self, request: Request) -> Response:
        self._admit(request, None, None, public=self._recorded.question(request) not in self._guarded)
        try:
            answer = self._recorded.respond(request)
        except UnrecordedRequestError as error:
            raise Refusal(404, str(error)) from error
        return self._as_page(answer) if self.endpoint(request) == self._pages else answer

    def _as_page(self, answer: Response) -> Response:
        """A recorded page with the records as the collection has them now, and a note of what it holds."""
        spot, paging = self._replay.spot, self._stream.paging
        rows = spot.rows(answer.json) if answer.status < 300 else None
        if rows is None:
            return answer
        now = {held.id: held.data for held in self.collections[self._replay.stream].held}
        names = self._replay.names
        served = [name for name in self._replay.names_of(answer, rows) if name in now]
        if [now[name] for name in served] != rows:
            body = spot.changed(answer.json, lambda row: now.get(names.get(canonical(row), ""), MISSING))
            answer = answer.with_body(json.dumps(body, ensure_ascii=False).encode())
        self.served(self._replay.stream)
        last = self._replay.beyond is None and self._replay.held[-1][0] in served
        return replace(answer, page=ServedPage(self._replay.stream, tuple(served), last, _link(paging, answer)))


def _link(paging: Any, answer: Response) -> str | None:
    """The link to the next page, as the API wrote it."""
    match paging:
        case NextUrl():
            found = paging.next.found_in(answer)
        case LinkHeader():
            found = next_link(answer)
        case _:
            found = None
    return found if isinstance(found, str) and found else None


@dataclass(frozen=True)
class Recordings:
    """The recordings of a connector, played through it: those that show its streams, and why the others do not."""

    usable: tuple[Played, ...]
    useless: dict[str, str]


def recordings_of(subject: Subject, paths: Mapping[str, Path]) -> Recordings:
    """The recordings at ``paths``, by their streams, played.

    Raises:
        UsageError: one cannot be read.
    """
    useless: dict[str, str] = {}
    usable = []
    for name, path in paths.items():
        try:
            played = play(subject, name, path)
        except ContractError:
            raise
        except (Exception, Runaway) as error:  # the connector's own, which other clauses tell
            useless[name] = f"the connector does not sync ({type(error).__name__}: {error})"
            continue
        if pages_in(played) is None:
            useless[name] = played.problem or why_no_pages(played)
        else:
            usable.append(played)
    return Recordings(tuple(usable), useless)


def replays(subject: Subject, recordings: Recordings) -> dict[str, Replay | str]:
    """What the recordings make of the API, by stream; or why one cannot be replayed."""
    found: dict[str, Replay | str] = dict(recordings.useless)
    if recordings.usable:
        described = Api.model_validate(draft(subject, recordings.usable).values)
        everything = tuple(one for each in recordings.usable for one in _without_hiccups(each))
        for each in recordings.usable:
            pages = pages_in(each)
            assert pages is not None, "what shows no pages is not usable"
            found[each.stream] = _replay(subject, described, each, pages, everything)
    return found


def _replay(
    subject: Subject, described: Api, played: Played, pages: Pages, interactions: tuple[Interaction, ...]
) -> Replay:
    if played.endless:  # each page as often as it was recorded
        first = {played.recorded.question(page.request): page for page in reversed(pages.pages)}
        pages = replace(pages, pages=tuple(reversed(first.values())))
    stream = described.streams[played.stream]
    option = stream.page_size.option if stream.page_size else None
    asked = subject.option_value(option) if option else max(len(page.rows) for page in pages.pages)
    asked_for_pages = frozenset(played.recorded.question(page.request) for page in pages.pages)
    return Replay(
        stream=played.stream,
        path=played.path,
        described=described,
        interactions=interactions,
        secrets=subject.secrets(None),
        guarded=frozenset(_guarded(described, played)),
        held=tuple(_held(stream, played, pages)),
        spot=pages.spot,
        asked_for_pages=asked_for_pages,
        pages=len(pages.pages),
        page_size=int(asked),
        unasked=tuple(_unasked(stream, played, pages)),
        kin=tuple(kin_of(played, pages)),
        problem=played.problem,
        beyond=_beyond(played),
    )


def _beyond(played: Played) -> dict[str, Any] | None:
    """Where the recording ends before the stream does: there the connector asked what was not recorded."""
    if played.whole or played.problem or not played.sync.turns:
        return None
    return stored(played.sync.turns[-1].next_pagination)


def _unasked(stream: Stream, played: Played, pages: Pages) -> Iterator[str]:
    """What stands on recorded pages that were not asked for."""
    question = played.recorded.question
    first, asked = question(pages.pages[0].request), {question(page.request) for page in pages.pages}
    came = {canonical(row) for page in pages.pages for row in page.rows}
    for each in played.recording.interactions:
        own = question(each.request)
        if own in asked or (own.method, own.origin, own.path) != (first.method, first.origin, first.path):
            continue
        for row in (pages.spot.rows(each.response.json) or ()) if each.response.status < 300 else ():
            if canonical(row) not in came and isinstance(row, dict):
                yield stream.name_of(row) or "one without an id"


def _without_hiccups(played: Played) -> Iterator[Interaction]:
    """The exchanges without refusals that passed when the same was asked again: what disturbs a replay is chosen by us."""
    question = played.recorded.question
    answered = {question(each.request) for each in played.recording.interactions if each.response.status < 400}
    for each in played.recording.interactions:
        passing = each.response.status == 429 or each.response.status >= 500
        if not passing or question(each.request) not in answered:
            yield each


def _held(stream: Stream, played: Played, pages: Pages) -> Iterator[tuple[str, dict[str, Any]]]:
    """The records of the recorded pages. An id that no key of a record holds is the connector's own."""
    rows = [row for page in pages.pages for row in page.rows]
    delivered = played.sync.records
    for number, row in enumerate(rows):
        own = str(delivered[number].id) if number < len(delivered) else ""
        yield stream.name_of(row) or own, row


def _guarded(described: Api, played: Played) -> Iterator[Question]:
    """What is asked with credentials, or was when it was recorded, and so is refused without."""
    tokens = {token for auth in described.auth if (token := getattr(auth, "token", None))}
    then = (request for token in tokens for request in played.asked_then(token))
    for request in (*(call.request for call in played.calls), *then):
        carried = any(
            request.header("Authorization") if isinstance(auth, OAuth) else lets_in(auth, request, (), 0.0)
            for auth in described.auth
        )
        if carried:
            yield played.recorded.question(request)
