"""What is wrong with bizon's Periscope source, a line each: `python -m tests.shipped.findings.periscope`."""

import http.server
import json
import threading
from typing import Any

from bizon.connectors.sources.periscope.src import source as periscope
from bizon.source.models import source_records_to_df

from tests.shipped.findings._lines import BROKEN, Answer, Script, in_turn, serving, show

OK: Answer = (200, {}, b'{"Dashboard": [{"id": 1, "name": "Sales"}]}')
CHART = {"id": 5, "database_id": 3, "content_id": None}
ONE = json.dumps({"Widget": [CHART], "TextBox": []}).encode()
NONE = b'{"Widget": [], "TextBox": []}'


def charts(*windows: Answer):
    """Of one dashboard: its windows, and then what the last of them says for ever."""
    answers = in_turn(*windows)
    return lambda path: OK if "dashboards" in path else answers(path)


def ids(iteration: Any) -> list[str]:
    return [record.id for record in iteration.records]


def main() -> None:
    with serving() as (url, ready):
        periscope.BASE_URL = url

        def config(stream: str = "dashboards") -> Any:
            cookies = {"cf_bm": "made-up-bm", "periscope_session": "made-up-session"}
            return periscope.PeriscopeSourceConfig(
                name="periscope",
                stream=stream,
                workspace_name="acme",
                client_site_id=7,
                database_id=3,
                x_csrf_token="made-up-csrf",
                authentication={"type": "cookies", "params": {"cookies": cookies}},
            )

        def source(stream: str = "dashboards") -> Any:
            return ready(periscope.PeriscopeSource(config(stream)))

        def stored() -> list[str]:
            return source_records_to_df(source().get({}).records)["data"].to_list()

        def heard_after(location: str) -> list[str]:
            Script.script = staticmethod(in_turn((302, {"Location": location}, b""), OK))
            source().get({})
            return [headers.get("x-csrf-token", "nothing") for headers in Script.headers_sent[1:]]

        def page() -> list[str]:
            return ids(source("charts").get({}))

        def one_page() -> list[str]:
            source("charts").get({})
            return [path.partition("?")[0] for path in Script.asked]

        def rows() -> list[str]:
            source("charts").get({})
            return [path.partition("fluid_row=")[2].partition("&")[0] for path in Script.asked[1:]]

        def given_and_left() -> tuple[int, int]:
            given = {"dashboard_ids": list(range(25))}
            source("charts").get(given)
            return 25, len(given["dashboard_ids"])

        latin = {"Content-Type": "application/json; charset=iso-8859-1"}
        zoe = json.dumps({"Dashboard": [{"id": 1, "name": "Zoë"}]}, ensure_ascii=False).encode()
        window = (200, {}, ONE)
        end = (200, {}, NONE)
        shape = (200, {}, b'{"Widget": {"id": 5}, "TextBox": []}')
        show("the check asks nothing", lambda: source().check_connection(), in_turn((401, {}, b"{}")))
        show("printing the config shows its cookies", lambda: str(config())[-330:], in_turn(OK))
        show("an unknown stream: the known ones are not told", lambda: source("nope").get({}), in_turn(OK))
        show("no timeout", lambda: source().session.timeout, in_turn(OK))
        show("one 500 is not asked again", lambda: source().get({}), in_turn(BROKEN, OK))
        show(
            "a body cut short is not asked again",
            lambda: source().get({}),
            in_turn((200, {"Content-Length": "99"}, OK[2]), OK),
        )
        malformed = (429, {"Retry-After": "50, 53"}, b"{}")
        show("a malformed Retry-After ends the sync", lambda: source().get({}), in_turn(malformed, OK))
        show("a wrong charset turns names into mojibake", stored, in_turn((200, latin, zoe)))
        show("NaN becomes null", stored, in_turn((200, {}, b'{"Dashboard": [{"id": 1, "x": NaN}]}')))
        show("a record without an id is told by its key alone", stored, in_turn((200, {}, b'{"Dashboard": [{}]}')))
        show(
            "a redirect to another host gets the form token",
            lambda: heard_after(url.replace("127.0.0.1", "localhost") + "/elsewhere"),
            in_turn(OK),
        )
        plain = http.server.ThreadingHTTPServer(("127.0.0.1", 0), Script)
        threading.Thread(target=plain.serve_forever, daemon=True).start()
        unsafe = f"http://127.0.0.1:{plain.server_port}/elsewhere"
        show("a redirect to plain http gets the form token", lambda: heard_after(unsafe), in_turn(OK))
        show("no dashboards: a tuple", lambda: source("charts").get({}), in_turn((200, {}, b'{"Dashboard": []}')))
        show("a 500 at the first window: all charts are lost", page, charts(BROKEN, window, end))
        show("a 500 that stays at the first window: a success", page, charts(BROKEN))
        show("a 401 at the first window: a success", page, charts((401, {}, b"{}")))
        show("a Retry-After that is malformed: all charts are lost", page, charts(malformed, window, end))
        show(
            "HTML at the first window: a success", page, charts((200, {"Content-Type": "text/html"}, b"<p>Sign in</p>"))
        )
        show("windows of another shape: a success", page, charts(shape, end))
        show("one get() asks for all windows", one_page, charts(window, end))
        show("a 500 that stays at the second window: 999 times, and a success", page, charts(window, BROKEN))
        show("the pagination that is passed in is changed", given_and_left, charts(end))
        show("a second window that is no JSON is skipped", rows, charts(window, (200, {}, b"<p>"), window, end))


if __name__ == "__main__":
    main()
