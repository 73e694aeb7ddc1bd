"""What a sync costs: connections, requests and memory."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import replace

from contract.clauses._clause import chapter, clause
from contract.results import Evidence, Severity
from contract.strategies import Case, Domain, Limits
from contract.trial import Trial

SHOULD = Severity.SHOULD
API, DRAFT, REPLAY = Evidence.API, Evidence.DRAFT, Evidence.REPLAY

PAGES = 6
"""Pages of the shorter sync; what grows with pages is told from what is there once."""


def _pages(limits: Limits) -> Iterable[Case]:
    if limits.pages:
        size = limits.small(2)
        yield Case(size=PAGES * size, page_size=size)


@clause(
    SHOULD,
    API,
    REPLAY,
    over=Domain(_pages),
    cost="Each page pays for a new TCP and TLS handshake: a sync of many small pages takes several times as long.",
    fix="Ask through one session (self.session), which keeps its connections.",
)
def connections(trial: Trial) -> None:
    """One session, connections reused: as many connections as hosts (per thread), not as many as pages."""
    sync = trial.sync()
    trial.expect_finished(sync)
    for (origin, _), opened in trial.world.network.opened.items():
        asked = len([call for call in trial.calls() if call.request.origin == origin])
        tokens = len([call for call in trial.calls(kind="token") if call.request.origin == origin])
        trial.need(asked - tokens > 1, f"{origin} was asked once")
        # Token endpoints are usually asked outside of the session, and seldom.
        trial.expect(opened <= 1 + tokens, f"{opened} connections to {origin} for {asked} requests, in one thread")
        trial.judged(requests=asked)


@clause(
    SHOULD,
    API,
    DRAFT,
    over=Domain(lambda limits: [case for case in _pages(limits) if 4 * case.page_size <= limits.largest]),
    cost="The sync takes a request for every record: hours, and the rate limit, in place of minutes.",
    fix="Take what the list gives; ask for more than that only where the list does not have it.",
)
def requests(trial: Trial) -> None:
    """Requests grow with pages, not with records, unless the description declares a request per record."""
    few = _requests(trial)
    with trial.elsewhere(replace(trial.case, size=4 * trial.case.size, page_size=4 * trial.case.page_size)):
        many = _requests(trial)
    trial.expect(
        many <= few, f"{few} requests for {trial.case.size} records and {many} for four times as many, on as many pages"
    )
    trial.judged(requests=few)


def _requests(trial: Trial) -> int:
    """How many requests a sync makes; those that the description declares for each record are left out."""
    trial.expect_finished(trial.sync())
    return len([call for call in trial.calls() if call.position.kind not in ("child", "token")])


@clause(
    SHOULD,
    API,
    DRAFT,
    over=Domain(_pages),
    cost="A long sync runs out of memory, and starts again, and runs out of memory.",
    fix="Hand each page on and forget it; keep no list of records, answers or ids on self.",
)
def memory(trial: Trial) -> None:
    """Peak memory of a sync does not grow with the number of pages."""
    few = _kept(trial)
    with trial.elsewhere(replace(trial.case, size=4 * trial.case.size)):
        many = _kept(trial)
    trial.expect(
        many - few < 3 * trial.case.size,
        f"after {PAGES} pages the source holds {few:,} objects, after {4 * PAGES} pages {many:,}",
    )
    trial.judged(pages=5 * PAGES)


def _kept(trial: Trial) -> int:
    """How many objects a source holds when it has delivered all pages, each of which was forgotten."""
    source = trial.source()
    pagination: object = {}
    for _ in range(len(trial.held) + 1):
        turn = trial.turn(source, pagination)
        trial.need(turn.error is None and turn.problem is None, "the sync goes wrong: see pagination.complete")
        pagination = turn.next_pagination
        if not pagination:
            break
    return trial.subject.objects_held(source)


CHAPTER = chapter(__doc__, connections, requests, memory)
