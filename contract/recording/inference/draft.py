"""The `api:` of a contract.yml, drafted from the recordings of a connector; each fact with what it is taken from."""

from __future__ import annotations

import os.path
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any
from urllib.parse import urlsplit

from contract.description.places import Place
from contract.errors import UsageError
from contract.messages import Request, Response
from contract.recording.inference.pages import Delivered, Exchange, Pages, ids_of, pages_of, scalars
from contract.recording.inference.schema import schema_of
from contract.recording.inference.signals import Fact, Signals, constants_of, page_size_of, signals_of
from contract.recording.inference.styles import Paging, keys_written, pagings_of, written
from contract.recording.played import Played
from contract.recording.scrub import REDACTED
from contract.subject.building import Subject


@dataclass
class Draft:
    """A drafted part: what is written, and beside each key why, or what has to be asked."""

    values: dict[str, Any] = field(default_factory=dict)
    comments: dict[tuple[str, ...], str] = field(default_factory=dict)
    """By the way to the key."""
    questions: list[str] = field(default_factory=list)
    ways: dict[str, int] = field(default_factory=dict)
    """By stream, how many styles of paging explain its recording."""

    def put(self, key: str, value: Any, why: str) -> None:
        """Write a fact."""
        self.values[key] = value
        self.comments[key,] = why

    def include(self, key: str, part: Draft) -> None:
        """Write another part below ``key``."""
        self.values[key] = part.values
        self.comments |= {(key, *way): why for way, why in part.comments.items()}
        self.questions += [f"{key}: {question}" for question in part.questions]


@dataclass(frozen=True)
class _Stream:
    """What one recording shows of a stream."""

    played: Played
    pages: Pages
    ways: int
    """How many styles of paging explain it."""
    paging: Paging | None
    signals: Signals
    size: Fact | None

    @property
    def delivered(self) -> list[Delivered]:
        return delivered_of(self.played)

    @property
    def url(self) -> str:
        """Of the endpoint, without its query."""
        return self.pages.pages[0].request.url.partition("?")[0]


def draft(subject: Subject, recordings: Sequence[Played], ways: Mapping[str, int] | None = None) -> Draft:
    """What the API does, as far as ``recordings`` show it.

    Several styles may explain the same pages: a number that grows by ten beside a link that holds it, ids that count. ``ways``
    says by stream which of them is taken, counted from 0, where it is not what explains most.

    Raises:
        UsageError: a recording holds no page of records that the connector delivered.
    """
    streams = [_read(played, (ways or {}).get(played.stream, 0)) for played in recordings]
    api = Draft(ways={stream.played.stream: stream.ways for stream in streams})
    base = _base_url(subject, streams)
    api.put("base_url", base.value, base.evidence)
    option = _option_of(subject, base.value, ("base_url",))
    if option not in (None, "base_url"):
        api.put("option", option, "the connector's option of that value")
    _credentials(api, subject, recordings)
    _check(api, base.value, streams)
    _errors(api, recordings)
    parts = Draft()
    for stream in streams:
        parts.include(stream.played.stream, _stream(subject, base.value, stream))
    api.include("streams", parts)
    return api


def delivered_of(played: Played) -> list[Delivered]:
    """What the connector delivered of a recording."""
    return [Delivered(record.id, record.data) for record in played.sync.records]


def pages_in(played: Played) -> Pages | None:
    """The pages of a recorded sync; None where no answer holds the records that the connector delivers."""
    exchanges = [Exchange(call.request, call.response) for call in played.asked("sync") if call.response]
    return pages_of(exchanges, delivered_of(played))


def _read(played: Played, way: int) -> _Stream:
    pages = pages_in(played)
    if pages is None:
        raise UsageError(f"{played.path}: {why_no_pages(played)}; record {played.stream} again")
    found = pagings_of(pages.pages, pages.spot)
    paging = found[way] if found else None
    signals = signals_of(pages.pages, pages.spot, paging, whole=played.whole)
    return _Stream(played, pages, len(found), paging, signals, page_size_of(pages.pages, pages.spot, paging))


def why_no_pages(played: Played) -> str:
    """Why a recording shows no page of records."""
    if played.recorded.missed:
        return f"the connector asks what was not recorded ({played.recorded.missed[0]})"
    if played.sync.error is not None:
        return f"the recorded sync raises {type(played.sync.error).__name__}: {played.sync.error}"
    if not played.sync.records:
        return "the connector delivers no record of it"
    return "no answer holds the records that the connector delivers"


# -- the API


def _base_url(subject: Subject, streams: Sequence[_Stream]) -> Fact:
    urls = [stream.url for stream in streams]
    urls += [call.request.url.partition("?")[0] for stream in streams for call in stream.played.asked("check")]
    own = [value for value in _texts(subject.config) if "://" in value and all(url.startswith(value) for url in urls)]
    if own:
        return Fact(max(own, key=len).rstrip("/"), "an option of the config has it, and every request begins with it")
    shared = os.path.commonpath([urlsplit(url).path.rpartition("/")[0] or "/" for url in urls])
    parts = urlsplit(urls[0])
    return Fact(f"{parts.scheme}://{parts.netloc}{shared.rstrip('/')}", "what all recorded requests begin with")


def _texts(config: Mapping[str, Any]) -> Iterator[str]:
    return (value for _, value in scalars(dict(config)) if isinstance(value, str))


def _option_of(subject: Subject, value: Any, near: Iterable[str] = ()) -> str | None:
    """The connector's option that holds ``value``; None where none does, or several might."""
    found = [name for name in subject.options() if _plain(subject.option_value(name)) == value]
    return next((name for name in near if name in found), found[0] if len(found) == 1 else None)


def _plain(value: Any) -> Any:
    return value.rstrip("/") if isinstance(value, str) else value


def _credentials(api: Draft, subject: Subject, recordings: Sequence[Played]) -> None:
    """What the requests carried: the values are those of the config, for the recording has none."""
    authentication = subject.authentication or {}
    params = authentication.get("params") or {}
    token = next((call for played in recordings for call in played.calls if call.position.kind == "token"), None)
    asked = [call.request for played in recordings for call in played.asked("sync")]
    found: dict[str, Any] | None = None
    why = ""
    if token is not None:
        found = {"type": "oauth", "token_url": token.request.url} | _of(
            params, "client_id", "client_secret", "refresh_token"
        )
        why = "a token was fetched there"
        found |= _lifetime(token.response)
    elif asked:
        found, why = _of_a_request(asked[0], params)
    if found is not None:
        api.put("auth", [found], why)


def _lifetime(answer: Response | None) -> dict[str, int]:
    told = str(answer.json.get("expires_in")) if answer is not None and isinstance(answer.json, dict) else ""
    return {"expires_in": int(told)} if told.isdigit() else {}


def _of(params: Mapping[str, Any], *names: str) -> dict[str, Any]:
    return {name: params[name] for name in names if params.get(name)}


def _of_a_request(request: Request, params: Mapping[str, Any]) -> tuple[dict[str, Any] | None, str]:
    scheme, _, _ = (request.header("Authorization") or "").partition(" ")
    if scheme.lower() == "bearer":
        return {"type": "bearer", "token": params.get("token", REDACTED)}, "each request carries Authorization: Bearer"
    if scheme.lower() == "basic":
        return {"type": "basic"} | _of(params, "username", "password"), "each request carries Authorization: Basic"
    value = str(params.get("token", ""))
    for name, sent in request.headers:
        if value and value in sent:
            prefix = sent.partition(value)[0].strip()
            found = {"type": "api_key", "send": f"header:{name}", "token": value} | (
                {"prefix": prefix} if prefix else {}
            )
            return found, f"each request carries the key in {name}"
    for name, values in request.query.items():
        if value and value in values:
            return {"type": "api_key", "send": name, "token": value}, f"each request carries the key as {name}"
    if request.header("Cookie") and isinstance(params.get("cookies"), dict):
        return {"type": "cookies", "cookies": params["cookies"]}, "each request carries the cookies"
    return None, ""


def _check(api: Draft, base: str, streams: Sequence[_Stream]) -> None:
    known = {stream.url for stream in streams}
    for stream in streams:
        for call in stream.played.asked("check"):
            url, answer = call.request.url.partition("?")[0], call.response
            if url not in known and url.startswith(base) and answer is not None and answer.status < 300:
                body = answer.json if isinstance(answer.json, dict) else {}
                method = {} if call.request.method == "GET" else {"method": call.request.method}
                api.put("check", {"path": _path(url, base), **method, "body": body}, "check_connection() asks it")
                return


def _errors(api: Draft, recordings: Sequence[Played]) -> None:
    for played in recordings:
        for call in played.calls:
            answer = call.response
            if answer is not None and answer.status >= 400 and isinstance(answer.json, dict):
                api.put("error_body", _with_reason(answer.json), f"a recorded {answer.status} has this form")
                return


def _with_reason(body: Any) -> Any:
    """An error's body with `{reason}` where it says in words what was wrong: at its longest text."""
    texts = [(keys, value) for keys, value in scalars(body) if isinstance(value, str)]
    longest = max(texts, key=lambda found: len(found[1]), default=(None, ""))[0]
    return _replaced(body, longest) if longest else body


def _replaced(body: Any, keys: tuple[str, ...]) -> Any:
    if not keys:
        return "{reason}"
    return {key: _replaced(value, keys[1:]) if key == keys[0] else value for key, value in body.items()}


# -- a stream


def _stream(subject: Subject, base: str, stream: _Stream) -> Draft:
    pages, first = stream.pages, stream.pages.pages[0]
    made = Draft()
    made.put("path", _path(stream.url, base), "the records came from it")
    if first.request.method != "GET":
        made.put("method", first.request.method, "as it was asked")
    rows = [row for page in pages.pages for row in page.rows]
    spot = pages.spot
    relay = stream.paging is not None and stream.paging.described["style"] == "relay"
    if spot.keys is not None:
        keys = spot.keys[:-1] if relay and spot.keys[-1] in ("edges", "nodes") else spot.keys
        why = f"{pages.matched} of {len(rows)} records stand there as they were delivered"
        made.put("records", keys_written(keys), why)
    if spot.keyed:
        made.put("keyed", True, "the records are the values of an object")
    ids = ids_of(rows, stream.delivered)
    if not ids:
        made.questions.append("which key of a record is its id? The connector makes ids that no key holds.")
    elif ids != (("id",),):
        why = "the connector's ids are these" if len(ids) == 1 else "the connector's ids begin with it"
        made.put("id", keys_written(ids[0]), why)
    if len(ids) > 1:
        made.put("id_with", [keys_written(keys) for keys in ids[1:]], "the connector's ids go on with them")
    _paging(made, stream)
    _page_size(made, subject, stream)
    if stream.signals.total is not None:
        made.put("total", written(stream.signals.total.value, found=True), stream.signals.total.evidence)
    _envelope(made, stream)
    _count(made, base, stream)
    if rows:
        made.put(
            "record", schema_of([row for row in rows if isinstance(row, dict)]), f"the shape of {len(rows)} records"
        )
    made.questions += stream.signals.unsure
    return made


def _paging(made: Draft, stream: _Stream) -> None:
    paging, signals = stream.paging, stream.signals
    if paging is not None:
        described = dict(paging.described)
        takes = {"offset": ("more", "last", "link"), "page": ("more", "pages", "link"), "relay": (), "next_header": ()}
        why = paging.evidence
        for name in takes.get(described["style"], ("more",)):
            fact: Fact | None = getattr(signals, name)
            if fact is not None and (name != "link" or paging.position is None or paging.position.where == "query"):
                described[name] = written(fact.value, found=True)
                why += f"; {name}: {fact.evidence}"
        if described["style"] in ("offset", "page") and _ends_at_404(stream):
            described["past_end"] = "not_found"
            why += "; past_end: the last page that was asked for is 404"
        made.put("paging", described, why)
        made.questions += paging.unsure
        if paging.goes_on and stream.played.whole:
            made.questions.append(CAPPED)
    elif len(stream.pages.pages) == 1 and stream.played.whole:
        made.put("paging", {"style": "none"}, "everything came in one answer")
        made.questions.append("one page only: if there can be more, record at least three pages")
    else:
        steps = len(stream.pages.pages)
        made.put("paging", {"style": "none"}, "nothing in an answer returns in the next request")
        made.questions.append(f"how does one page lead to the next? {steps} pages were recorded; record at least three")


CAPPED = "the last answer has a link to a next page, which was not asked: does the API end there (`depth_cap`, `cap_is_end`)?"


def _ends_at_404(stream: _Stream) -> bool:
    """Whether the sync ended well with a page that is not there."""
    last = stream.played.asked("sync")[-1]
    there = last.response is None or last.response.status != 404
    return stream.played.whole and not there and last.request.url.partition("?")[0] == stream.url


def _page_size(made: Draft, subject: Subject, stream: _Stream) -> None:
    if stream.size is None or stream.paging is None:  # without paging everything comes in one answer, whatever its size
        return
    place, asked = stream.size.value
    option = _option_of(subject, asked, ("page_size", "limit", "per_page"))
    bound = subject.option_bounds(option).most if option else None
    described: dict[str, Any] = {"send": written(place)} | ({"option": option} if option else {})
    described |= {"default": min(asked, 20), "max": bound or asked}
    made.put("page_size", described, stream.size.evidence)
    if bound is None:
        made.questions.append(f"what is the largest {place} that the API serves? `max` is what was asked")


def _envelope(made: Draft, stream: _Stream) -> None:
    """What else every answer says: connectors read it too."""
    paging, signals = stream.paging, stream.signals
    if paging is not None and paging.described["style"] == "relay":
        return  # a GraphQL answer holds what its query names
    facts = signals[:5]
    known = [fact.value for fact in facts if fact is not None]
    known += [paging.onward] if paging is not None and paging.onward is not None else []
    said: dict[str, Any] = {}
    for keys, value in constants_of(stream.pages.pages, stream.pages.spot, known).items():
        inside = said
        for key in keys[:-1]:
            inside = inside.setdefault(key, {})
        inside[keys[-1]] = value
    if said:
        made.put("envelope", said, "every answer says so")


def _count(made: Draft, base: str, stream: _Stream) -> None:
    """An endpoint of its own that tells how many records there are."""
    number = len(stream.delivered)
    for call in stream.played.asked("count"):
        url, answer = call.request.url.partition("?")[0], call.response
        if url == stream.url or answer is None or not stream.played.whole or not number or not url.startswith(base):
            continue
        place = _number_in(answer, number)
        if place is not None:
            described = {"path": _path(url, base), "method": call.request.method, "total": written(place, found=True)}
            made.put("count", described, f"get_total_records_count() asks it, and it says {number}")
            return


def _number_in(answer: Response, number: int) -> Place | None:
    body = (Place("body", keys) for keys, value in scalars(answer.json) if value == number and type(value) is int)
    headers = (Place("header", (name,)) for name, value in answer.headers if value == str(number))
    own = (place for place in headers if place.keys[0].lower() != "content-length")
    return next((place for place in (*body, *own) if place.keys), None)


def _path(url: str, base: str) -> str:
    return url.removeprefix(base) or "/"
