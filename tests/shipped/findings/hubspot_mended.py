"""The findings on bizon's HubSpot source behind its first two: `python -m tests.shipped.findings.hubspot_mended`."""

import json
from collections.abc import Callable
from typing import Any

from tests.shipped.findings._server import (
    BROKEN,
    LATIN,
    MALFORMED,
    Answer,
    Script,
    in_turn,
    show,
    stored,
    sync,
    without_sleep,
)
from tests.shipped.findings.hubspot import LAST, OAUTH, page, portal, whatever_is_delivered
from tests.shipped.mended import MendedHubSpot

REFUSED: Answer = (401, {}, b'{"message": "expired"}')


def token(**more: Any) -> Answer:
    return 200, {}, json.dumps({"access_token": "made-up-access", **more}).encode()


def behind_tokens(*pages: Answer, tokens: tuple[Answer, ...]) -> Callable[[str], Answer]:
    token_endpoint, objects = in_turn(*tokens), in_turn(*pages)
    return lambda path: token_endpoint(path) if path == "/oauth/v1/token" else objects(path)


def main() -> None:
    with portal(MendedHubSpot) as (hosts, contacts):

        def counted() -> str:
            with without_sleep() as waits:
                try:
                    return f"returned {contacts().get_total_records_count()}"
                except Exception as error:
                    return f"raised {type(error).__name__} after {sum(waits) / 60:.0f} min of waits"

        def after_a_redirect() -> str:
            """What a stranger is told who is redirected to by the token endpoint."""
            try:
                sync(contacts(OAUTH))
            except Exception:
                return (
                    f"{Script.sent[-1].path} was sent the client's secret: {b'made-up-secret' in Script.sent[-1].body}"
                )

        def second_refresh() -> str:
            sync(contacts(OAUTH))
            body = [each.body for each in Script.sent if each.path == "/oauth/v1/token"][1]
            return f"the second one carried the first refresh token: {b'made-up-refresh' in body}"

        def away(to: str) -> Callable[[str], Answer]:
            return lambda path: (307, {"Location": to}, b"") if path == "/oauth/v1/token" else (404, {}, b"{}")

        show(
            "pagination.empty_page_midway: an empty page with a way onward is the end",
            lambda: f"of 1 and 2: {sync(contacts())}",
            in_turn(page("1", after="1"), page(None, after="2"), LAST),
        )
        show(
            "pagination.stuck_cursor: a cursor that repeats is followed for ever",
            lambda: f"{len(sync(contacts()))} records, and goes on",
            in_turn(page("1", after="1")),
        )
        show(
            "pagination.total: a count that fails raises",
            counted,
            in_turn(BROKEN),
        )
        show(
            "records.charset: a wrong charset makes mojibake",
            lambda: stored(contacts().get({}).records),
            in_turn((200, LATIN, page("1", name="Zoë")[2])),
        )
        show(
            "records.hostile_json: NaN becomes null",
            lambda: stored(contacts().get({}).records),
            in_turn(page("1", x=float("nan"))),
        )
        show(
            "records.missing_id: which record has none is not told",
            lambda: sync(contacts()),
            in_turn((200, {}, b'{"results": [{"archived": false}]}')),
        )
        show(
            "retry.retry_after_malformed: a malformed Retry-After ends the sync",
            lambda: sync(contacts()),
            in_turn(MALFORMED, LAST),
        )
        show(
            "integrity.missing_records_key: 200 without results is the end",
            lambda: f"records {sync(contacts())}",
            in_turn((200, {}, b"{}")),
        )
        show(
            "integrity.error_envelope: 200 with an error is the end",
            lambda: f"records {sync(contacts())}",
            in_turn((200, {}, b'{"status": "error", "message": "quota exceeded"}')),
        )
        show(
            "auth.token_response_variants: a token without expires_in, which is optional, ends the sync",
            lambda: sync(contacts(OAUTH)),
            behind_tokens(LAST, tokens=(token(),)),
        )
        show(
            "auth.early_revocation: a token that ends early is not fetched anew",
            lambda: sync(contacts(OAUTH)),
            behind_tokens(page("1", after="1"), REFUSED, LAST, tokens=(token(expires_in=1800),)),
        )
        show(
            "auth.rotating_refresh_token: the new refresh token is not used",
            second_refresh,
            behind_tokens(page("1", after="1"), LAST, tokens=(token(expires_in=0, refresh_token="newer"),)),
        )
        show(
            "security.redirects: a redirect takes the secret to another host",
            after_a_redirect,
            away(f"{hosts.other}/stranger"),
        )
        show(
            "security.downgrade: a redirect takes the secret to plain http",
            after_a_redirect,
            away(f"{hosts.plain}/in_plain"),
        )
        whatever_is_delivered(contacts)


if __name__ == "__main__":
    main()
