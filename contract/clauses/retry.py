"""What is transient costs nothing; what stays ends in an error, soon."""

from __future__ import annotations

import itertools
import json
import math
import re
import threading
from collections.abc import Iterable
from dataclasses import replace
from email.utils import formatdate
from itertools import pairwise
from typing import TYPE_CHECKING

from contract.clauses._clause import chapter, clause
from contract.description.auth import OAuth
from contract.messages import Response
from contract.results import Evidence, Severity
from contract.simulation.clock import STARTS_AT
from contract.simulation.faults import (
    Altered,
    ConnectTimedOut,
    CutShort,
    Fault,
    Lost,
    ReadTimedOut,
    Refused,
    Reset,
    Status,
    Until,
)
from contract.simulation.limits import told
from contract.simulation.network import Call
from contract.strategies import Case, Domain, Limits, crossed, once, page_count, second_page, several
from contract.trial import Trial, chain_of, shown

if TYPE_CHECKING:  # it imports bizon, which planning does without
    from contract.subject.driving import Sync

MUST, SHOULD = Severity.MUST, Severity.SHOULD
API, REPLAY = Evidence.API, Evidence.REPLAY

ONE_SYNC = Domain(once.enumerate)

MOST_ATTEMPTS = 100
"""Attempts at one request that count as bounded; retry policies in use make 3 to 30."""

JSON = (("Content-Type", "application/json"),)

RATE_WINDOW = 45.0
"""Seconds for which an API refuses everything once it was asked too often: most limits are counted by the minute."""

MOST_REFUSED = 20
"""Requests in that time that are no hot loop: a backoff that doubles from half a second makes eight."""

BUDGET = 750
"""Requests that are left: more than can be made before the limit starts anew, however they are spread."""

PACE = 1.0
"""Seconds between two requests that are no wait for a limit."""

LONGEST_GUESS = 15.0
"""Seconds that a connector waits which is not told how long: five attempts, the waits doubling from a second."""

SPEAKS_OF_LIMITS = re.compile(r"rate.?limit|too many|quota|limit exceeded|throttl|\b429\b", re.IGNORECASE)

LONGEST_FAILURE = 24 * 3600.0
"""Seconds in which a fault that stays has to end in an error: a daily sync must be over before the next one."""


@clause(
    MUST,
    API,
    REPLAY,
    over=ONE_SYNC.hit_by(*(Status(status) for status in (500, 502, 503, 504, 429))),
    needs_sync=False,
    cost="One hiccup of the API fails a sync of hours, or cuts it short.",
    fix="Give the session a Retry with a status_forcelist (bizon: `source.http`, or get_retry_policy()).",
)
def transient_status(trial: Trial) -> None:
    """One 429, 500, 502, 503 or 504 on any request costs nothing: the sync ends complete, without duplicates."""
    _recovers(trial)


@clause(
    MUST,
    API,
    REPLAY,
    over=ONE_SYNC.hit_by(
        Lost(Refused),
        Lost(ConnectTimedOut),
        Lost(Reset),
        Lost(ReadTimedOut),
        CutShort(0.5),
        CutShort(0),
        CutShort(0.5, "in a chunk"),
        CutShort(0.5, "reset"),
    ),
    needs_sync=False,
    cost="One broken connection fails a sync of hours, or cuts it short.",
    fix="Retry the whole exchange, the reading of the body included: requests reads it after urllib3's retries are over.",
)
def network_faults(trial: Trial) -> None:
    """Connection refused or reset, a read that times out, a body cut short: recovered likewise."""
    _recovers(trial)


def _retry_after(case: Case, limits: Limits) -> Iterable[Case]:
    # Within a minute, the longest window that rate limits commonly have: a cap above that is a careful one.
    for value in ("7", "58", formatdate(STARTS_AT + 45, usegmt=True)):
        for status in (429, 503):
            yield case.hit_by(Status(status, (("Retry-After", value),)), at=second_page(limits))


@clause(
    MUST,
    API,
    REPLAY,
    over=ONE_SYNC.each(_retry_after),
    cost="The API is asked again before it said it may be: the limit is never left, or the key is blocked.",
    fix="Let urllib3's Retry honour it (respect_retry_after_header), or read both forms: seconds and HTTP date (RFC 9110, 10.2.3).",
)
def retry_after(trial: Trial) -> None:
    """`Retry-After`, in seconds and as an HTTP date, is waited for."""
    sync = trial.sync()
    struck = trial.struck()
    trial.need(struck, "no request was answered with Retry-After")
    value = dict(struck[0].fault.headers)["Retry-After"]  # type: ignore[union-attr]
    asked_again = _after(trial, struck[0])
    trial.need(
        asked_again, f"the request was not made again (get() raised {shown(sync.error)}): see retry.transient_status"
    )
    wait = asked_again[0].at - struck[0].at
    wanted = float(value) if value.isdigit() else STARTS_AT + 45 - struck[0].at
    trial.expect(
        wait >= wanted - 1, f"Retry-After: {value} means {wanted:.0f} s, the next request came after {wait:.1f} s"
    )
    trial.expect_delivered(sync)
    trial.judged(faults=1)


@clause(
    SHOULD,
    API,
    REPLAY,
    over=ONE_SYNC.hit_by(Status(429, (("Retry-After", "432000"),)), phases=("sync",)),
    cost="One header of the API makes the sync sleep for days; it looks alive and does nothing.",
    fix="Cap it (bizon: source.http.retries.retry_after_max) or raise.",
)
def retry_after_capped(trial: Trial) -> None:
    """A `Retry-After` of days does not sleep for days: it is capped, or ends in an error."""
    sync = trial.sync()
    trial.need(trial.struck(), "no request was answered with Retry-After")
    waited = trial.world.clock.elapsed
    trial.expect(waited < LONGEST_FAILURE, f"Retry-After: 432000 (5 days) was slept for {waited / 3600:.0f} hours")
    if sync.error is None:
        trial.expect_finished(sync)
    trial.judged(faults=1)


@clause(
    MUST,
    API,
    REPLAY,
    over=ONE_SYNC.hit_by(Status(503), Status(429), Lost(Reset), times=4, phases=("sync",)),
    cost="An API in trouble is hammered, and the attempts are used up in a moment.",
    fix="Exponential backoff: a Retry with backoff_factor above 0.",
)
def backoff(trial: Trial) -> None:
    """Waits between attempts grow and are never zero after the second attempt."""
    trial.sync()
    struck = trial.struck()
    trial.need(len(struck) > 1, "the request was not made again: see retry.transient_status")
    _need_own_thread(trial, struck[0])
    attempts = [*struck, *_after(trial, struck[-1])[:1]]
    waits = [after.at - before.at for before, after in pairwise(attempts)]
    trial.need(len(waits) > 1, "the request was made twice only")
    said = ", ".join(f"{wait:.1f}" for wait in waits)
    trial.expect(
        all(wait > 0 for wait in waits[1:]), f"waits between attempts: {said} s; none may be 0 after the second attempt"
    )
    trial.expect(waits[-1] > min(waits), f"waits between attempts: {said} s; they should grow")
    trial.judged(waits=len(waits))


def _lasting(case: Case, limits: Limits) -> Iterable[Case]:
    """Every fault behind the first page, when a part is there already; one of each kind from the first request on."""
    kinds = (Status(500), Lost(Refused), CutShort(0.5))
    for fault in (*kinds, Status(503), Status(429), Lost(Reset), Lost(ReadTimedOut)):
        yield case.hit_by(fault, second_page(limits), times=None).kept_in_quick(fault in kinds)
    for kind, phase, kept in crossed(kinds, ("check", "count", "sync"), telling="sync"):
        yield case.hit_by(kind, 0, times=None, phase=phase).kept_in_quick(kept)


@clause(
    MUST,
    API,
    REPLAY,
    over=ONE_SYNC.each(_lasting),
    needs_sync=False,
    cost="The sync hangs for days, or reports success with a part of the data.",
    fix="Bound the attempts, and let the last error through.",
)
def gives_up(trial: Trial) -> None:
    """A fault that stays ends in an exception within bounded attempts and bounded (virtual) time, never in an empty or partial iteration."""
    fault = trial.case.rules[0].fault.name
    if trial.case.phase == "sync":
        sync = trial.sync()
        trial.need(trial.struck(), "no request met the fault")
        trial.expect(
            sync.error is not None,
            f"{fault}, for ever, from list request {trial.case.rules[0].at + 1} on: the sync "
            f"{'ended cleanly' if sync.ended else 'goes on'} with {len(sync.records)} of {len(trial.held)} records",
        )
    else:
        answer = trial.check() if trial.case.phase == "check" else trial.count()
        trial.need(trial.struck(), "no request met the fault")
        trial.expect(_is_no(answer.value), f"{fault}, for ever: the {trial.case.phase} says {answer.value!r}")
    attempts, elapsed = len(trial.struck()), trial.world.clock.elapsed
    trial.expect(attempts <= MOST_ATTEMPTS, f"{fault}, for ever: {attempts} attempts")
    trial.expect(elapsed <= LONGEST_FAILURE, f"{fault}, for ever: it took {elapsed / 3600:.1f} hours to give up")
    trial.judged(faults=attempts)


@clause(
    MUST,
    API,
    REPLAY,
    over=ONE_SYNC.hit_by(*(Status(status) for status in (400, 401, 403, 404, 422)), times=None, phases=("sync",)),
    needs_sync=False,
    cost="A mistake that no repetition mends is repeated for minutes, or passed over: success with a part of the data.",
    fix="Retry on 429 and 5xx only, and raise on every other 4xx.",
)
def client_errors(trial: Trial) -> None:
    """400, 401, 403, 404, 422 are not retried, and raise (except one refresh after a 401 under oauth, and what the description declares transient)."""
    sync = trial.sync()
    struck = trial.struck()
    trial.need(struck, "no request met the fault")
    status = trial.case.rules[0].fault.name
    trial.need(status != "404" or "not_found" not in trial.stream.empty, "404 is documented as a page without records")
    trial.expect(
        sync.error is not None,
        f"a {status} on list request {trial.case.rules[0].at + 1} did not raise: the sync ended cleanly",
    )
    allowed = 2 if status == "401" and trial.world.api.endpoints else 1
    trial.expect(trial.attempts() <= allowed, f"a {status} was asked again {trial.attempts() - 1} times")
    trial.judged(faults=1)


MALFORMED = ("50, 53", "0.129", "0", "-5", formatdate(STARTS_AT - 3600, usegmt=True), "soon")


@clause(
    SHOULD,
    API,
    over=ONE_SYNC.each(lambda case, limits: [replace(case, note=at) for at in range(page_count(case, limits))]),
    cost="A fault that would have passed fails the sync, because its status looks final.",
    fix="Look into the body of the statuses that the API uses for passing faults, and retry those that it says will pass.",
)
def transient_in_body(trial: Trial) -> None:
    """A 4xx or 200 that the description declares transient by its body is retried."""
    declared = trial.world.api.described.transient
    trial.need(declared, "the description declares no `transient`")
    for each in declared:
        fault = Status(each.status, JSON, json.dumps(each.body).encode())
        with trial.disturbed(fault, at=trial.case.note, kind="list"):
            trial.expect_delivered(trial.sync())
        trial.judged(faults=1)


@clause(
    MUST,
    API,
    REPLAY,
    over=ONE_SYNC.hit_by(*(Status(429, (("Retry-After", value),)) for value in MALFORMED), times=3, phases=("sync",)),
    cost="A header that some proxy wrote ends the sync, or uses up all attempts within a moment.",
    fix="Treat a Retry-After that is no whole number of seconds and no future date as absent: back off.",
)
def retry_after_malformed(trial: Trial) -> None:
    """`50, 53`, `0.129`, `0`, a negative number, a past date, garbage: waited for or ignored; never a crash, never a busy loop."""
    sync = trial.sync()
    struck = trial.struck()
    trial.need(struck, "no request was answered with Retry-After")
    value = dict(struck[0].fault.headers)["Retry-After"]  # type: ignore[union-attr]
    trial.expect_delivered(sync)
    attempts = [*struck, *_after(trial, struck[-1])[:1]]
    waits = [after.at - before.at for before, after in pairwise(attempts)]
    said = ", ".join(f"{wait:.1f}" for wait in waits)
    trial.expect(
        all(wait > 0 for wait in waits[1:]), f"with Retry-After: {value!r} the waits are {said} s: a busy loop"
    )
    trial.judged(faults=len(struck))


@clause(
    MUST,
    API,
    REPLAY,
    over=ONE_SYNC.hit_by(Status(503), Lost(Reset), phases=("sync",)),
    cost="The second attempt asks for something else: a page is skipped, or refused.",
    fix="Send the same prepared request again; do not build it from state that the first attempt changed.",
)
def same_request(trial: Trial) -> None:
    """A retried request equals the first: method, URL, body, credentials (a token that expired meanwhile is renewed)."""
    trial.sync()
    struck = trial.struck()
    trial.need(struck, "no request met the fault")
    _need_own_thread(trial, struck[0])
    asked_again = _after(trial, struck[0])
    trial.need(asked_again, "the request was not made again: see retry.transient_status")
    first, second = struck[0].request, asked_again[0].request
    for name in ("method", "url", "body"):
        before, after = getattr(first, name), getattr(second, name)
        trial.expect(before == after, f"the {name} of the second attempt is {after!r}, it was {before!r}")
    for name in ("Authorization", "Cookie"):
        before, after = first.header(name), second.header(name)
        renewed = any(isinstance(auth, OAuth) for auth in trial.world.api.auth) and after is not None
        trial.expect(
            before == after or renewed, f"the {name} header of the second attempt is {after!r}, it was {before!r}"
        )
    trial.judged(retries=1)


@clause(
    MUST,
    API,
    REPLAY,
    over=ONE_SYNC.each(
        lambda case, limits: (
            [replace(case, note=fault) for fault in (Status(503), CutShort(0.5))] if limits.pages else []
        )
    ),
    cost="One hiccup right after a restart skips a page, reads one twice or fails the sync.",
    fix="Repeat the request that was made, and take nothing of it from what an earlier page of this process has left.",
)
def after_resume(trial: Trial) -> None:
    """A fault on the first request after a resume costs nothing: the sync goes on where it was."""
    fault = trial.case.note
    with trial.disturbed(fault, at=1, kind="list"):
        whole = trial.sync()
    trial.need(
        trial.keys(whole.records) == trial.held, f"{fault.name} in mid-sync loses records: see {TELL_OF_RETRIES}"
    )
    rest, wanted = _resumed(trial)
    trial.need(trial.keys(rest.records) == wanted, "the sync does not resume: see pagination.resume")
    trial.forget()
    rest, wanted = _resumed(trial, fault)
    trial.need(trial.struck(), "nothing was asked after the resume")
    trial.expect_delivered(rest, wanted)
    trial.judged(resumed=1)


TELL_OF_RETRIES = "retry.transient_status and retry.network_faults"


def _resumed(trial: Trial, fault: Fault | None = None) -> tuple[Sync, list[str]]:
    """What a new process reads behind the first page, where ``fault`` hits its first request; and what remains to be read."""
    first = trial.sync(limit=1)
    trial.need(first.paginations, "the first page left no checkpoint")
    if fault is not None:
        trial.disturb(fault, kind="list")
    return trial.sync(first=first.paginations[0]), trial.held[len(first.records) :]


@clause(
    MUST,
    API,
    REPLAY,
    over=ONE_SYNC,
    needs_sync=False,
    cost="A server that goes silent stops the sync for good: nothing fails, nothing arrives.",
    fix="Give every request a (connect, read) timeout (bizon: `source.http`), those for tokens too.",
)
def timeouts(trial: Trial) -> None:
    """Every request has a finite connect and read timeout."""
    trial.check()
    trial.count()
    trial.sync()
    for call in trial.calls():
        for name, limit in (("connect", call.request.connect_timeout), ("read", call.request.read_timeout)):
            trial.expect(
                limit is not None and math.isfinite(limit),
                f"{call.request.method} {call.request.path} ({call.position.phase}) has no {name} timeout",
            )
        trial.judged(requests=1)


PAIRS = (
    (Status(503), Lost(Reset)),
    (Lost(Reset), Status(429, (("Retry-After", "3"),))),
    (Status(500), CutShort(0.5)),
    (CutShort(0.5), Status(502)),
    (Lost(ReadTimedOut), Lost(Refused)),
)


@clause(
    SHOULD,
    API,
    over=ONE_SYNC,
    cost="The API is asked again and again while it refuses, until the key is blocked or the sync fails without a reason.",
    fix="Wait until the time that the API names; raise an error that speaks of the rate limit where it is too far away.",
)
def rate_limit_headers(trial: Trial) -> None:
    """The dialects without Retry-After, where the description declares one: `X-RateLimit-Reset`, 403 with a rate-limit body, 429 inside a 200: waited for, or an error that says so; not a hot loop."""
    described = trial.world.api.described.rate_limit
    trial.need(described, "the description declares no `rate_limit`")
    assert described is not None
    now = trial.world.clock.now()
    over = now + RATE_WINDOW
    headers = told(described, RATE_WINDOW, now)
    body = None if described.body is None else json.dumps(described.body).encode()
    refusal = Status(described.status, (*JSON, *headers) if body else headers, body)
    at = second_page(trial.limits)
    trial.disturb(Until(refusal, over, trial.world.clock.now), at=at, times=None, kind="list")
    sync = trial.sync()
    refused = [call for call in trial.struck() if call.at < over]
    trial.need(refused, "nothing was asked within the limit")
    trial.expect(
        len(refused) <= MOST_REFUSED,
        f"{len(refused)} requests in the {RATE_WINDOW:.0f} s in which the API refuses them",
    )
    if sync.error is None:
        trial.expect_delivered(sync)
    else:
        said = chain_of(sync.error)
        trial.expect(SPEAKS_OF_LIMITS.search(said), f"the sync raised {shown(sync.error)}: no word of a rate limit")
    trial.judged(refusals=len(refused))


@clause(
    SHOULD,
    API,
    over=ONE_SYNC,
    cost="A sync that could take a minute takes as long as the API's limits are counted for, at every page.",
    fix="Wait for the reset where nothing is left, or spread what is left over the time until then.",
)
def budget_left(trial: Trial) -> None:
    """With headers that say that many requests are left, as the description names them, nothing is waited for."""
    described = trial.world.api.described.rate_limit
    trial.need(described and described.remaining, "the description names no header for it (`rate_limit.remaining`)")
    assert described is not None
    assert described.remaining is not None
    with trial.elsewhere():
        trial.sync()
        usual = trial.world.clock.total_slept
    left = itertools.count(BUDGET, -1)
    over = trial.world.clock.now() + RATE_WINDOW
    told = str(int(over) if described.unit == "epoch" else int(RATE_WINDOW))

    def tell(answer: Response) -> Response:
        counted = answer.with_header(described.remaining or "", str(next(left)))
        return counted.with_header(described.reset, told) if described.reset else counted

    trial.disturb(Altered(f"told with {described.remaining}: about {BUDGET}", tell), times=None, kind="list")
    sync = trial.sync()
    trial.expect_delivered(sync)
    waited, asked = trial.world.clock.total_slept - usual, len(trial.struck())
    trial.expect(
        waited <= asked * PACE,
        f"{waited:.0f} s were waited for in {asked} requests, although about {BUDGET} are left, as {described.remaining} says",
    )
    trial.judged(requests=asked)


def _together(case: Case, limits: Limits) -> Iterable[Case]:
    for one, two in PAIRS:
        at = second_page(limits)
        yield case.hit_by(one, at).hit_by(two, at + 1)


@clause(
    SHOULD,
    API,
    REPLAY,
    over=ONE_SYNC.each(_together),
    cost="Two hiccups in a row lose records and nobody is told.",
    fix="Count attempts, not kinds of errors: one bounded loop around the whole exchange.",
)
def faults_together(trial: Trial) -> None:
    """Two faults at once (a reset during the retry of a 503, a token that expires during a backoff): recovered, or an error; nothing lost."""
    sync = trial.sync()
    trial.need(trial.struck(), "no request met the faults")
    if sync.error is None:
        trial.expect_delivered(sync)
    trial.judged(faults=len(trial.struck()))


def _rates(case: Case, limits: Limits) -> Iterable[Case]:
    yield case.under(rate=1)
    yield replace(case, size=case.size + 2 * case.page_size).under(rate=2)
    for buckets in ("full", "spent") if limits.limited else ():
        yield case.under(limits=buckets)


@clause(
    SHOULD,
    API,
    over=several.each(_rates),
    cost="A full sync never gets through the API's rate limit.",
    fix="Honour Retry-After, and allow enough attempts.",
)
def rate_limited_api(trial: Trial) -> None:
    """Against an API that allows so many requests in a time or at once, a whole sync completes without loss."""
    described = trial.world.api.described.rate_limit
    sync = trial.sync()
    waits = trial.world.api.gate.waits
    longest = RATE_WINDOW if described is None or described.tells_when else LONGEST_GUESS
    if sync.error is not None and max(waits, default=0) > longest:
        said = chain_of(sync.error)
        trial.expect(SPEAKS_OF_LIMITS.search(said), f"the sync raised {shown(sync.error)}: no word of a rate limit")
    else:
        trial.expect_delivered(sync)
    trial.judged(refused=len(waits))


def _recovers(trial: Trial) -> None:
    """What the fault hit is asked again, and what was driven comes out as if nothing had happened."""
    phase, fault = trial.case.phase, trial.case.rules[0].fault.name
    sync = trial.sync() if phase == "sync" else None
    answer = trial.check() if phase == "check" else trial.count() if phase == "count" else None
    struck = trial.struck()
    trial.need(struck, f"no request of the {phase} met the fault")
    request = f"{struck[0].request.method} {struck[0].request.path}"
    trial.expect(
        _after(trial, struck[0]),
        f"{fault} on {request}, which the {phase} asked: it was not asked again",
    )
    trial.judged(faults=len(struck))
    if not trial.works:
        return
    if sync is not None:
        trial.expect_delivered(sync)
    elif answer is not None and phase == "check":
        said = answer.value if answer.error is None else shown(answer.error)
        trial.expect(
            isinstance(said, tuple) and said[:1] == (True,), f"{fault} on {request}: the check came to {said!r}"
        )
    elif answer is not None:
        trial.expect(answer.error is None, f"{fault} on {request}: the count raised {shown(answer.error)}")
        told = (None, len(trial.held), trial.stream.totals.cap)
        trial.expect(
            answer.value in told or not trial.holds_all, f"{fault} on {request}: the count says {answer.value!r}"
        )


def _after(trial: Trial, call: Call) -> list[Call]:
    """The calls behind ``call`` that ask for the same thing."""
    path = call.request.path
    behind = trial.calls()[call.position.number + 1 :]
    return [later for later in behind if later.request.path == path]


def _need_own_thread(trial: Trial, call: Call) -> None:
    """Where other threads ask, the request behind ``call`` is no second attempt: it may be another thread's first one."""
    trial.need(call.thread == threading.get_ident(), "several threads ask: which request repeats which cannot be told")


def _is_no(value: object) -> bool:
    """What a check or count may say when it could not ask: (False, …), or None."""
    return value is None or (isinstance(value, tuple) and bool(value) and value[0] is False)


CHAPTER = chapter(
    __doc__,
    transient_status,
    network_faults,
    retry_after,
    retry_after_capped,
    backoff,
    gives_up,
    client_errors,
    transient_in_body,
    retry_after_malformed,
    same_request,
    after_resume,
    timeouts,
    rate_limit_headers,
    budget_left,
    faults_together,
    rate_limited_api,
)
