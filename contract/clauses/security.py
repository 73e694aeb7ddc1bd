"""No secret goes to another host, into a log, an error or a checkpoint."""

from __future__ import annotations

import json
from collections.abc import Callable, Iterable
from dataclasses import replace
from urllib.parse import urljoin, urlsplit

from contract.clauses._clause import chapter, clause
from contract.messages import Request, Response, origin_of
from contract.results import Evidence, Severity
from contract.simulation.faults import Altered, Fault, Lost, Refused, Reset, Status, html, redirect
from contract.simulation.strangers import STRANGE, STRANGER, Internet
from contract.strategies import Case, Domain, Limits, crossed, once, second_page
from contract.subject.leaks import Leak, find_secrets
from contract.trial import Trial, chain_of, short

MUST, SHOULD = Severity.MUST, Severity.SHOULD
API, REPLAY, CLASS = Evidence.API, Evidence.REPLAY, Evidence.CLASS

ONE_SYNC = Domain(once.enumerate)

REDIRECTS = (302, 307)
"""A redirect that a client may turn into a GET, and one that keeps method and body (RFC 9110, section 15.4)."""

PHASES = ("check", "count", "sync")
SECOND_PAGE = "second page"


def _links_away(origin: str) -> dict[str, str]:
    """Ways to write a link to another origin than ``origin``, up to its path.

    Some are read differently by urllib.parse, which connectors compare with, and by urllib3, which connects.
    """
    scheme, host = urlsplit(origin).scheme, urlsplit(origin).hostname
    return {
        "another host": f"{scheme}://{STRANGER}",
        "a host without a scheme": f"//{STRANGER}",
        "another port": f"{scheme}://{host}:8443",
        "a longer host": f"{scheme}://{host}.{STRANGER}",
        "the host as a user": f"{scheme}://{host}@{STRANGER}",
        "the host behind a backslash": f"{scheme}://{STRANGER}\\@{host}",
        "a host behind a backslash": f"{scheme}://{host}\\@{STRANGER}",
    }


WAYS = tuple(_links_away("https://api.example"))


def _linked(case: Case, limits: Limits) -> Iterable[Case]:
    if limits.links:
        for way in WAYS:
            yield replace(case, note=way)


@clause(
    MUST,
    API,
    REPLAY,
    over=ONE_SYNC.each(_linked),
    variants="each",
    cost="Whoever can write a link into an answer gets the user's credentials.",
    fix="Compare scheme, host and port of the link with those of the base URL before asking it, with one parser for both.",
)
def off_origin(trial: Trial) -> None:
    """A next link to another origin never gets the credentials (refused, asked without them, or rewritten to the configured host); judged by what a second simulated host receives."""
    way = trial.case.note
    _nothing_leaks_to(trial, lambda url: _links_away(origin_of(url))[way] + urlsplit(url).path, f"a link to {way}")


LINK = "link"


def _downgraded(case: Case, limits: Limits) -> Iterable[Case]:
    if limits.links:
        yield replace(case, note=LINK)
    for status, phase, kept in crossed(REDIRECTS, PHASES, telling="sync"):
        yield replace(case, phase=phase, note=status).kept_in_quick(kept)


@clause(
    MUST,
    API,
    REPLAY,
    over=ONE_SYNC.each(_downgraded),
    variants="each",
    cost="The credentials cross the network in plain text.",
    fix="Refuse a link or a redirect whose scheme is not that of the base URL.",
)
def downgrade(trial: Trial) -> None:
    """An http:// link or redirect from an https:// API never gets the credentials."""
    api = trial.world.api.described
    trial.need(api.base_url.startswith("https://"), "the API is not on https")
    if trial.case.note == LINK:
        _nothing_leaks_to(trial, lambda url: "http" + url.partition("?")[0].removeprefix("https"), "an http:// link")
    else:
        _nothing_follows(trial, "http" + api.root.removeprefix("https") + trial.stream.path, trial.case.note)


def _nothing_leaks_to(trial: Trial, elsewhere: Callable[[str], str], name: str) -> None:
    """The link of the first page leads to ``elsewhere`` of the URL that it led to."""
    _need_credentials(trial)

    def mislead(answer: Response) -> Response:
        if answer.page is None or answer.page.link is None:
            return answer
        link = answer.page.link
        absolute = urljoin(f"{trial.world.api.described.root}{trial.stream.path}", link)
        to = f"{elsewhere(absolute)}?cursor=x"
        headers = tuple((key, value.replace(link, to)) for key, value in answer.headers)
        body = answer.body.replace(json.dumps(link)[1:-1].encode(), json.dumps(to)[1:-1].encode())
        return replace(answer, headers=headers).with_body(body)

    trial.disturb(Altered(f"200 with {name}", mislead), kind="list")
    _expect_no_leak(trial, name, trial.sync)
    trial.judged(links=1)


def _redirected(case: Case, limits: Limits) -> Iterable[Case]:
    for status in REDIRECTS:
        for phase in PHASES:
            yield replace(case, phase=phase, note=status)
    if limits.pages:
        yield replace(case, phase=SECOND_PAGE, note=302)


@clause(
    MUST,
    API,
    REPLAY,
    over=ONE_SYNC.each(_redirected),
    variants="each",
    cost="Whoever can redirect one request gets the user's credentials.",
    fix="Let requests follow redirects with `auth=`, which it strips; custom headers and cookies need allow_redirects=False.",
)
def redirects(trial: Trial) -> None:
    """A redirect to another origin never carries the credentials (custom headers and cookies too)."""
    _nothing_follows(trial, f"https://{STRANGER}/elsewhere", trial.case.note)


def _nothing_follows(trial: Trial, where: str, status: int) -> None:
    """One request of the case's phase is redirected to ``where``."""
    _need_credentials(trial)
    later = trial.case.phase == SECOND_PAGE
    phase = "sync" if later else trial.case.phase
    trial.disturb(redirect(where, status), phase=phase, at=1 if later else 0)
    asks: dict[str, Callable[[], object]] = {"check": trial.check, "count": trial.count, "sync": trial.sync}
    _expect_no_leak(trial, f"a redirect ({status}) to {where}", asks[phase])
    trial.need(trial.struck(), f"nothing was asked in the {phase}")
    trial.judged(redirects=1)


def _expect_no_leak(trial: Trial, what: str, ask: Callable[[], object]) -> None:
    network = trial.world.network
    network.hosts = Internet(network.hosts)
    ask()
    for call in trial.calls(kind=STRANGE):
        if isinstance(call.broken, Refused):  # there was no connection to send anything on
            continue
        leaks = _sent(trial, call.request)
        trial.expect(
            not leaks, f"after {what}, {call.request.origin} was sent a secret ({leaks[0].form})" if leaks else ""
        )


def _sent(trial: Trial, request: Request) -> list[Leak]:
    """The secrets that ``request`` carries."""
    sent = "\n".join([request.url, *(f"{key}: {value}" for key, value in request.headers)])
    return find_secrets(sent + request.body.decode("utf-8", "replace"), trial.secrets)


@clause(
    MUST,
    API,
    over=ONE_SYNC,
    variants="each",
    cost="Whoever keeps the files of the API (a storage, a content delivery network) reads the user's credentials in its logs.",
    fix="Ask a signed link with `requests.get(link, timeout=…)`, not with the session that has the credentials.",
)
def file_hosts(trial: Trial) -> None:
    """A host of files that take no credentials (signed links) gets none."""
    _need_credentials(trial)
    hosts = trial.world.api.file_hosts
    trial.need(hosts, "the description names no host of public files (`@contract.handles(…, public=True)`)")
    trial.sync()
    for call in trial.calls():
        if call.request.origin in hosts:
            leaks = _sent(trial, call.request)
            trial.expect(not leaks, f"{call.request.origin} was sent a secret ({leaks[0].form})" if leaks else "")
            trial.judged(requests=1)


@clause(
    SHOULD,
    API,
    over=ONE_SYNC,
    cost="Whoever may read the logs may read the file, as long as the link is good.",
    fix="Log a signed link without its query: `link.partition('?')[0]`.",
)
def signed_links(trial: Trial) -> None:
    """A link that lets anybody in who has it (signed, to a host of files that take no credentials) is not in what the connector logs."""
    hosts = trial.world.api.file_hosts
    trial.need(hosts, "the description names no host of public files (`@contract.handles(…, public=True)`)")
    with trial.listening() as heard:
        trial.sync()
    asked = {call.request.url.partition("?")[2] for call in trial.calls() if call.request.origin in hosts} - {""}
    trial.need(asked, "no link that was followed carries a signature")
    for line, _ in heard.contains(asked):
        # urllib3 logs every URL at DEBUG: no connector can help it.
        trial.expect(
            line.logger.startswith("urllib3"),
            f"{line.logger} logs a signed link at {line.name}: {short(line.text, 200)}",
        )
    trial.judged(links=len(asked))


def _situations(case: Case, limits: Limits) -> Iterable[Case]:
    yield replace(case, note="all is well")
    for fault in (Status(401), Lost(Refused), html()):
        yield replace(case, note=fault)
    for fault in (Status(404), Status(500), Lost(Reset)):  # said as those above are
        yield replace(case, note=fault).kept_in_quick(False)


def _everything(trial: Trial) -> list[BaseException | str]:
    """The check, the count and a sync in the situation of the case: what they raised and said."""
    fault = trial.case.note
    # Attempts at what stays broken are alike for all credentials, and most of what this costs.
    retried = isinstance(fault, Lost) or fault == Status(500)
    trial.need(not retried or trial.as_configured, "judged with the credentials of the config")
    if isinstance(fault, Fault):
        for phase in ("check", "count", "sync"):
            trial.disturb(fault, phase=phase, at=second_page(trial.limits) if phase == "sync" else 0, times=None)
    with trial.whatever_happens():
        checked, counted, synced = trial.check(), trial.count(), trial.sync()
    said = [checked.error, counted.error, synced.error, str(checked.value)]
    return [each for each in said if each is not None]


@clause(
    MUST,
    API,
    REPLAY,
    over=ONE_SYNC.each(_situations),
    variants="each",
    needs_sync=False,
    cost="Whoever may read the logs may use the API in the user's name.",
    fix="Log neither headers, bodies nor whole URLs; keep keys out of the query, which urllib3 logs at DEBUG.",
)
def logs(trial: Trial) -> None:
    """No secret in what is logged, at any level, by the connector or by the libraries under it (urllib3 at DEBUG): header, query, path, body, plain or encoded."""
    _need_credentials(trial)
    with trial.listening() as heard:
        _everything(trial)
    for line, leak in heard.contains(trial.secrets):
        trial.fail(f"{line.logger} logs at {line.name} a secret ({leak.form}): {short(line.text, 200)}")
    trial.judged(lines=len(heard.lines))


@clause(
    MUST,
    API,
    REPLAY,
    over=ONE_SYNC.each(_situations),
    variants="each",
    needs_sync=False,
    cost="bizon logs and stores the error: the secret is where operators and dashboards can read it.",
    fix="Raise errors of your own from what went wrong, without its URL or headers.",
)
def errors(trial: Trial) -> None:
    """No secret in exceptions and check messages."""
    _need_credentials(trial)
    for said in _everything(trial):
        text = said if isinstance(said, str) else chain_of(said)
        leaks = find_secrets(text, trial.secrets)
        trial.expect(not leaks, f"a secret ({leaks[0].form}) stands in {text[:200]!r}" if leaks else "")
        trial.judged(messages=1)


@clause(
    MUST,
    API,
    REPLAY,
    over=ONE_SYNC,
    variants="each",
    cost="bizon stores the checkpoint in a database, and the secret with it.",
    fix="Put a position into next_pagination and nothing else; take a key out of a link before it is stored.",
)
def checkpoints(trial: Trial) -> None:
    """No secret in next_pagination or next_state: bizon stores them in a database."""
    _need_credentials(trial)
    sync = trial.sync()
    for number, turn in enumerate(sync.turns, start=1):
        for name, kept in (("next_pagination", turn.next_pagination), ("next_state", turn.next_state)):
            leaks = find_secrets(json.dumps(kept, default=repr, ensure_ascii=False), trial.secrets)
            trial.expect(
                not leaks, f"{name} of get() number {number} holds a secret ({leaks[0].form})" if leaks else ""
            )
            trial.judged(checkpoints=1 if kept else 0)


@clause(
    MUST,
    API,
    REPLAY,
    CLASS,
    over=ONE_SYNC,
    needs_sync=False,
    cost="Anyone between the connector and the API can read and change everything.",
    fix="Leave `verify` alone; for a CA of your own give its file, or set REQUESTS_CA_BUNDLE.",
)
def tls_verify(trial: Trial) -> None:
    """Certificates are verified on every request."""
    source = trial.source()
    for name, session in trial.subject.sessions(source).items():
        trial.expect(session.verify is not False, f"{name}.verify is False")
        trial.judged(sessions=1)
    if trial.evidence is CLASS:
        return
    trial.check()
    trial.count()
    trial.sync()
    for call in trial.calls():
        request = call.request
        trial.expect(
            request.verify, f"{request.method} {request.path} ({call.position.phase}) does not verify certificates"
        )
        trial.judged(requests=1 if request.url.startswith("https://") else 0)


def _need_credentials(trial: Trial) -> None:
    trial.need(trial.secrets, "there are no credentials that could leak")


CHAPTER = chapter(
    __doc__, off_origin, redirects, downgrade, file_hosts, signed_links, logs, errors, checkpoints, tls_verify
)
