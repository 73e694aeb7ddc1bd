"""A recorded API: answers each request as it was answered when it was recorded, from an index and without a network."""

from __future__ import annotations

import functools
import json
from collections import Counter, defaultdict
from collections.abc import Hashable, Iterable, Iterator, Sequence
from dataclasses import dataclass
from typing import Any
from urllib.parse import parse_qsl, urlsplit

from contract.errors import UnrecordedRequestError
from contract.messages import Headers, Request, Response, origin_of
from contract.recording.cassette import Interaction
from contract.recording.disguise import masked
from contract.recording.scrub import OF_THE_MACHINE, REDACTED, secret_header, unzipped, without_named

SPARE = 1024
"""Questions that were not recorded and are remembered."""

CANDIDATES = 10
"""Recorded requests that are looked at for the one nearest to an unrecorded request, for each of its values."""


OF_CLIENTS = OF_THE_MACHINE | {"accept", "connection", "content-type", "cookie", "host"}
"""Request headers that every client sends in its own way."""


@dataclass(frozen=True)
class Question:
    """What is asked: the parts of a request by which recorded ones are told apart, without secrets.

    Query and form parameters may come in any order, and so may the keys of a JSON body; headers are not compared.
    """

    method: str
    origin: str
    path: str
    query: tuple[tuple[str, str], ...]
    body: tuple[tuple[str, str], ...]

    @functools.cached_property
    def values(self) -> tuple[tuple[str, str], ...]:
        """The parameters, those of the body behind a ``body.``."""
        return (*self.query, *((f"body.{name}" if name else "body", value) for name, value in self.body))

    @functools.cached_property
    def names(self) -> frozenset[str]:
        """Of the parameters."""
        return frozenset(name for name, _ in self.values)

    @functools.cached_property
    def distinct(self) -> frozenset[tuple[str, str]]:
        """The parameters, those that repeat once."""
        return frozenset(self.values)

    def __str__(self) -> str:
        shown = "&".join(f"{name}={value}" for name, value in self.values)
        return f"{self.method} {self.path}{'?' if shown else ''}{shown}"[:200]


class Recorded:
    """The hosts of one recording.

    An exchange that was recorded several times is answered in the order of the recording, and by its last answer from
    then on: a 429 and what came when it was asked again, a job that was pending and is done.

    Args:
        interactions: what was recorded.
        secrets: those of the config in use, which stand for those that were taken out of the recording.
        name: how messages call the recording.
    """

    def __init__(
        self, interactions: Iterable[Interaction], secrets: Iterable[str] = (), name: str = "the recording"
    ) -> None:
        self.name = name
        self.missed: list[str] = []
        """What was asked and not recorded."""
        self._secrets = tuple(dict.fromkeys(secrets))
        self._answers: dict[Question, list[tuple[Headers, Response]]] = {}
        self._served: Counter[tuple[Question, Headers]] = Counter()
        known = tuple(interactions)
        # All that was recorded, or a sync that asks for more pages than are remembered remembers none.
        self._question = functools.lru_cache(maxsize=len(known) + SPARE)(self._question_of)
        self._origins: dict[str, None] = {}
        for each in known:
            self._answers.setdefault(self.question(each.request), []).append((self._own(each.request), each.response))
            self._origins[each.request.origin] = None

    @property
    def hosts(self) -> dict[str, Recorded]:
        """This recording under every origin that was asked."""
        return dict.fromkeys(self._origins, self)

    @property
    def unplayed(self) -> list[Question]:
        """What was recorded and has not been asked."""
        served: Counter[Question] = Counter()
        for (asked, _), number in self._served.items():
            served[asked] += number
        return [asked for asked, answers in self._answers.items() if served[asked] < len(answers)]

    def kind(self, request: Request) -> str:
        """`token` for what asks a token endpoint (RFC 6749, section 4), or else `list`."""
        return "token" if request.method == "POST" and "grant_type" in dict(self.question(request).body) else "list"

    def respond(self, request: Request) -> Response:
        """The recorded answer.

        Raises:
            UnrecordedRequestError: there is none.
        """
        asked = self.question(request)
        answers = self._answers.get(asked)
        if answers is None:
            message = self._not_recorded(asked)
            self.missed.append(message)
            raise UnrecordedRequestError(message)
        own = self._own(request)
        # Headers tell apart only what nothing else does: a page size there, and not an id that is new each time.
        alike = [answer for headers, answer in answers if headers == own]
        if len(alike) in (0, len(answers)):
            own, alike = (), [answer for _, answer in answers]
        number = self._served[asked, own]
        self._served[asked, own] += 1
        return alike[min(number, len(alike) - 1)]

    def rewind(self) -> None:
        """Every exchange is answered from its first recorded answer on, as if nothing had been asked yet."""
        self._served.clear()

    def question(self, request: Request) -> Question:
        """What ``request`` asks."""
        return self._question(request.method, request.url, request.body)

    def _question_of(self, method: str, url: str, body: bytes) -> Question:
        parts = urlsplit(masked(without_named(url), self._secrets, REDACTED))
        text = unzipped(body).decode("utf-8", "replace") if body else ""
        sent = masked(without_named(text), self._secrets, REDACTED) if text else ""
        return Question(method, origin_of(url), parts.path or "/", _sorted(parts.query), tuple(_parts(sent)))

    def _own(self, request: Request) -> Headers:
        """The headers by which an API may tell requests apart: not those of the client's libraries, nor credentials."""
        sent = ((name.lower(), value) for name, value in request.headers if name.lower() not in OF_CLIENTS)
        told = ((name, masked(value, self._secrets, REDACTED)) for name, value in sent if not secret_header(name))
        return tuple(sorted((name, value) for name, value in told if REDACTED not in value))

    # -- what was meant

    def _not_recorded(self, asked: Question) -> str:
        near = self._nearest(asked)
        if near is None:
            return f"{asked}: {self.name} holds nothing of {asked.origin}{asked.path}; record it anew"
        return f"{asked}: not in {self.name}; the nearest is {near} ({_difference(asked, near)}); record it anew"

    def _nearest(self, asked: Question) -> Question | None:
        """The recorded question that has most in common with ``asked``: the path first, then the values."""
        # Each of them once: many are found by all that they have in common.
        found = {id(each): each for key in _keys(asked) for each in self._by_key.get(key, ())}
        found = found or {id(each): each for each in self._by_key.get(asked.origin, ())}
        return max(found.values(), key=lambda each: _alike(asked, each), default=None)

    @functools.cached_property
    def _by_key(self) -> dict[Hashable, list[Question]]:
        index: defaultdict[Hashable, list[Question]] = defaultdict(list)
        for each in self._answers:
            for key in (each.origin, *_keys(each)):
                if len(index[key]) < CANDIDATES:
                    index[key].append(each)
        return dict(index)


def _keys(asked: Question) -> Iterator[Hashable]:
    yield asked.path
    for value in asked.values:
        yield (asked.path, value)


def _alike(asked: Question, other: Question) -> tuple[bool, bool, int, int]:
    common = len(asked.distinct & other.distinct)
    return (asked.path == other.path, asked.method == other.method, common, -len(asked.names ^ other.names))


def _difference(asked: Question, other: Question) -> str:
    """What is asked otherwise than it was recorded."""
    if asked.path != other.path:
        return "another path"
    if asked.origin != other.origin:
        return f"recorded from {other.origin}, asked of {asked.origin}"
    if asked.method != other.method:
        return f"recorded as {other.method}"
    sent, kept = dict(asked.values), dict(other.values)
    told = [
        f"{name} is {_short(sent[name])}, recorded {_short(kept[name])}"
        if name in sent and name in kept
        else f"{name} is new"
        if name in sent
        else f"{name} is missing"
        for name in dict.fromkeys((*sent, *kept))
        if sent.get(name) != kept.get(name)
    ]
    return ", ".join(told[:3]) or "the same parameters, repeated otherwise"


def _short(value: str) -> str:
    return repr(value if len(value) <= 40 else f"{value[:39]}…")


def _sorted(query: str) -> tuple[tuple[str, str], ...]:
    return tuple(sorted(parse_qsl(query, keep_blank_values=True)))


def _parts(body: str) -> Sequence[tuple[str, str]]:
    """The parameters of a body: of JSON, each value with the way to it, or of a form; else the body itself."""
    if not body:
        return ()
    try:
        return sorted(_leaves(json.loads(body)))
    except (ValueError, RecursionError):
        form = _sorted(body)
        return form or [("", body)]


def _leaves(value: Any, way: str = "") -> Iterator[tuple[str, str]]:
    if isinstance(value, dict) and value:
        for key, inside in value.items():
            yield from _leaves(inside, f"{way}.{key}" if way else str(key))
    elif isinstance(value, list) and value:
        for number, inside in enumerate(value):
            yield from _leaves(inside, f"{way}.{number}" if way else str(number))
    else:
        yield way, json.dumps(value)
