"""The right credential is on every request, is renewed in time, and its refusal is heard."""

from __future__ import annotations

from collections.abc import Callable, Iterable
from dataclasses import replace

from contract.clauses._clause import chapter, clause
from contract.results import Evidence, Severity
from contract.simulation.auth import TokenEndpoint, TokenManners, lets_in
from contract.simulation.faults import Status
from contract.strategies import Case, Domain, Limits, once, second_page
from contract.trial import Trial, shown

MUST, SHOULD = Severity.MUST, Severity.SHOULD
API, REPLAY, CLASS = Evidence.API, Evidence.REPLAY, Evidence.CLASS

ONE_SYNC = Domain(once.enumerate)


def _unclear(error: BaseException | None) -> bool:
    """Whether an exception says where the connector's code fell over, not what the user should change."""
    if isinstance(error, TypeError):
        return "object" in str(error) or "argument" in str(error)
    return isinstance(error, AttributeError | LookupError | NameError)


@clause(
    MUST,
    API,
    REPLAY,
    over=ONE_SYNC.each(lambda case, limits: [case, case.hit_by(Status(503), at=second_page(limits))]),
    variants="each",
    needs_sync=False,
    cost="Valid credentials are refused, or sent where they do not belong.",
    fix="Return the authenticator from get_authenticator(), so that the session puts it on every request.",
)
def dispatch(trial: Trial) -> None:
    """api_key, bearer, basic, oauth, cookies and none: each supported type puts the right credential, in the right header, on every request: check, count, every page, every retry."""
    api = trial.world.api
    trial.need(api.auth, "the API is public")
    check = trial.check()
    trial.count()
    sync = trial.sync()
    for call in trial.calls():
        if call.position.kind == "token" or call.request.origin in api.file_hosts:
            continue
        carried = all(lets_in(auth, call.request, api.endpoints.values(), None) for auth in api.auth)
        trial.expect(
            carried,
            f"{call.request.method} {call.request.path} ({call.position.phase}) does not carry the {trial.variant_name} "
            "credential that the API accepts",
        )
        trial.judged(requests=1)
    if trial.works and not trial.case.rules:
        trial.expect_finished(sync)
        # The check with the credentials of the config is connection.accepts' affair.
        said = check.value if check.error is None else shown(check.error)
        trial.expect(
            trial.as_configured or (isinstance(said, tuple) and said[:1] != (False,)),
            f"with valid {trial.variant_name} credentials check_connection() came to {said!r}",
        )


@clause(
    MUST,
    API,
    CLASS,
    per="connector",
    needs_sync=False,
    cost="The user's credentials are ignored, and the API's refusal comes much later, or nothing at all does.",
    fix="End get_authenticator() with a logged warning or a ValueError that names the type.",
)
def unsupported_type(trial: Trial) -> None:
    """A type the connector does not support ends in a clear error or a logged warning, never in an AttributeError, never silently."""
    source = trial.source()
    trial.need(
        trial.evidence is API
        or trial.contract.config.get("authentication") is None
        or trial.carries_credentials(source),
        "no session carries the credentials of the config: they go another way than HTTP",
    )
    for name, authentication in trial.unlisted_authentications():
        said = len(trial.seen.warnings())
        try:
            source = trial.build(authentication=authentication)
        except Exception as error:
            trial.expect(not _unclear(error), f"authentication of type {name} raised {shown(error)}")
            trial.judged(types=1)
            continue
        if len(trial.seen.warnings()) > said:
            trial.judged(types=1)
            continue
        trial.expect(trial.carries_credentials(source), f"authentication of type {name} is ignored without a word")


@clause(
    MUST,
    API,
    REPLAY,
    CLASS,
    per="connector",
    needs_sync=False,
    cost="A config without credentials falls over in the connector's code, where nobody sees what is missing.",
    fix="`if self.config.authentication is None:` return None where the API is public, else raise an error that says so.",
)
def missing(trial: Trial) -> None:
    """`authentication: null` works where the API is public, and else ends in a clear error, not an AttributeError."""
    trial.source()
    try:
        source = trial.build(authentication=None)
    except Exception as error:
        trial.expect(not _unclear(error), f"authentication: null raised {shown(error)}")
        trial.expect(not trial.is_public, f"the API is public, and authentication: null raised {shown(error)}")
        trial.judged(configs=1)
        return
    trial.need(trial.evidence is API, "what comes of it shows only against a described API")
    turn = trial.turn(source, {})
    if trial.is_public:
        trial.need(trial.works, "an undisturbed sync does not begin: see interface.dispatch")
        trial.expect(turn.error is None, f"the API is public, and get() without credentials raised {shown(turn.error)}")
    else:
        trial.expect(turn.error is not None, "get() without credentials did not raise, although the API asks for them")
        trial.expect(not _unclear(turn.error), f"get() without credentials raised {shown(turn.error)}")
    trial.judged(configs=1)


@clause(
    MUST,
    API,
    CLASS,
    per="connector",
    needs_sync=False,
    cost="bizon accepts the config and the connector falls over in its own code: the user cannot tell what to write.",
    fix="Check the class of authentication.params in get_authenticator() and name the option that is missing.",
)
def wrong_params(trial: Trial) -> None:
    """Parameters of another type (basic with only a token) end in a clear error that names the option."""
    trial.source()
    mistakes = trial.mistaken_authentications()
    trial.need(mistakes, "no credentials are described (api.auth)")
    for name, authentication, options in mistakes:
        try:
            source = trial.build(authentication=authentication)
            error = trial.turn(source, {}).error if trial.evidence is API else None
        except Exception as raised:
            error = raised
        given = ", ".join(authentication["params"])
        trial.need(error is not None or trial.evidence is API, "what comes of it shows only against a described API")
        trial.expect(error is not None, f"type {name} with only {given} was accepted, and get() did not raise")
        trial.expect(not _unclear(error), f"type {name} with only {given} raised {shown(error)}")
        trial.expect(
            any(option in str(error) for option in options),
            f"type {name} with only {given} raised {shown(error)}, which names none of {', '.join(options)}",
        )
        trial.judged(types=1)


def _lives(case: Case, limits: Limits) -> Iterable[Case]:
    yield replace(case, note="lives")
    if limits.pages:
        yield replace(case, note="expires")
        yield replace(case, note="last moment", tokens=TokenManners(early=True))
    for status in (400, 401):
        yield replace(case.hit_by(Status(status), times=None, kind="token"), note="refused")
    for status in (500, 503):
        yield replace(case.hit_by(Status(status), kind="token"), note="falters")


@clause(
    MUST,
    API,
    REPLAY,
    over=ONE_SYNC.each(_lives),
    variants="oauth",
    cost="The sync fails when its token ends, or the token endpoint is asked for every page until it blocks the client.",
    fix="Keep the token with its end, renew it a little earlier, retry the token endpoint, and say its refusal clearly.",
)
def oauth_refresh(trial: Trial) -> None:
    """The token is fetched once, reused while it lives, refreshed when it expires in mid-sync; a refused refresh is a clear error; a 5xx of the token endpoint is retried."""
    situation, endpoint = trial.case.note, _endpoint(trial)
    if situation == "expires":
        _after_first_page(trial, lambda: trial.world.clock.advance(endpoint.lifetime + 1))
    if situation == "last moment":
        _after_first_page(trial, lambda: trial.world.clock.advance(endpoint.lifetime - endpoint.moment / 2))
    sync = trial.sync()
    asked = len([call for call in trial.calls(kind="token") if call.fault is None])
    if situation == "refused":
        trial.need(trial.struck(), "no token was asked for")
        trial.expect(sync.error is not None, "the token endpoint refuses, and the sync ended cleanly")
        trial.expect(not _unclear(sync.error), f"a refused refresh raised {shown(sync.error)}")
    else:
        trial.need(asked or trial.struck(), "no token was asked for")
        wanted = 2 if situation in ("expires", "last moment") else 1
        trial.expect(asked <= wanted, f"{asked} tokens were fetched where {wanted} would do")
        trial.expect_delivered(sync)
    trial.judged(tokens=asked + len(trial.struck()))


@clause(
    MUST,
    API,
    REPLAY,
    over=ONE_SYNC.each(
        lambda case, limits: [
            replace(case, tokens=tokens)
            for tokens in (
                TokenManners(announce="absent"),
                TokenManners(announce="text"),
                TokenManners(expires_in=30),
                TokenManners(expires_in=30, announce="text"),
            )
        ]
    ),
    variants="oauth",
    cost="The sync fails at its first request, or fetches a token for every one.",
    fix="Read expires_in as optional, as a number or text (RFC 6749, 5.1 makes it RECOMMENDED); keep the margin below the token's life.",
)
def token_response_variants(trial: Trial) -> None:
    """No `expires_in`, `expires_in` as text, a short life: no crash, no refresh per request."""
    sync = trial.sync()
    asked = len(trial.calls(kind="token"))
    trial.need(asked, "no token was asked for")
    trial.expect_delivered(sync)
    trial.expect(asked == 1, f"{asked} tokens were fetched for {len(trial.calls(kind='list'))} requests, one would do")
    trial.judged(tokens=asked)


@clause(
    SHOULD,
    API,
    REPLAY,
    over=ONE_SYNC.each(
        lambda case, limits: (
            [replace(case, note="once"), replace(case.hit_by(Status(401), at=1, times=None), note="for ever")]
            if limits.pages
            else []
        )
    ),
    variants="oauth",
    cost="A token that the API ended early fails the whole sync.",
    fix="On a 401 forget the token, fetch a new one and ask once more; raise on the second.",
)
def early_revocation(trial: Trial) -> None:
    """oauth: one 401 before the announced end costs one forced refresh, not the sync; a second one raises."""
    endpoint = _endpoint(trial)
    if trial.case.note == "once":
        _after_first_page(trial, endpoint.revoke_all)
        trial.expect_delivered(trial.sync())
    else:
        sync = trial.sync()
        trial.need(trial.struck(), "no request met the 401")
        trial.expect(sync.error is not None, "every request is answered 401, and the sync ended cleanly")
        trial.expect(len(trial.struck()) <= 2, f"a request was made {len(trial.struck())} times, each answered 401")
    trial.judged(tokens=len(trial.calls(kind="token")))


@clause(
    SHOULD,
    API,
    REPLAY,
    over=ONE_SYNC.each(lambda case, limits: [replace(case, tokens=TokenManners(rotate=True))] if limits.pages else []),
    variants="oauth",
    cost="Behind an API that rotates refresh tokens the second refresh is refused, and with it every sync to come.",
    fix="Keep the refresh_token of each answer of the token endpoint and send that one next (RFC 6749, section 6).",
)
def rotating_refresh_token(trial: Trial) -> None:
    """Within a run the newest refresh token is used."""
    endpoint = _endpoint(trial)
    trial.world.api.served = lambda stream: trial.world.clock.advance(endpoint.lifetime + 1)
    sync = trial.sync()
    grants = [call.request.form.get("grant_type") for call in trial.calls(kind="token")]
    trial.need(["refresh_token"] in grants, "the connector does not use refresh tokens")
    trial.expect_delivered(sync)
    trial.judged(refreshes=len(grants) - 1)


@clause(
    MUST,
    API,
    REPLAY,
    over=ONE_SYNC.hit_by(Status(401), Status(403), times=None, phases=("sync",)),
    variants="each",
    cost="Access ends in mid-sync and the sync reports success with a part of the data.",
    fix="Let the error through.",
)
def rejected(trial: Trial) -> None:
    """401 or 403 in mid-sync raises; it is not swallowed, and not retried (but for the one refresh of oauth)."""
    sync = trial.sync()
    struck = trial.struck()
    trial.need(struck, "no request met the refusal")
    status = trial.case.rules[0].fault.name
    trial.expect(
        sync.error is not None,
        f"{status} from list request {trial.case.rules[0].at + 1} on: the sync ended cleanly with {len(sync.records)} of "
        f"{len(trial.held)} records",
    )
    allowed = 2 if status == "401" and trial.auth_type == "oauth" else 1
    trial.expect(trial.attempts() <= allowed, f"{status}: the request was made {trial.attempts()} times")
    trial.judged(refusals=1)


def _endpoint(trial: Trial) -> TokenEndpoint:
    return next(iter(trial.world.api.endpoints.values()))


def _after_first_page(trial: Trial, happens: Callable[[], None]) -> None:
    """Let something happen when the first page has been served."""
    once_only = iter([happens])

    def served(stream: str) -> None:
        for act in once_only:
            act()
            break

    trial.world.api.served = served


CHAPTER = chapter(
    __doc__,
    dispatch,
    unsupported_type,
    missing,
    wrong_params,
    oauth_refresh,
    token_response_variants,
    early_revocation,
    rotating_refresh_token,
    rejected,
)
