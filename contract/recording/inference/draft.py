"""The `api:` of a contract.yml, drafted from the recordings of a connector; each fact with what it is taken from."""

from __future__ import annotations

import os.path
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from itertools import dropwhile
from typing import Any
from urllib.parse import urlsplit

from contract.description.places import Place
from contract.errors import UsageError
from contract.messages import Request, Response
from contract.recording.inference.children import drafted, families_of
from contract.recording.inference.increments import NOT_RECORDED, increments_of
from contract.recording.inference.listing import (
    LARGEST,
    Draft,
    Listing,
    option_of,
    path_below,
    put_envelope,
    put_page_size,
    put_paging,
    put_records,
)
from contract.recording.inference.pages import Delivered, Exchange, Pages, ids_of, pages_at, pages_of, scalars
from contract.recording.inference.schema import schema_of
from contract.recording.inference.signals import Fact, page_size_of, signals_of
from contract.recording.inference.styles import keys_written, pagings_of, written
from contract.recording.played import Played
from contract.recording.recorded import Question
from contract.recording.scrub import REDACTED
from contract.subject.building import Subject


@dataclass(frozen=True)
class _Stream:
    """What one recording shows of a stream. ``ways``: how many styles of paging explain it."""

    played: Played
    listing: Listing
    ways: int

    @property
    def delivered(self) -> list[Delivered]:
        return delivered_of(self.played)

    @property
    def url(self) -> str:
        return self.listing.url


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
    option = option_of(subject, base.value, ("base_url",))
    if option not in (None, "base_url"):
        api.put("option", option, "the connector's option of that value")
    _credentials(api, subject, recordings)
    _check(api, base.value, streams)
    _errors(api, recordings)
    parts = Draft()
    for stream in streams:
        part = _stream(subject, base.value, stream)
        if (doubt := _doubt(stream, part)) is not None:
            api.doubts[stream.played.stream] = doubt
        if (doubt := _put_increments(part, stream)) is not None:
            api.doubts_of_runs[stream.played.stream] = doubt
        parts.include(stream.played.stream, part)
    api.include("streams", parts)
    return api


def delivered_of(played: Played) -> list[Delivered]:
    """What the connector delivered of a recording."""
    return [Delivered(record.id, record.data) for record in played.sync.records]


def pages_in(played: Played) -> Pages | None:
    """The pages of a recorded sync: by the records that the connector delivers, or else by those that it did deliver.

    None where no answer holds them.
    """
    exchanges, found = _exchanges(played), played.recording.found
    pages = pages_of(exchanges, delivered_of(played))
    return pages or (pages_at(exchanges, found.spot) if found and not played.recorded.missed else None)


def _exchanges(played: Played) -> list[Exchange]:
    return [Exchange(call.request, call.response) for call in played.asked("sync") if call.response]


def _read(played: Played, way: int) -> _Stream:
    pages = pages_in(played)
    if pages is None:
        raise UsageError(f"{played.path}: {why_no_pages(played)}; record {played.stream} again")
    found = pagings_of(pages.pages, pages.spot)
    paging = found[way] if found else None
    signals = signals_of(pages.pages, pages.spot, paging, whole=played.whole)
    size = page_size_of(pages.pages, pages.spot, paging)
    listing = Listing(pages, paging, signals, size, played.whole)
    return _Stream(played, replace(listing, ends_at_404=_ends_at_404(played, listing.url)), len(found))


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


def _credentials(api: Draft, subject: Subject, recordings: Sequence[Played]) -> None:
    """What the requests carried: the values are those of the config, for the recording has none."""
    authentication = subject.authentication or {}
    params = authentication.get("params") or {}
    token = next((call for played in recordings for call in played.calls if call.position.kind == "token"), None)
    found: dict[str, Any] | None = None
    why = ""
    if token is not None:
        found = {"type": "oauth", "token_url": token.request.url} | _of(
            params, "client_id", "client_secret", "refresh_token"
        )
        why = "a token was fetched there"
        found |= _lifetime(token.response)
    else:
        recorded, today = (
            _of_a_request(each, params) for each in _first_asked(recordings, str(params.get("token", "")))
        )
        kept = recorded[0] is not None and recorded[0]["type"] == authentication.get("type")
        found, why = (
            recorded if kept else today
        )  # the config may have others by now, and the connector send them rightly
    if found is not None:
        api.put("auth", [found], why)


def _first_asked(recordings: Sequence[Played], token: str) -> tuple[Request | None, Request | None]:
    """How the first page was asked for when it was recorded, with the ``token`` of today, and how it is asked for now."""
    for played in recordings:
        for call in played.asked("sync"):
            asked = played.recorded.question(call.request)
            then = (each for each in played.asked_then(token) if played.recorded.question(each) == asked)
            return next(then, None), call.request
    return None, None


def _lifetime(answer: Response | None) -> dict[str, int]:
    told = str(answer.json.get("expires_in")) if answer is not None and isinstance(answer.json, dict) else ""
    return {"expires_in": int(told)} if told.isdigit() else {}


def _of(params: Mapping[str, Any], *names: str) -> dict[str, Any]:
    return {name: params[name] for name in names if params.get(name)}


def _of_a_request(request: Request | None, params: Mapping[str, Any]) -> tuple[dict[str, Any] | None, str]:
    if request is None:
        return None, ""
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
                api.put("check", {"path": path_below(url, base), **method, "body": body}, "check_connection() asks it")
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
    listing, pages = stream.listing, stream.listing.pages
    made = Draft()
    made.put("path", path_below(stream.url, base), "the records came from it")
    if pages.pages[0].request.method != "GET":
        made.put("method", pages.pages[0].request.method, "as it was asked")
    rows = [row for page in pages.pages for row in page.rows]
    found = stream.played.recording.found
    ids = ids_of(rows, stream.delivered) or (found.ids if found and not stream.delivered else ())
    families = families_of(_of_the_sync(stream.played), pages, ids, stream.delivered)
    same = f"{pages.matched} of {len(rows)} records stand there as they were delivered"
    put_records(made, listing, f"{len(rows)} records stand there that were delivered" if families.found else same)
    if not ids:
        made.questions.append("which key of a record is its id? The connector makes ids that no key holds.")
    elif ids != (("id",),):
        why = "the connector's ids are these" if len(ids) == 1 else "the connector's ids begin with it"
        made.put("id", keys_written(ids[0]), why)
    if len(ids) > 1:
        made.put("id_with", [keys_written(keys) for keys in ids[1:]], "the connector's ids go on with them")
    put_paging(made, listing)
    put_page_size(made, subject, listing)
    if listing.signals.total is not None:
        made.put("total", written(listing.signals.total.value, found=True), listing.signals.total.evidence)
    put_envelope(made, listing)
    _count(made, base, stream)
    objects = [families.without_embedded(row) for row in rows if isinstance(row, dict)]
    if objects:
        made.put("record", schema_of(objects), f"the shape of {len(rows)} records")
    if families.found:
        children = Draft()
        for family in families.found:
            children.include(family.name, drafted(family, subject, base))
        made.include("children", children)
    made.questions += [*listing.signals.unsure, *families.unsure]
    return made


def _put_increments(made: Draft, stream: _Stream) -> str | None:
    """How the stream is asked for what has changed; why that is not known for certain."""
    played = stream.played
    if played.increment is None:
        return NOT_RECORDED
    found = increments_of(played.increment, played.recording.interactions, stream.listing)
    if not found.made.values:
        made.questions += found.made.questions
        return found.doubt
    record = made.values.pop("record", None)  # behind it
    made.include("incremental", found.made)
    if record is not None:
        made.values["record"] = _with_examples(record, found.field, found.examples)
    envelope = made.values.get("envelope", {})
    if isinstance(told := found.made.values.get("complete_until"), str):
        envelope.pop(told, None)
    if not envelope:
        made.values.pop("envelope", None)
    return found.doubt


def _with_examples(schema: dict[str, Any], keys: Sequence[str], examples: Sequence[str]) -> dict[str, Any]:
    """A JSON Schema of records that shows how the value at ``keys`` is written."""
    if not keys:
        return schema | {"examples": [*examples]} if examples else schema
    inside = schema.get("properties", {})
    if keys[0] not in inside:
        return schema
    return schema | {"properties": inside | {keys[0]: _with_examples(inside[keys[0]], keys[1:], examples)}}


def _of_the_sync(played: Played) -> list[Exchange]:
    """What the sync asked, without what the check and the count ask as well: other clauses are about those."""
    requests = (call.request for phase in ("check", "count") for call in played.asked(phase))
    known = {(request.method, request.url, request.body) for request in requests}
    return [
        each for each in _exchanges(played) if (each.request.method, each.request.url, each.request.body) not in known
    ]


ENOUGH_PAGES = 3
"""Pages that have to be recorded: what led to the second one once may have been chance."""


def _doubt(stream: _Stream, made: Draft) -> str | None:
    """Why a draft may be another API than the recorded one; None where everything that connectors go by was seen."""
    recorded = stream.listing.pages.pages
    pages = len(recorded)
    if stream.played.problem is not None:
        return stream.played.problem
    if unplayed := _unplayed(stream):
        return f"the connector does not ask all that was recorded ({unplayed[0]}); record it anew"
    if not stream.played.whole:
        return f"the recording ends before the stream does, after {pages} pages; record it to its end"
    rows = sum(len(page.rows) for page in recorded)
    if len(stream.delivered) != rows:
        return f"the connector delivers {len(stream.delivered)} records of {rows} that were recorded"
    if pages < ENOUGH_PAGES:
        return f"{'one page' if pages == 1 else f'{pages} pages'} only; record at least {ENOUGH_PAGES}"
    return next((question for question in made.questions if not _is_of_size(question)), None)


def _unplayed(stream: _Stream) -> list[Question]:
    """What was recorded from the first page on, and is not asked: what the check asked before is another clause's."""
    recorded = stream.played.recorded
    first = recorded.question(stream.listing.pages.pages[0].request)
    behind = dropwhile(
        lambda asked: asked != first,
        map(recorded.question, (each.request for each in stream.played.recording.interactions)),
    )
    left = set(recorded.unplayed)
    return [asked for asked in behind if asked in left]


def _is_of_size(question: str) -> bool:
    """Whether a question, of the stream or of its children, is what the largest page is: none larger than recorded is asked."""
    return question.rpartition(": ")[2].startswith(LARGEST)


def _ends_at_404(played: Played, url: str) -> bool:
    """Whether the sync ended well with a page that is not there."""
    last = played.asked("sync")[-1]
    there = last.response is None or last.response.status != 404
    return played.whole and not there and last.request.url.partition("?")[0] == url


def _count(made: Draft, base: str, stream: _Stream) -> None:
    """An endpoint of its own that tells how many records there are."""
    number = len(stream.delivered)
    for call in stream.played.asked("count"):
        url, answer = call.request.url.partition("?")[0], call.response
        if url == stream.url or answer is None or not stream.played.whole or not number or not url.startswith(base):
            continue
        place = _number_in(answer, number)
        if place is not None:
            described = {
                "path": path_below(url, base),
                "method": call.request.method,
                "total": written(place, found=True),
            }
            made.put("count", described, f"get_total_records_count() asks it, and it says {number}")
            return


def _number_in(answer: Response, number: int) -> Place | None:
    body = (Place("body", keys) for keys, value in scalars(answer.json) if value == number and type(value) is int)
    headers = (Place("header", (name,)) for name, value in answer.headers if value == str(number))
    own = (place for place in headers if place.keys[0].lower() != "content-length")
    return next((place for place in (*body, *own) if place.keys), None)
