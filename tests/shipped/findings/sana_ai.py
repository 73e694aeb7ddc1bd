"""The findings on bizon's Sana source: `python -m tests.shipped.findings.sana_ai`."""

import json
from collections.abc import Callable
from typing import Any

from bizon.connectors.sources.sana_ai.src.source import SanaSource, SanaSourceConfig

from tests.shipped.findings._server import (
    BROKEN,
    MALFORMED,
    Answer,
    Script,
    cut_short,
    in_turn,
    logged,
    show,
    standing_in,
    sync,
    without_sleep,
)

TOKEN: Answer = (200, {}, b'{"access_token": "made-up-access", "expires_in": 3600}')
ENDLESS: Answer = (200, {}, b'{"access_token": "made-up-access"}')
SIGN_IN: Answer = (200, {"Content-Type": "text/html"}, b"<html>\n<title>Sign in</title>\n</html>\n")
JOB: Answer = (200, {}, b'{"data": {"jobId": "job_1"}}')
FAILED: Answer = (200, {}, b'{"data": {"status": "failed"}}')
SECRET = "made-up-secret"
KEY = {"type": "api_key", "params": {"token": "made-up-token"}}


def csv(*names: str) -> Answer:
    return 200, {"Content-Type": "text/csv"}, "\n".join(["name", *names]).encode()


ONE = csv("Ada")


def main() -> None:
    with standing_in() as hosts:
        link = f"{hosts.other}/report.csv?signature=5f0c"
        done: Answer = (200, {}, json.dumps({"data": {"status": "successful", "link": {"url": link}}}).encode())

        def api(*files: Answer, token: Answer = TOKEN, polls: tuple[Answer, ...] = ()) -> Callable[[str], Answer]:
            """A job that is done behind ``polls``, and its file, on another host."""
            file, job = in_turn(*files), in_turn(*polls, done)
            steps = {"/token": in_turn(token), "/reports/query": in_turn(JOB), "/reports/jobs/job_1": job}
            return lambda path: steps.get(path, file)(path)

        params = {
            "token_refresh_endpoint": f"{hosts.api}/token",
            "client_id": "acme",
            "client_secret": SECRET,
            "refresh_token": "made-up-refresh",
        }
        oauth = {"type": "oauth", "params": params}

        def sana(**options: Any) -> Any:
            options = {"stream": "insight_report", "authentication": oauth} | options
            source = SanaSource(SanaSourceConfig(name="sana_ai", query="SELECT 1", domain="acme", **options))
            source.base_url = hosts.api
            return source

        def after_a_redirect() -> str:
            """What a stranger is told who is redirected to by the token endpoint."""
            try:
                sync(sana())
            except Exception:
                return f"{Script.sent[-1].path} was sent the client's secret: {SECRET.encode() in Script.sent[-1].body}"

        def at_the_file() -> str:
            sync(sana())
            return f"the host of the file was sent Authorization: {Script.sent[-1].headers.get('Authorization')}"

        def polled() -> str:
            with without_sleep() as waits:
                return f"{sync(sana())} after {sum(waits):.0f} s"

        def away(to: str) -> Callable[[str], Answer]:
            return lambda path: (307, {"Location": to}, b"") if path == "/token" else (404, {}, b"{}")

        show(
            "interface.config_class: an unknown stream is refused late, and the known ones are not told",
            lambda: sana(stream="no_such_stream").get({}),
            api(ONE),
        )
        show(
            "interface.secret_fields: printing the config shows the secret",
            lambda: f"it is in the text: {SECRET in str(sana().config)}",
            api(ONE),
        )
        show(
            "records.stable_ids: a row that goes away changes the id of the next",
            lambda: [[(row.id, row.data["name"]) for row in sana().get({}).records] for _ in range(2)],
            api(csv("Ada", "Bob"), csv("Bob")),
        )
        show(
            "records.charset: a byte order mark becomes a part of the first column's name",
            lambda: [row.data for row in sana().get({}).records],
            api((200, {}, b"\xef\xbb\xbf" + ONE[2])),
        )
        show("retry.transient_status: one 500 is not retried", lambda: sync(sana()), api(BROKEN, ONE))
        show(
            "retry.network_faults: a file cut short is not asked again",
            lambda: sync(sana()),
            api(cut_short(ONE[2]), ONE),
        )
        show(
            "retry.retry_after_malformed: a malformed Retry-After ends the sync",
            lambda: sync(sana()),
            api(MALFORMED, ONE),
        )
        show("retry.timeouts: no timeout", lambda: f"timeout {sana().session.timeout}", api(ONE))
        show(
            "auth.unsupported_type: type api_key is ignored",
            lambda: f"auth {sana(authentication=KEY).session.auth}",
            api(ONE),
        )
        show("auth.missing: authentication: null is not told", lambda: sana(authentication=None), api(ONE))
        show(
            "auth.wrong_params: oauth with a token only is not told",
            lambda: sana(authentication=KEY | {"type": "oauth"}),
            api(ONE),
        )
        show(
            "auth.token_response_variants: a token without expires_in, which is optional, ends the sync",
            lambda: sync(sana()),
            api(ONE, token=ENDLESS),
        )
        show(
            "connection.reports: the check asks nothing",
            lambda: f"the check says {sana().check_connection()}",
            in_turn((401, {}, b"{}")),
        )
        show(
            "integrity.not_json: a sign-in page is delivered as records",
            lambda: [row.data for row in sana().get({}).records],
            api(SIGN_IN),
        )
        show(
            "integrity.failed_job: a job that has failed is polled for as long as nobody ends it",
            polled,
            api(ONE, polls=(FAILED,) * 100),
        )
        show(
            "security.signed_links: the signed link is logged",
            lambda: logged(lambda: sync(sana()), "signature"),
            api(ONE),
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
        show("security.file_hosts: the host of the file gets the token", at_the_file, api(ONE))


if __name__ == "__main__":
    main()
