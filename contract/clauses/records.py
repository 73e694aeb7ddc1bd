"""Records arrive under the API's ids, as the API sent them, at the time they were changed."""

from __future__ import annotations

import copy
import datetime as dt
import json
import re
from collections.abc import Callable, Iterable, Sequence
from dataclasses import replace
from typing import Any

from contract.clauses._clause import chapter, clause
from contract.description.places import MISSING, look_up, put, take_out
from contract.garbage import uncollected
from contract.messages import Response
from contract.results import Evidence, Severity
from contract.simulation.faults import Altered, Fault
from contract.strategies import Case, Domain, Limits, once, page_count, rich, several
from contract.trial import Trial, chain_of, difference, shown

MUST, SHOULD = Severity.MUST, Severity.SHOULD
API, REPLAY, LIVE = Evidence.API, Evidence.REPLAY, Evidence.LIVE


@clause(
    MUST,
    API,
    REPLAY,
    LIVE,
    over=rich,
    cost="Rows overwrite each other at the destination, or cannot be joined with anything.",
    fix="Take the API's own id, all of it where it is made of several fields.",
)
def identity(trial: Trial) -> None:
    """ids are the API's ids as non-empty str, distinct within a stream."""
    sync = trial.sync()
    trial.need(sync.error is None, f"the sync raised {shown(sync.error)}")
    seen: dict[str, Any] = {}
    compound = trial.evidence is not LIVE and bool(trial.stream.id_with)  # which each connector writes in its own way
    for record, key in zip(sync.records, trial.keys(sync.records), strict=True):
        trial.expect(isinstance(record.id, str) and record.id != "", f"a record has the id {record.id!r}")
        own = (key, key.rstrip("/").rpartition("/")[2]) if "://" in key else (key,)  # a URL, or what stands at its end
        trial.expect(compound or record.id in own, f"a record that the API calls {key!r} has the id {record.id!r}")
        trial.expect(
            record.id not in seen or seen[record.id] == record.data, f"two different records have the id {record.id!r}"
        )
        seen[record.id] = record.data
    trial.judged(records=len(sync.records))


@clause(
    MUST,
    API,
    REPLAY,
    LIVE,
    over=several,
    cost="Every sync brings the same rows under new ids: the destination fills with duplicates.",
    fix="Use the API's id; never a random one, a row number or a hash of what changes.",
)
def stable_ids(trial: Trial) -> None:
    """Reading twice gives the same ids (no uuid4, no row numbers)."""
    first, second = trial.sync(), trial.sync()
    trial.need(first.error is None and second.error is None, "the undisturbed sync raises: see pagination.complete")
    ids, again = [[record.id for record in sync.records] for sync in (first, second)]
    # A real API may change between two reads, and need not keep an order: there, a record is known by what it holds.
    live = trial.evidence is LIVE
    pairs = _alike(first.records, second.records) if live else list(zip(ids, again, strict=False))
    trial.need(pairs or not live, "no record came twice as it was")
    for before, after in pairs:
        trial.expect(before == after, f"a record had the id {before!r} and has the id {after!r} when it is read again")
    if not live and ids:
        named = trial.keys if trial.evidence is API else _contents
        kept = dict(zip(named(first.records), ids, strict=True))
        trial.world.collection.delete(trial.held[0])
        third = trial.sync()
        for key, record in zip(named(third.records), third.records, strict=True):
            trial.expect(
                key not in kept or len(kept) < len(ids) or kept[key] == record.id,
                f"a record had the id {kept.get(key)!r}, and {record.id!r} after another was deleted",
            )
    trial.judged(records=len(ids))


def _alike(first: Sequence[Any], second: Sequence[Any]) -> list[tuple[str, str]]:
    """The ids of what was read twice, by contents that one record alone has each time."""
    once_first, once_second = (
        {key: ids[0] for key, ids in _by_contents(each).items() if len(ids) == 1} for each in (first, second)
    )
    return [(once_first[key], once_second[key]) for key in once_first.keys() & once_second.keys()]


def _by_contents(records: Sequence[Any]) -> dict[str, list[str]]:
    found: dict[str, list[str]] = {}
    for key, record in zip(_contents(records), records, strict=True):
        found.setdefault(key, []).append(record.id)
    return found


def _contents(records: Sequence[Any]) -> list[str]:
    """What recorded records are told apart by: what the API calls them, no recording says."""
    return [json.dumps(record.data, sort_keys=True, default=str) for record in records]


@clause(
    MUST,
    API,
    REPLAY,
    over=rich,
    cost="What arrives is not what the API holds: nulls gone, numbers rounded, text changed.",
    fix="Hand the decoded record on as it is: `data=record`.",
)
def payload(trial: Trial) -> None:
    """`data` equals what the API sent (or what the description's declared transform makes of it): nulls, nesting, unicode, integers past 64 bits, floats."""
    sync = trial.sync()
    trial.need(sync.error is None, f"the sync raised {shown(sync.error)}")
    sent = {held.id: held.data for held in trial.world.collection.held}
    found = {
        key: _first_difference(sent[key], _without_children(trial, record.data))
        for key, record in zip(trial.keys(sync.records), sync.records, strict=True)
        if key in sent
    }
    trial.need(
        trial.evidence is not REPLAY or None in found.values(),
        "the connector makes something else of every record: whether it should, a description can say",
    )
    for key, wrong in found.items():
        trial.expect(wrong is None, f"record {key}: {wrong}")
        trial.judged(records=1)


@clause(
    MUST,
    API,
    REPLAY,
    LIVE,
    over=rich,
    cost="bizon cannot put the records on its queue: the sync fails after they were read.",
    fix="Keep to JSON values in `data`; leave the parsing of dates and decimals to the destination.",
)
def serializable(trial: Trial) -> None:
    """The iteration survives bizon's own conversion to its dataframe and JSON."""
    sync = trial.sync()
    for number, turn in enumerate(sync.turns, start=1):
        try:
            rows = trial.stored(turn)
        except Exception as error:
            trial.fail(f"the records of get() number {number} do not survive bizon's conversion: {shown(error)}")
        for record, row in zip(turn.records, rows, strict=True):
            wrong = _first_difference(_as_json(record.data, row), row)
            trial.expect(wrong is None, f"record {record.id} behind bizon's conversion: {wrong}")
            trial.judged(records=1)


@clause(
    MUST,
    API,
    REPLAY,
    LIVE,
    over=rich,
    cost="Rows are sorted, deduplicated and partitioned by a wrong time.",
    fix="Read the API's field with datetime.fromisoformat and keep its offset; a time without a zone is UTC only if the API says so.",
)
def timestamp(trial: Trial) -> None:
    """timestamps are timezone-aware; where the description names a field, they equal it."""
    sync = trial.sync()
    trial.expect_finished(sync)
    keys = trial.stream.timestamp if trial.evidence is API else None
    for record in sync.records:
        at = record.timestamp
        trial.expect(at.utcoffset() is not None, f"record {record.id} has the timestamp {at!r}, which has no zone")
        sent = look_up(record.data, keys) if keys else MISSING
        if sent is not MISSING and sent is not None:
            meant = _moment(sent)
            trial.expect(at == meant, f"record {record.id} was changed at {sent}, its timestamp is {at.isoformat()}")
        trial.judged(records=1)


def _as_bytes(name: str, change: Callable[[Response], Response]) -> Fault:
    return Altered(name, lambda answer: change(answer) if answer.status == 200 else answer)


def _in_chunks(answer: Response) -> Response:
    """The same body in small chunks, which cut characters in two (RFC 9112, section 7.1)."""
    headers = tuple(pair for pair in answer.headers if pair[0].lower() != "content-length")
    return replace(answer, headers=(*headers, ("Transfer-Encoding", "chunked")), chunk=7)


CHARSETS = (
    _as_bytes("no charset", lambda answer: answer),
    _as_bytes("charset=utf-8", lambda answer: answer.with_header("Content-Type", "application/json; charset=utf-8")),
    _as_bytes(
        "charset=iso-8859-1", lambda answer: answer.with_header("Content-Type", "application/json; charset=iso-8859-1")
    ),
    _as_bytes("text/plain", lambda answer: answer.with_header("Content-Type", "text/plain")),
    _as_bytes("a byte order mark", lambda answer: answer.with_body(b"\xef\xbb\xbf" + answer.body)),
    _as_bytes("characters cut in two", _in_chunks),
)


@clause(
    MUST,
    API,
    REPLAY,
    over=Domain(once.enumerate).hit_by(*CHARSETS, times=None, phases=("sync",)),
    cost="Names beyond ASCII arrive as mojibake, or the first of them ends the sync.",
    fix="Decode the bytes yourself: `json.loads(response.content)` reads UTF-8 whatever the header says (use utf-8-sig for a BOM).",
)
def charset(trial: Trial) -> None:
    """Non-ASCII text arrives intact, with a `charset` that is absent, right or wrong in Content-Type, with a BOM, and with a character cut in two across chunks."""
    names = ["Zoë", "Nguyễn Văn An", "日本語 \U0001f600"]
    for number, held in enumerate(trial.world.collection.held):
        trial.world.collection.rewrite(held.id, held.data | {"contract_text": names[number % len(names)]})
    sync = trial.sync()
    trial.need(trial.struck(), "no answer came with this encoding")
    trial.expect_finished(sync)
    sent = {held.id: held.data["contract_text"] for held in trial.world.collection.held}
    for key, record in zip(trial.keys(sync.records), sync.records, strict=True):
        marked = next(
            (name for name in record.data if name.startswith("\ufeff")), None
        )  # no JSON parser does that, but CSV
        trial.expect(marked is None, f"the byte order mark became a part of a member's name: {marked!r}")
        came = record.data.get("contract_text", MISSING)
        trial.need(came is not MISSING, "the connector does not hand on the field that was added")
        trial.expect(came == sent.get(key), f"{sent.get(key)!r} arrived as {came!r} ({trial.struck()[0].fault.name})")  # type: ignore[union-attr]
    trial.judged(answers=len(trial.struck()))


def _odd(name: str, text: str) -> Fault:
    """The first record of an answer with ``text`` for the member that all of them were given."""
    return Altered(
        name,
        lambda answer: answer.with_body(re.sub(rb'"contract_odd":\s*"even"', text.encode(), answer.body, count=1)),
    )


HOSTILE = (
    _odd("NaN", '"contract_odd":NaN'),
    _odd("Infinity", '"contract_odd":Infinity'),
    _odd("a duplicate key", '"contract_odd":1,"contract_odd":2'),
    _odd("very deep nesting", f'"contract_odd":{"[" * 100_000}{"]" * 100_000}'),
)


@clause(
    SHOULD,
    API,
    REPLAY,
    over=Domain(once.enumerate).hit_by(*HOSTILE, phases=("sync",)),
    cost="A value changes on its way (NaN becomes null, the first of two keys is dropped) and nobody is told.",
    fix="json.loads(content, parse_constant=…, object_pairs_hook=…) with hooks that raise.",
)
def hostile_json(trial: Trial) -> None:
    """NaN, Infinity, duplicate keys and very deep nesting end in an error or arrive as sent; nothing is lost silently."""
    # A collection at the limit of recursion runs finalizers there (bizon's sources have one): they fail for want of a frame.
    for held in trial.world.collection.held:
        trial.world.collection.rewrite(held.id, held.data | {"contract_odd": "even"})
    with uncollected():
        sync = trial.sync()
    struck = trial.struck()
    trial.need(
        struck and b'"contract_odd"' in (struck[0].response.body if struck[0].response else b""),
        "no page held a record",
    )
    name = struck[0].fault.name  # type: ignore[union-attr]
    if sync.error is None:
        rows = [row for turn in sync.turns for row in trial.stored(turn)]
        trial.expect(len(rows) >= len(trial.held), f"a record with {name} is missing, without an error")
        came = [row.get("contract_odd", MISSING) for row in rows]
        trial.need(MISSING not in came, "the connector does not hand on the field that was added")
        odd = next((value for value in came if value != "even"), None)
        trial.expect(
            odd is not None and name != "a duplicate key",
            f"a record with {name} was read without an error and reached bizon's queue as {odd!r}",
        )
    trial.judged(answers=1)


def _unidentified(case: Case, limits: Limits) -> Iterable[Case]:
    for manner in ("absent", "null", "empty"):
        for page in range(page_count(case, limits)):
            yield replace(case, note=(manner, page))


@clause(
    MUST,
    API,
    REPLAY,
    over=Domain(once.enumerate).each(_unidentified),
    cost="A record is dropped, or stored under an id that means nothing, and nobody is told.",
    fix="Raise an error that names the stream and the record's position on its page.",
)
def missing_id(trial: Trial) -> None:
    """A record without an id raises an error that names the stream and position; it is neither dropped nor delivered under a made-up id."""
    manner, page = trial.case.note
    position = min((page + 1) * trial.case.page_size, len(trial.held)) - 1
    damaged = trial.world.collection.held[position]
    data = copy.deepcopy(damaged.data)
    trial.need(look_up(data, trial.stream.id) is not MISSING, "no key of a record is known to be its id")
    if manner == "absent":
        take_out(data, trial.stream.id)
    else:
        put(data, trial.stream.id, None if manner == "null" else "")
    trial.world.collection.rewrite(damaged.id, data)
    sync = trial.sync()
    pages = [call.response.page for call in trial.calls("sync", "list") if call.response and call.response.page]
    served = next((page.ids for page in pages if damaged.id in page.ids), ())
    trial.need(served, "the page with the record was not asked for")
    how = {"absent": "without an id", "null": "whose id is null", "empty": "whose id is empty"}[manner]
    trial.expect(
        sync.error is not None, f"a record {how} was read without an error: {[record.id for record in sync.records]}"
    )
    said, on_page = chain_of(sync.error), served.index(damaged.id)
    numbers = {int(number) for number in re.findall(r"\d{1,8}", said)}
    trial.expect(
        trial.stream_name in said and numbers & {position, position + 1, on_page, on_page + 1},
        f"a record {how} raised {shown(sync.error)}, which does not name the stream ({trial.stream_name}) and the position",
    )
    trial.judged(records=1)


def _burials(case: Case, limits: Limits) -> Iterable[Case]:
    """A tombstone at the beginning, two across pages, a page of nothing else, one at the very end."""
    page = case.page_size
    for positions in ((0,), (page - 1, page), range(page, min(2 * page, case.size)), (case.size - 1,)):
        yield replace(case, note=tuple(positions))


@clause(
    MUST,
    API,
    over=Domain(once.enumerate).each(_burials),
    cost="One record that somebody deleted fails the sync, takes others with it, or becomes a row that never was.",
    fix="Tell a tombstone by its shape: leave it out, or deliver it under the id that it names.",
)
def tombstones(trial: Trial) -> None:
    """What the API lists of a deleted record, in a shape of its own, costs no other record: it is left out, or delivered once under its own id."""
    trial.need(trial.stream.tombstone, "the description has no `tombstone`")
    buried = [trial.held[position] for position in trial.case.note]
    for name in buried:
        trial.world.collection.bury(name)
    sync = trial.sync()
    trial.expect_finished(sync)
    came = trial.keys(sync.records)
    others = [key for key in came if key not in buried]
    trial.expect(others == trial.held, f"beside tombstones of {', '.join(buried)}: {difference(trial.held, others)}")
    twice = [name for name in buried if came.count(name) > 1]
    trial.expect(not twice, f"a tombstone of {', '.join(twice)} was delivered more than once")
    trial.judged(tombstones=len(buried))


def _as_json(data: Any, row: Any) -> Any:
    """``data`` as JSON holds it; ``row`` where it holds what is no JSON (a datetime), which bizon converts in its way."""
    try:
        return json.loads(json.dumps(data))
    except TypeError:
        return row


def _without_children(trial: Trial, data: dict[str, Any]) -> dict[str, Any]:
    """A record's data without the lists that pagination.nested judges."""
    kept = copy.deepcopy(data) if trial.stream.children else data
    for described in trial.stream.children.values():
        for keys in filter(None, (described.into, described.embedded)):
            take_out(kept, keys)
    return kept


def _first_difference(sent: Any, came: Any, where: str = "data") -> str | None:
    """Where two JSON values differ, types included: True is not 1, and 1 is not 1.0."""
    if isinstance(sent, dict) and isinstance(came, dict):
        for key in [*sent, *(key for key in came if key not in sent)]:
            if key not in came:
                return f"{where}.{key} was sent ({sent[key]!r:.40}) and is missing"
            if key not in sent:
                return f"{where}.{key} was not sent and is there ({came[key]!r:.40})"
            if wrong := _first_difference(sent[key], came[key], f"{where}.{key}"):
                return wrong
        return None
    if isinstance(sent, list) and isinstance(came, list) and len(sent) == len(came):
        pairs = enumerate(zip(sent, came, strict=True))
        return next((wrong for n, (one, two) in pairs if (wrong := _first_difference(one, two, f"{where}[{n}]"))), None)
    if type(sent) is not type(came) or sent != came:
        return f"{where} was sent as {sent!r:.60} and came as {came!r:.60}"
    return None


def _moment(sent: Any) -> dt.datetime:
    """The moment that an API's value means; a time without a zone, and a number, are UTC."""
    if isinstance(sent, int | float):
        return dt.datetime.fromtimestamp(sent / 1000 if sent > 1e11 else sent, dt.UTC)
    moment = dt.datetime.fromisoformat(sent)
    return moment if moment.utcoffset() is not None else moment.replace(tzinfo=dt.UTC)


CHAPTER = chapter(
    __doc__,
    identity,
    stable_ids,
    payload,
    serializable,
    timestamp,
    charset,
    hostile_json,
    missing_id,
    tombstones,
)
