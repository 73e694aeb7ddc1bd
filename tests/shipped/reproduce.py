"""The findings on bizon's PokeAPI and GBIF sources, reproduced without the toolkit: `python tests/shipped/reproduce.py`.

A TLS server of the standard library stands in for the APIs; everything else is bizon 0.6.4, requests and urllib3.
"""

import http.server
import json
import ssl
import threading
from collections.abc import Callable
from typing import Any
from urllib.parse import parse_qs, urlsplit

import trustme
from bizon.connectors.sources.gbif.src import source as gbif
from bizon.connectors.sources.pokeapi.src import source as pokeapi
from bizon.source.models import source_records_to_df

Answer = tuple[int, dict[str, str], bytes]
BROKEN: Answer = (500, {}, b"{}")
LIST = b'{"results": [], "next": null, "endOfRecords": true}'


class Script(http.server.BaseHTTPRequestHandler):
    """Answers by `script`, and notes the paths asked."""

    script: Callable[[str], Answer]
    asked: list[str]

    def do_GET(self):
        self.asked.append(self.path)
        status, headers, body = type(self).script(self.path)
        self.send_response(status)
        for name, value in ({"Content-Length": str(len(body))} | headers).items():
            self.send_header(name, value)
        self.end_headers()
        self.wfile.write(body)
        self.close_connection = "Content-Length" in headers

    def log_message(self, *_):
        pass


def in_turn(*answers: Answer) -> Callable[[str], Answer]:
    left = list(answers)
    return lambda path: left.pop(0) if len(left) > 1 else left[0]


def capped_at_one(path: str) -> Answer:
    """Five records, one a page, whatever `limit` says."""
    offset = int(parse_qs(urlsplit(path).query)["offset"][0])
    page = {"results": [{"key": 100 + offset}] if offset < 5 else [], "endOfRecords": offset >= 4}
    return 200, {}, json.dumps(page).encode()


def show(title: str, act: Callable[[], Any], script: Callable[[str], Answer]) -> None:
    Script.script, Script.asked = staticmethod(script), []
    try:
        came = repr(act())
    except Exception as error:
        came = f"raised {type(error).__name__}: {error}"
    print(f"{title}\n    {came[:150]}\n    asked: {', '.join(Script.asked) or 'nothing'}")


def sync(source: Any) -> list[str]:
    ids, pagination = [], {}
    while True:
        iteration = source.get(pagination)
        ids += [record.id for record in iteration.records]
        pagination = iteration.next_pagination
        if not pagination:
            return ids


def main() -> None:
    authority = trustme.CA()
    context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
    authority.issue_cert("127.0.0.1").configure_cert(context)
    server = http.server.ThreadingHTTPServer(("127.0.0.1", 0), Script)
    server.socket = context.wrap_socket(server.socket, server_side=True)
    threading.Thread(target=server.serve_forever, daemon=True).start()
    pokeapi.BASE_URL = gbif.BASE_URL = f"https://127.0.0.1:{server.server_port}"

    with authority.cert_pem.tempfile() as trusted:

        def ready(source: Any) -> Any:
            source.session.verify, source.session.trust_env = trusted, False
            return source

        def poke() -> Any:
            return ready(pokeapi.PeriscopeSource(pokeapi.PokeAPISourceConfig(name="pokeapi", stream="pokemon")))

        def bees(**options: Any) -> Any:
            return ready(gbif.GBIFSource(gbif.GBIFSourceConfig(name="gbif", **options)))

        def as_stored() -> list[str]:
            return source_records_to_df(bees().get({}).records)["data"].to_list()

        key = {"type": "api_key", "params": {"token": "made-up"}}
        latin = {"Content-Type": "application/json; charset=iso-8859-1"}
        zoe = json.dumps({"results": [{"key": 1, "name": "Zoë"}], "endOfRecords": True}, ensure_ascii=False).encode()

        show("pokeapi: the stream's path is that of no stream", lambda: poke().get({}), in_turn((404, {}, b"{}")))
        show("pokeapi: a failing check raises", lambda: poke().check_connection(), in_turn((401, {}, b"{}")))
        show("pokeapi: one 500 is not retried", lambda: poke().get({}), in_turn(BROKEN, (200, {}, LIST)))
        show("pokeapi, gbif: no timeout", lambda: (poke().session.timeout, bees().session.timeout), in_turn(BROKEN))
        show("gbif: capped pages lose records", lambda: sync(bees(page_limit=3)), capped_at_one)
        show("gbif: one 503 is not retried", lambda: bees().get({}), in_turn((503, {}, b"{}"), (200, {}, LIST)))
        show("gbif: a failing check raises", lambda: bees().check_connection(), in_turn((401, {}, b"{}")))
        show("gbif: a failing count raises", lambda: bees().get_total_records_count(), in_turn(BROKEN))
        show(
            "gbif: a body cut short is not asked again",
            lambda: bees().get({}),
            in_turn((200, {"Content-Length": str(len(LIST) + 9)}, LIST), (200, {}, LIST)),
        )
        show(
            "gbif: a malformed Retry-After ends the sync",
            lambda: bees().get({}),
            in_turn((429, {"Retry-After": "50, 53"}, b"{}"), (200, {}, LIST)),
        )
        show(
            "gbif: an answer without results is a page", lambda: sync(bees()), in_turn((200, {}, b'{"message": "no"}'))
        )
        show(
            "gbif: an empty page in the middle is skipped",
            lambda: bees(page_limit=2).get({}).next_pagination,
            in_turn((200, {}, b'{"results": [], "endOfRecords": false, "count": 5}')),
        )
        show(
            "gbif: a record without an id gets one made up",
            lambda: [record.id for record in bees().get({}).records],
            in_turn((200, {}, b'{"results": [{"key": null}, {}], "endOfRecords": true}')),
        )
        show("gbif: a wrong charset turns names into mojibake", as_stored, in_turn((200, latin, zoe)))
        show("gbif: NaN becomes null", as_stored, in_turn((200, {}, b'{"results": [{"key": 1, "x": NaN}]}')))
        show("gbif: credentials are ignored", lambda: bees(authentication=key).get_authenticator(), in_turn(BROKEN))
        show("gbif: the page size is not bounded", lambda: bees(page_limit=-1).config.page_limit, in_turn(BROKEN))


if __name__ == "__main__":
    main()
