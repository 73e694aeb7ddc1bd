"""The connection check says yes when a sync would work, and else why not."""

from __future__ import annotations

import re
from collections.abc import Iterable
from dataclasses import replace
from urllib.parse import urlsplit

from contract.clauses._clause import chapter, clause
from contract.results import Evidence, Severity
from contract.simulation.faults import ConnectTimedOut, Lost, ReadTimedOut, Refused, Reset, Status, html
from contract.strategies import Case, Domain, Limits, empty, once
from contract.trial import Answer, Trial, shown

MUST, SHOULD = Severity.MUST, Severity.SHOULD
API, DRAFT, REPLAY = Evidence.API, Evidence.DRAFT, Evidence.REPLAY

ONE_WORLD = Domain(once.enumerate)
STATUSES = tuple(Status(status) for status in (401, 403, 404, 500, 503))
LOSSES = (Lost(Refused), Lost(ConnectTimedOut), Lost(ReadTimedOut), Lost(Reset))
LIKE_ANOTHER = {Status(403), Status(503), Lost(ConnectTimedOut), Lost(Reset)}
"""What is met as another one of these is met, and left out of profile quick: what stays broken is asked for ten times."""


@clause(
    MUST,
    API,
    REPLAY,
    over=ONE_WORLD,
    needs_sync=False,
    cost="Valid credentials are refused: the connector cannot be set up.",
    fix="Return (True, None) when a cheap request succeeds.",
)
def accepts(trial: Trial) -> None:
    """`check_connection()` is (True, None) when all is well."""
    answer = trial.check()
    trial.expect(answer.error is None, f"check_connection() raised {shown(answer.error)} although all is well")
    trial.expect(answer.value == (True, None), f"check_connection() says {answer.value!r} although all is well")
    trial.judged(checks=1)


def _failing(case: Case, limits: Limits) -> Iterable[Case]:
    for fault in (*STATUSES, *LOSSES):
        yield case.hit_by(fault, times=None, phase="check").kept_in_quick(fault not in LIKE_ANOTHER)


def _disturbed(case: Case, limits: Limits) -> Iterable[Case]:
    yield from _failing(case, limits)
    yield case.hit_by(html(), times=None, phase="check")
    yield replace(case, note="wrong credentials")


@clause(
    MUST,
    API,
    REPLAY,
    over=ONE_WORLD.each(_disturbed),
    needs_sync=False,
    cost="A connection that cannot work is set up, or bizon's own start fails with a traceback instead of a reason.",
    fix="Make one request that needs the credentials, check what it answers, and return (False, reason) for every exception.",
)
def reports(trial: Trial) -> None:
    """Bad credentials, 403, 404, 5xx that stays, a timeout, a refused connection, HTML instead of JSON: (False, message), never an exception, never True."""
    answer, situation = _checked(trial)
    trial.expect(answer.error is None, f"{situation}: check_connection() raised {shown(answer.error)}")
    value = answer.value
    trial.expect(
        isinstance(value, tuple) and len(value) == 2 and value[0] is False,
        f"{situation}: check_connection() says {value!r}, it should be (False, message)",
    )
    trial.expect(value[1] is not None and str(value[1]).strip(), f"{situation}: check_connection() gives no message")
    trial.judged(situations=1)


@clause(
    SHOULD,
    API,
    REPLAY,
    over=ONE_WORLD.each(_failing),
    needs_sync=False,
    cost="Users mint new keys during an outage, because every failure reads alike.",
    fix="Put the status, or the host and what happened, into the message: one line, no traceback.",
)
def message(trial: Trial) -> None:
    """The message names the cause (status or host) in one readable line."""
    answer, situation = _checked(trial)
    trial.need(answer.error is None, "check_connection() raises: see connection.reports")
    trial.need(isinstance(answer.value, tuple) and answer.value[0] is False, "it says yes: see connection.reports")
    said = str(answer.value[1])
    fault = trial.case.rules[0].fault
    host = urlsplit(trial.world.api.described.base_url).hostname or ""
    if isinstance(fault, Status):
        trial.expect(str(fault.status) in said, f"{situation}: {said!r} does not name the status")
    else:
        named = host in said or re.search(r"refus|time.?out|timed out|reset|abort|connect", said, re.IGNORECASE)
        trial.expect(named, f"{situation}: {said!r} names neither the host nor what happened")
    trial.expect(
        "\n" not in said.strip(), f"{situation}: the message has {said.strip().count(chr(10)) + 1} lines: {said!r:.80}"
    )
    trial.expect(len(said) <= LONGEST_MESSAGE, f"{situation}: the message is {len(said)} characters long: {said!r:.80}")
    trial.judged(messages=1)


LONGEST_MESSAGE = 500
"""Characters of a message that is still read."""


@clause(
    MUST,
    API,
    DRAFT,
    over=empty,
    cost="A new customer with an empty account cannot set the connector up.",
    fix="Judge the status of the answer, not whether there are records in it.",
)
def empty_account(trial: Trial) -> None:
    """Valid credentials and no data: (True, None)."""
    answer = trial.check()
    said = shown(answer.error) if answer.error else answer.value
    trial.expect(said == (True, None), f"with no record in the account check_connection() came to {said!r}")
    trial.judged(checks=1)


@clause(
    SHOULD,
    API,
    DRAFT,
    over=ONE_WORLD.each(lambda case, limits: [case.under(narrow=True)]),
    cost="Users have to give the connector more rights than it needs, or cannot set it up.",
    fix="Check with the endpoint that the API offers for it, or with the stream itself.",
)
def least_privilege(trial: Trial) -> None:
    """Credentials that can read the stream and nothing else pass the check."""
    api = trial.world.api.described
    trial.need(
        len(api.streams) > 1 or (api.check and api.check.closed),
        "the API has one stream, and a check that is open to all who may read it",
    )
    answer = trial.check()
    said = shown(answer.error) if answer.error else answer.value
    trial.expect(said == (True, None), f"with rights for {trial.stream_name} alone check_connection() came to {said!r}")
    trial.judged(checks=1)


@clause(
    SHOULD,
    API,
    REPLAY,
    over=Domain(lambda limits: [Case(size=8 * limits.small(2), page_size=limits.small(2), seed=1)]),
    needs_sync=False,
    cost="Every start of a sync reads data that nobody uses, and spends the API's quota.",
    fix="One cheap request is enough.",
)
def light(trial: Trial) -> None:
    """At most two requests, and no paging through the data."""
    trial.check()
    calls = [call for call in trial.calls("check") if call.position.kind != "token"]
    pages = [call for call in calls if call.position.kind == "list"]
    trial.need(calls, "the check asks nothing: see connection.reports")
    trial.expect(len(calls) <= 2, f"the check made {len(calls)} requests")
    trial.expect(len(pages) <= 1, f"the check read {len(pages)} pages of records")
    trial.judged(requests=len(calls))


def _checked(trial: Trial) -> tuple[Answer, str]:
    """The check in the situation of the case, and how the situation is called."""
    if trial.case.note == "wrong credentials":
        trial.need(trial.stream_needs_credentials, "the API is public")
        answer = trial.check(authentication=trial.wrong_credentials())
        return answer, "wrong credentials"
    answer, fault = trial.check(), trial.case.rules[0].fault.name
    asked = trial.calls("check")
    documented = fault == "404" and "not_found" in trial.stream.empty and any(c.position.kind == "list" for c in asked)
    trial.need(not documented, "404 is documented as a page without records")
    return answer, f"{fault} on {asked[0].request.path}" if asked else f"{fault}, if the API had been asked"


CHAPTER = chapter(__doc__, accepts, reports, message, empty_account, least_privilege, light)
