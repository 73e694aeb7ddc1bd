"""What the findings share: a server of the standard library that stands in for an API, and `show`, which tells one finding.

Nothing of the toolkit is used: the rest is bizon, requests and urllib3.
"""

import contextlib
import http.server
import os
import re
import ssl
import threading
from collections.abc import Callable, Iterator
from typing import Any, NamedTuple
from unittest import mock

import trustme
from bizon.source.models import SourceRecord, source_records_to_df
from loguru import logger

Answer = tuple[int, dict[str, str], bytes]
BROKEN: Answer = (500, {}, b"{}")
MALFORMED: Answer = (429, {"Retry-After": "50, 53"}, b"{}")
LATIN = {"Content-Type": "application/json; charset=iso-8859-1"}


class Sent(NamedTuple):
    """One request as it came."""

    path: str
    headers: dict[str, str]
    body: bytes


class Script(http.server.BaseHTTPRequestHandler):
    """Answers by `script`, and notes the paths asked, and what was sent with them."""

    disable_nagle_algorithm = True  # an answer in two pieces waits 40 ms for the client's acknowledgement else
    script: Callable[[str], Answer]
    asked: list[str]
    sent: list[Sent]

    def do_GET(self):
        body = self.rfile.read(int(self.headers.get("Content-Length", 0)))
        self.asked.append(self.path)
        self.sent.append(Sent(self.path, dict(self.headers), body))
        status, headers, body = type(self).script(self.path)
        self.send_response(status)
        for name, value in ({"Content-Length": str(len(body))} | headers).items():
            self.send_header(name, value)
        self.end_headers()
        self.wfile.write(body)
        self.close_connection = "Content-Length" in headers

    def do_POST(self):
        self.do_GET()

    def log_message(self, *_):
        pass


class Silent(Script):
    """Reads a request and closes the connection: what becomes of one that is silent for too long."""

    def do_GET(self):
        self.asked.append(self.path)
        self.close_connection = True


class Hosts(NamedTuple):
    """Where the server is found, without a path: one API, another host, the API without TLS, and one that never answers."""

    api: str
    other: str
    plain: str
    silent: str


def in_turn(*answers: Answer) -> Callable[[str], Answer]:
    """Each of them once, and the last one for ever."""
    left = list(answers)
    return lambda path: left.pop(0) if len(left) > 1 else left[0]


def cut_short(body: bytes) -> Answer:
    """``body``, of which more is announced than comes."""
    return 200, {"Content-Length": str(len(body) + 9)}, body


@contextlib.contextmanager
def standing_in() -> Iterator[Hosts]:
    """The server, whose certificate is trusted by whoever asks the environment."""
    authority = trustme.CA()
    context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
    authority.issue_cert("127.0.0.1", "localhost").configure_cert(context)
    with contextlib.ExitStack() as stack:

        def port(handler: type[Script], *, tls: bool = True) -> int:
            server = stack.enter_context(http.server.ThreadingHTTPServer(("127.0.0.1", 0), handler))
            server.socket = context.wrap_socket(server.socket, server_side=True) if tls else server.socket
            threading.Thread(target=server.serve_forever, args=(0.01,), daemon=True).start()
            stack.callback(server.shutdown)
            return server.server_port

        trusted = stack.enter_context(authority.cert_pem.tempfile())
        stack.enter_context(mock.patch.dict(os.environ, {"REQUESTS_CA_BUNDLE": trusted, "NO_PROXY": "*"}))
        at, plain, silent = port(Script), port(Script, tls=False), port(Silent)
        yield Hosts(
            f"https://127.0.0.1:{at}",
            f"https://localhost:{at}",
            f"http://127.0.0.1:{plain}",
            f"https://127.0.0.1:{silent}",
        )


def show(title: str, act: Callable[[], Any], script: Callable[[str], Answer]) -> None:
    """One line: the clause that is broken and how (``title``), what comes of ``act``, and what the server was asked."""
    Script.script, Script.asked, Script.sent = staticmethod(script), [], []
    logger.disable("bizon")
    try:
        came = str(act())
    except Exception as error:
        came = f"raised {type(error).__name__}: {error}"
    finally:
        logger.enable("bizon")
    paths = list(dict.fromkeys(Script.asked))
    times = {path: f" ({count} times)" if (count := Script.asked.count(path)) > 1 else "" for path in paths}
    more = f", and {len(paths) - 4} more" if len(paths) > 4 else ""
    asked = ", ".join(f"{path}{times[path]}" for path in paths[:4]) + more or "nothing"
    line = " ".join(f"{title} => {came[:200]}; asked: {asked}".split())
    print(re.sub(r"localhost:\d+", "elsewhere", re.sub(r"127\.0\.0\.1:\d+", "api", line)))


def sync(source: Any, most: int = 100) -> list[str]:
    """The ids that a sync of at most ``most`` pages delivers."""
    ids, pagination = [], {}
    for _ in range(most):
        iteration = source.get(pagination)
        ids += [record.id for record in iteration.records]
        pagination = iteration.next_pagination
        if not pagination:
            break
    return ids


def logged(act: Callable[[], Any], text: str) -> str:
    """The first line with ``text`` in it that bizon logs while it acts, whatever comes of that."""
    lines: list[str] = []
    logger.enable("bizon")
    listening = logger.add(lines.append, format="{level}: {message}")
    try:
        with contextlib.suppress(Exception):
            act()
    finally:
        logger.remove(listening)
    return next(line for line in lines if text in line)


def stored(records: list[SourceRecord]) -> list[str]:
    """The data of records as bizon's queue carries it."""
    return source_records_to_df(records)["data"].to_list()


@contextlib.contextmanager
def without_sleep() -> Iterator[list[float]]:
    """Inside, waits take no time; they are noted."""
    waits: list[float] = []
    with mock.patch("time.sleep", waits.append):
        yield waits
