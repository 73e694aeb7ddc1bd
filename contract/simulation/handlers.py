"""What YAML cannot say of an API: functions from a request to a response, with its records at hand.

A handler is asked before the description. Together they make one API: a job is created and polled by handlers, and the
stream that its file holds is described as any other.
"""

from __future__ import annotations

import json
import re
from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass
from functools import cached_property
from typing import TYPE_CHECKING, Any, NoReturn
from urllib.parse import unquote

from contract.description.places import MISSING
from contract.errors import UsageError
from contract.messages import Headers, Request, Response, ServedPage, origin_of
from contract.simulation.jobs import JobState

if TYPE_CHECKING:
    from contract.simulation.api import SimulatedApi


_SEGMENT = re.compile(r"\{(\w+)\}")


@dataclass(frozen=True)
class Handler:
    """A function that answers what is asked at one place of an API. Made by `handles`."""

    answer: Callable[[Visit], Response]
    method: str
    place: str
    """A path below the base URL, or an absolute URL; ``{name}`` stands for one segment of it."""
    serves: str | tuple[str, ...] | None
    public: bool
    token: bool = False

    @property
    def origin(self) -> str | None:
        """The host, where it is another one than the API's."""
        return origin_of(self.place) if "://" in self.place else None

    @cached_property
    def _pattern(self) -> re.Pattern[str]:
        return re.compile(re.sub(r"\\\{(\w+)\\\}", r"(?P<\1>[^/]+)", re.escape(self.place)))

    @property
    def streams(self) -> tuple[str, ...]:
        """Whose records it answers with, as `serves` names them."""
        return (self.serves,) if isinstance(self.serves, str) else self.serves or ()

    def stream(self, named: Mapping[str, str], focus: str | None) -> str | None:
        """The stream whose records it answers with, where ``named`` are the segments of what was asked.

        Of a tuple it is the one that a sync is about (``focus``); None where the sync is about another one.
        """
        streams = [each.format_map(named) for each in self.streams]
        if focus is None or not isinstance(self.serves, tuple):
            return streams[0] if streams else None
        return focus if focus in streams else None

    def named(self, request: Request, root: str) -> dict[str, str] | None:
        """The named segments of what ``request`` asks, decoded; None where it asks something else.

        Args:
            request: any.
            root: the base URL of the API.
        """
        if request.method != self.method:
            return None
        asked = request.url.partition("?")[0]
        found = self._pattern.fullmatch(asked if self.origin else asked.removeprefix(root))
        return None if found is None else {name: unquote(text) for name, text in found.groupdict().items()}


def handles(
    route: str, *, serves: str | tuple[str, ...] | None = None, public: bool = False, token: bool = False
) -> Callable[[Callable[[Visit], Response]], Handler]:
    """Make a handler of a function, for a file that `api.handlers` of the contract.yml names.

    ```python
    @contract.handles("GET /reports/{report}/rows", serves="rows")
    def rows(visit):
        page = visit.page("rows")
        return visit.answer({"rows": page.rows, "after": page.cursor}, page=page)
    ```

    Args:
        route: method and place: a path below the base URL, or an absolute URL, where another host answers.
        serves: the stream whose records it answers with; ``{name}`` stands for that segment. Faults of a sync strike
            these requests. A tuple, where other syncs come by as well: a sync of one of these streams asks for its
            records there, and for any other sync the request is a step on its way.
        public: it answers whatever the credentials, as signed links do. Else they are those of the API, which are
            looked at first.
        token: it issues tokens, to whoever asks: what it is asked counts as no request of a check or a sync, and
            credentials may be sent there.

    Raises:
        UsageError: the route is none.
    """
    found = re.fullmatch(r"(GET|POST|PUT|PATCH|DELETE|HEAD) (/\S*|https?://[^/\s]+/\S*)", route)
    if found is None or "?" in route:
        raise UsageError(f"@handles({route!r}): write a method and a path, `GET /reports/{{report}}`, without a query")
    streams = (serves,) if isinstance(serves, str) else serves or ()
    unknown = set(_SEGMENT.findall(" ".join(streams))) - set(_SEGMENT.findall(found[2]))
    if unknown:
        raise UsageError(f"@handles({route!r}): `serves` names {{{min(unknown)}}}, which is no segment of {found[2]}")
    return lambda answer: Handler(answer, found[1], found[2], serves, public or token, token)


def handlers_in(values: Iterable[Any]) -> list[Handler]:
    """The handlers among the ``values`` of a module."""
    return [value for value in values if isinstance(value, Handler)]


@dataclass(frozen=True)
class Page:
    """A page of a stream, as a handler gets it."""

    stream: str
    rows: list[dict[str, Any]]
    """The records, in the order of the API."""
    cursor: str | None
    """Opaque, and leads to the next page; None behind the last one."""
    ids: tuple[str, ...]
    more: bool


@dataclass(frozen=True)
class Visit:
    """One request at a handler, and what the handler has at hand."""

    request: Request
    named: Mapping[str, str]
    """The named segments of its place, decoded."""
    api: SimulatedApi
    stream: str | None = None
    """The stream that its handler serves: of a tuple, the one that the sync is about, or else the first."""

    @property
    def memory(self) -> dict[str, Any]:
        """What the handlers of one simulated world remember from request to request: sessions, say."""
        return self.api.memory

    def start_job(self) -> str:
        """The id of a new job: of a report or an export, say, that is made meanwhile, and is polled until it is there."""
        return self.api.jobs.start()

    def job_state(self, job: str, polls: int = 2) -> JobState:
        """How far a started ``job`` is, which runs until it was polled ``polls`` times; 404 where it was never started.

        It is done then, or has failed, where a clause wants to see what becomes of the sync: say so as the API does.
        """
        try:
            return self.api.jobs.poll(job, polls)
        except KeyError:
            self.refuse(404, f"no job {job}")

    def ids(self, stream: str) -> list[str]:
        """The ids of the records of ``stream``, as text, in the order of the API."""
        return list(self.api.collections[stream].ids)

    def share(self, stream: str, of: str, parent: str) -> list[str]:
        """The ids of the records of ``stream`` that belong to one record of the stream ``of``, whose id is ``parent``.

        Each of them has about as many, one after the other, and a record keeps its parent. An unknown parent is refused
        with 404.
        """
        return self.api.share(stream, of, parent)

    def page(self, stream: str, *, cursor: Any = None, among: Sequence[str] | None = None) -> Page:
        """The page of ``stream`` that the request asks for: filtered, and as large, as its description says.

        Args:
            stream: a described one.
            cursor: what was sent back of an earlier page's `cursor`; None or missing: the first page. Where the paging of
                the stream is `none`, everything is on one page.
            among: the ids of the records that are listed there; None: all of them.

        A cursor that was never issued, or has expired, is refused, as that of any stream.
        """
        return self.api.page(stream, self.request, MISSING if cursor is None else cursor, among)

    def answer(
        self,
        body: Any,
        *,
        page: Page | None = None,
        status: int = 200,
        headers: Headers = (),
        media_type: str = "application/json",
    ) -> Response:
        """A response.

        Args:
            body: text or bytes as they are; anything else is written as JSON.
            page: the page that the body holds. Whoever answers with records says so, or nobody knows what was served.
            status: of HTTP.
            headers: besides Content-Type and Content-Length.
            media_type: for Content-Type.
        """
        text = body if isinstance(body, str | bytes) else json.dumps(body, ensure_ascii=False, separators=(",", ":"))
        raw = text.encode("utf-8", "surrogatepass") if isinstance(text, str) else text
        told = (("Content-Type", media_type), ("Content-Length", str(len(raw))), *headers)
        note = ServedPage(page.stream, page.ids, not page.more) if page else None
        return Response(status, told, raw, page=note)

    def refuse(self, status: int, reason: str, headers: Headers = ()) -> NoReturn:
        """Answer with an error, in the API's own body for errors."""
        self.api.refuse(status, reason, headers)
