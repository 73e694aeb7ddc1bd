"""An answer that is not what was asked for is an error, not an empty page and not the end."""

from __future__ import annotations

import copy
import json
from collections.abc import Callable, Iterable
from dataclasses import replace
from functools import partial
from typing import TYPE_CHECKING, Any

from contract.clauses._clause import chapter, clause
from contract.description.places import look_up, put, take_out
from contract.messages import Response
from contract.results import Evidence, Severity
from contract.simulation.faults import Altered, Fault, Status, cut_json, html
from contract.strategies import Case, Domain, Limits, crossed, empty, once, page_count, second_page
from contract.trial import Trial, chain_of, shown

if TYPE_CHECKING:  # it imports bizon, which planning does without
    from contract.subject.driving import Sync

MUST, SHOULD = Severity.MUST, Severity.SHOULD
API, DRAFT, REPLAY = Evidence.API, Evidence.DRAFT, Evidence.REPLAY

REASON = "no such workspace"
"""What an API says that is no reason to try again."""

Damage = Callable[[Any], Any]
"""From the JSON of an answer to what arrives in its place."""


def _each_page(*kinds: str) -> Domain:
    """One sync of three pages for each kind of damage to the first, the middle and the last of them."""

    def vary(case: Case, limits: Limits) -> Iterable[Case]:
        for kind, page, kept in crossed(kinds, range(page_count(case, limits)), second_page(limits)):
            yield replace(case, note=(kind, page)).kept_in_quick(kept)

    return Domain(once.enumerate).each(vary)


@clause(
    MUST,
    API,
    REPLAY,
    over=_each_page("the key", "everything"),
    cost="Another answer than the expected one counts as an empty page: the sync succeeds, with nothing in it.",
    fix="Index the key (`body['results']`), or validate the answer with a model; never `.get('results', [])`.",
)
def missing_records_key(trial: Trial) -> None:
    """A 200 without the records key raises. It is not an empty page, and not the end."""
    kind, page = trial.case.note
    keys = trial.stream.records
    trial.need(keys, "the answer is a bare array: it has no such key")
    assert keys is not None
    trial.need("absent" not in trial.stream.empty, "the description says that a page without records has no such key")
    where = ".".join(keys)
    _damaged(trial, page, f"200 without {where}" if kind == "the key" else "200 with {}", _without(keys, kind))


def _without(keys: tuple[str, ...], kind: str) -> Damage:
    def damage(body: Any) -> Any:
        if kind == "everything":
            return {}
        take_out(body, keys)
        return body

    return damage


@clause(
    MUST,
    API,
    over=empty.each(lambda case, limits: [case.under(empty=manner) for manner in limits.empty]),
    cost="An account without records fails, although the API documents what it answers then.",
    fix="Accept exactly the forms that the API documents as empty, and raise for every other one.",
)
def documented_empty(trial: Trial) -> None:
    """What the description declares as empty (key absent, null, empty body, 204) is an empty page; every other shape raises."""
    sync = trial.sync()
    trial.expect_delivered(sync, [])
    trial.judged(empty_pages=1)


@clause(
    MUST,
    API,
    REPLAY,
    over=_each_page("instead", "beside"),
    cost="The API says that something went wrong, and the sync says that all is well.",
    fix="Look for the error (`error`, `errors`, `ok: false`) before the records, whatever the status is.",
)
def error_envelope(trial: Trial) -> None:
    """A 200 that carries an error (`{"error": …}`, GraphQL `errors`, `ok: false`) raises."""
    kind, page = trial.case.note
    envelope = _envelope(trial)
    # GraphQL (October 2021, 7.1): `data` is null behind an error of execution, and absent behind one of the request.
    bare = {key: value for key, value in envelope.items() if value is not None}
    if kind == "instead":
        for told in (envelope, bare if trial.style == "relay" else {"ok": False, "error": "quota exceeded"}):
            _damaged(trial, page, f"200 with {json.dumps(told)[:60]}", partial(_instead, told))
        return
    trial.need({"error", "errors"} & set(envelope), "the description's errors have no key that says `error`")
    trial.need(trial.stream.records, "the answer is a bare array: it has no room for an error")
    _damaged(
        trial,
        page,
        f"200 with {json.dumps(envelope)[:60]} beside no records",
        lambda body: _emptied(trial, body) | bare,
    )


def _instead(told: dict[str, Any], body: Any) -> Any:
    return told


def _envelope(trial: Trial, reason: str = "quota exceeded", status: int = 429) -> dict[str, Any]:
    """An error as the API words it."""
    assert trial.contract.api is not None
    trial.need(isinstance(trial.contract.api.error_body, dict), "errors are not JSON here: see integrity.not_json")
    text = json.dumps(trial.contract.api.error_body).replace("{reason}", reason).replace("{status}", str(status))
    found: dict[str, Any] = json.loads(text)
    if trial.style == "relay":
        return found if "errors" in found else {"errors": [{"message": reason}], "data": None}
    return {key: value for key, value in found.items() if value is not None}


@clause(
    SHOULD,
    API,
    over=_each_page("instead"),
    cost="The API says what is wrong, and the user reads `KeyError: 'data'`: a setting gets looked for in the code.",
    fix="Where the answer holds an error in place of records, raise with what it says.",
)
def reason(trial: Trial) -> None:
    """An error that comes with status 200 is raised in the API's own words, not as what was missing instead."""
    _, page = trial.case.note
    envelope = _envelope(trial, REASON, 404)
    told = json.dumps(envelope)
    trial.need(REASON in told, "the description's errors hold no `{reason}`")
    with trial.disturbed(
        _damage(f"200 with {told[:60]}", partial(_instead, envelope)), at=page, times=None, kind="list"
    ):
        sync = trial.sync()
    told_so = any(call.response and call.response.json == envelope for call in trial.struck())
    trial.need(told_so, f"page {page + 1} was not asked for")
    trial.need(sync.error is not None, "the sync did not raise: see integrity.error_envelope")
    trial.expect(
        REASON in chain_of(sync.error),
        f"page {page + 1} was 200 with {told}, and the sync raised {shown(sync.error)}: nothing of what the API says",
    )
    trial.judged(errors=1)


@clause(
    MUST,
    API,
    REPLAY,
    over=_each_page("html", "cut", "nothing"),
    cost="A sign-in page, or half an answer, is read as the end of the stream.",
    fix="Let the JSON error through, or retry the request a bounded number of times.",
)
def not_json(trial: Trial) -> None:
    """A 200 with HTML, or with JSON cut short, raises or is retried."""
    kind, page = trial.case.note
    trial.need(
        kind != "nothing" or not {"empty_body", "no_content"} & set(trial.stream.empty), "an empty body is documented"
    )
    faults: dict[str, Fault] = {"html": html(), "cut": cut_json(), "nothing": Status(200, body=b"")}
    _struck(trial, page, faults[kind], times=1)
    _struck(trial, page, faults[kind], times=None)


@clause(
    MUST,
    API,
    REPLAY,
    over=_each_page("null", "an object", "text", "a list of text", "a list of nulls"),
    cost="What is no record is delivered as one, or ends the stream as if there were no more.",
    fix="Validate the page: a list of objects, or an error that says what came.",
)
def wrong_shape(trial: Trial) -> None:
    """Records that are null, an object, or not objects raise."""
    kind, page = trial.case.note
    keyed, nodes = trial.stream.keyed, trial.style == "relay"
    trial.need(kind != "null" or "null" not in trial.stream.empty, "the description says that null means no records")
    trial.need(not keyed or "object" not in kind, "the records are an object")
    wrong: dict[str, Any] = {
        "null": None,
        "an object": {"id": "r00000"},
        "text": "r00000",
        "a list of text": ["r00000"],
        "a list of nulls": [None],
    }
    trial.need(not nodes or not kind.startswith("a list"), "a connection may hold null")
    _damaged(trial, page, f"200 whose records are {kind}", lambda body: _with_records(trial, body, wrong[kind]))


def _contradictions(case: Case, limits: Limits) -> Iterable[Case]:
    for page in range(page_count(case, limits) - 1):
        yield replace(case, note=page)


@clause(
    SHOULD,
    API,
    DRAFT,
    over=Domain(once.enumerate).each(_contradictions),
    cost="The rest of the stream is missing and the sync reports success.",
    fix="Raise where the API says that there is more and gives no way to it.",
)
def contradiction(trial: Trial) -> None:
    """A page that says there is more but gives no way to it raises; it does not end the stream."""
    damage = _contradicting(trial)
    trial.need(damage is not None, "the API does not say, besides the way to the next page, that there is one")
    assert damage is not None
    _damaged(trial, trial.case.note, "200 that says there is more and does not lead there", damage)


def _contradicting(trial: Trial) -> Damage | None:
    """What makes a page say that there is more, and nothing else; None where it cannot be said."""
    paging, stream = trial.stream.paging, trial.stream
    says = getattr(paging, "more", None) is not None and "more" not in stream.optional
    if trial.style == "relay":
        return lambda body: _put(body, (*(stream.records or ()), "pageInfo", "endCursor"), None)
    if trial.limits.by_token:
        place = getattr(paging, "next", None)
        return (lambda body: _put(body, place.keys, None)) if says and place and place.where == "body" else None
    counts = stream.total is not None and "total" not in stream.optional
    if trial.style == "page":
        counts = counts or (getattr(paging, "pages", None) is not None and "pages" not in stream.optional)
    trial.need(not trial.limits.drafted, "whether the connector has to go by that, no recording shows")
    if trial.style in ("offset", "page", "keyset") and (says or counts):
        return lambda body: _emptied(trial, body)
    return None


@clause(
    MUST,
    API,
    over=once.each(lambda case, limits: [case.under(jobs_fail=True)]),
    cost="The sync asks for ever for what will not come, or delivers nothing and says that all is well.",
    fix="Read every state that the API documents, raise for a failure and for what is not known, and poll a bounded number of times.",
)
def failed_job(trial: Trial) -> None:
    """A job (an export, a report) of which the API says that it has failed ends in an error: it is not polled for ever, and not taken for an empty file."""
    without = "no handler plays a job (`visit.start_job()`, `visit.job_state(…)`)"
    trial.need(trial.world.api.handlers, without)
    sync = trial.sync()
    trial.need(trial.world.api.jobs.told_failed, without)
    end = f"ended cleanly with {len(sync.records)} records" if sync.ended else "went on and on"
    trial.expect(sync.error is not None, f"the job has failed, and the sync {end}; it should have raised")
    trial.judged(jobs=1)


# -- the damage


def _damaged(trial: Trial, page: int, name: str, damage: Damage) -> None:
    """From page ``page`` on, what the API answers is damaged, and stays so: the sync has to raise."""
    _struck(trial, page, _damage(name, damage), times=None)


def _damage(name: str, damage: Damage) -> Fault:
    def change(answer: Response) -> Response:
        if answer.page is None:  # it is no page of records
            return answer
        return answer.with_body(json.dumps(damage(copy.deepcopy(answer.json)), ensure_ascii=False).encode())

    return Altered(name, change)


def _struck(trial: Trial, page: int, fault: Fault, times: int | None) -> None:
    before = len(trial.calls())
    with trial.disturbed(fault, at=page, times=times, kind="list"):
        sync = trial.sync()
    trial.need(any(call.fault is fault for call in trial.calls()[before:]), f"page {page + 1} was not asked for")
    trial.expect(sync.error is not None or (times == 1 and _is_whole(trial, sync)), _told(trial, sync, page, fault))
    trial.judged(answers=1)


def _is_whole(trial: Trial, sync: Sync) -> bool:
    return sync.ended and trial.keys(sync.records) == trial.held


def _told(trial: Trial, sync: Sync, page: int, fault: Fault) -> str:
    delivered = f"{len(sync.records)} of {len(trial.held)} records"
    end = f"ended cleanly with {delivered}" if sync.ended else f"went on and on, with {delivered}"
    return f"page {page + 1} was {fault.name}, and the sync {end}; it should have raised"


def _with_records(trial: Trial, body: Any, value: Any) -> Any:
    keys = trial.stream.records
    return value if keys is None else _put(body, keys, value)


def _emptied(trial: Trial, body: Any) -> Any:
    """The same answer without its records."""
    keys = trial.stream.records
    if keys is None:
        return []
    held = look_up(body, keys)
    if trial.style == "relay" and isinstance(held, dict):
        return _put(body, keys, held | {name: [] for name in ("edges", "nodes") if name in held})
    return _put(body, keys, {} if trial.stream.keyed else [])


def _put(body: Any, keys: tuple[str, ...], value: Any) -> Any:
    put(body, keys, value)
    return body


CHAPTER = chapter(
    __doc__,
    missing_records_key,
    documented_empty,
    error_envelope,
    reason,
    not_json,
    wrong_shape,
    contradiction,
    failed_job,
)
