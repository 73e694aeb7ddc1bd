"""The findings on bizon's HubSpot source: `python -m tests.shipped.findings.hubspot`."""

import contextlib
import json
from collections.abc import Callable, Iterator
from typing import Any
from unittest import mock

from bizon.connectors.sources.hubspot.src import hubspot_base
from bizon.connectors.sources.hubspot.src import hubspot_objects as hubspot

from tests.shipped.findings._server import (
    Answer,
    Hosts,
    Script,
    cut_short,
    in_turn,
    logged,
    show,
    standing_in,
    without_sleep,
)

KEY = {"type": "api_key", "params": {"token": "made-up-token"}}
OAUTH = {
    "type": "oauth",
    "params": {
        "token_refresh_endpoint": "",
        "client_id": "acme",
        "client_secret": "made-up-secret",
        "refresh_token": "made-up-refresh",
    },
}
Made = Callable[..., Any]


def page(record: str | None, after: str | None = None, **more: Any) -> Answer:
    """One record, or none, and the way to the next page."""
    paging = {"paging": {"next": {"after": after, "link": f"?after={after}"}}} if after else {}
    rows = [] if record is None else [{"id": record, **more}]
    return 200, {}, json.dumps({"results": rows} | paging, ensure_ascii=False).encode()


LAST = page("2")


@contextlib.contextmanager
def portal(kind: type) -> Iterator[tuple[Hosts, Made]]:
    """A HubSpot that the server stands in for, and how a source of ``kind`` is made."""
    with (
        standing_in() as hosts,
        mock.patch.object(hubspot, "URL_BASE", hosts.api),
        mock.patch.object(hubspot_base, "URL_TOKEN_REFRESH", f"{hosts.api}/oauth/v1/token"),
    ):

        def made(authentication: Any = KEY, host: str = hosts.api, **options: Any) -> Any:
            hubspot.URL_BASE = host
            options = {"name": "hubspot", "stream": "contacts", "init_pipeline": False} | options
            return kind(hubspot.HubSpotSourceConfig(authentication=authentication, **options))

        yield hosts, made


def main() -> None:
    with portal(hubspot.HubSpotObjectsSource) as (hosts, contacts):

        def silence() -> str:
            with without_sleep() as waits:
                try:
                    contacts(host=hosts.silent).get({})
                except Exception:
                    asked = len(Script.asked)
                    return f"{asked} attempts without a timeout, {sum(waits) / 60:.0f} min of waits between them"

        show(
            "pagination.terminates: the last page is a tuple",
            lambda: repr(contacts().get({"after": "1"})),
            in_turn(LAST),
        )
        show(
            "connection.accepts: of two pages the check says that they cannot be unpacked",
            lambda: contacts().check_connection(),
            in_turn(page("1", after="1"), LAST),
        )
        show("retry.gives_up: a silent API is asked as long as 51 silences last", silence, in_turn(LAST))
        whatever_is_delivered(contacts)


def whatever_is_delivered(contacts: Made) -> None:
    """What does not depend on the last page."""

    show(
        "interface.config_class: an unknown stream is asked of the API",
        lambda: contacts(stream="no_such_stream").get({}),
        in_turn((404, {}, b"{}")),
    )
    show(
        "interface.secret_fields: printing the config shows the token",
        lambda: f"it is in the text: {'made-up-token' in str(contacts().config)}",
        in_turn(LAST),
    )
    show(
        "retry.network_faults: a body cut short is not asked again",
        lambda: contacts().get({}),
        in_turn(cut_short(LAST[2]), LAST),
    )
    show("retry.timeouts: no timeout", lambda: f"timeout {contacts().session.timeout}", in_turn(LAST))
    show("auth.missing: authentication: null is not told", lambda: contacts(None), in_turn(LAST))
    show(
        "auth.wrong_params: an api_key without a token is not told",
        lambda: contacts({"type": "api_key", "params": {"username": "ada", "password": "made-up"}}),
        in_turn(LAST),
    )
    show(
        "security.logs: where a token is refused, the client's secret is logged",
        lambda: logged(lambda: contacts(OAUTH).get({}), "made-up-secret"),
        in_turn((401, {}, b'{"message": "invalid refresh token"}')),
    )


if __name__ == "__main__":
    main()
