"""A TLS server of the standard library that stands in for an API; everything else in a reproduction is bizon, requests and urllib3."""

import http.server
import ssl
import threading
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from typing import Any

import trustme
from loguru import logger

Answer = tuple[int, dict[str, str], bytes]
BROKEN: Answer = (500, {}, b"{}")


class Script(http.server.BaseHTTPRequestHandler):
    """Answers by `script`, and notes the paths asked and the headers that came."""

    protocol_version = "HTTP/1.1"
    wbufsize = -1
    disable_nagle_algorithm = True
    script: Callable[[str], Answer]
    asked: list[str]
    headers_sent: list[dict[str, str]]

    def do_GET(self):
        self.asked.append(self.path)
        self.headers_sent.append(dict(self.headers))
        self.rfile.read(int(self.headers.get("Content-Length") or 0))
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


def in_turn(*answers: Answer) -> Callable[[str], Answer]:
    """One after the other, and the last one for ever."""
    left = list(answers)
    return lambda path: left.pop(0) if len(left) > 1 else left[0]


def show(title: str, act: Callable[[], Any], script: Callable[[str], Answer]) -> None:
    """One line: what was claimed, what came, and how often the API was asked."""
    Script.script, Script.asked, Script.headers_sent = staticmethod(script), [], []
    try:
        came = repr(act())
    except Exception as error:
        came = f"raised {type(error).__name__}: {error}"
    print(f"{title} | {' '.join(came.split())[:200]} | asked {len(Script.asked)}")


@contextmanager
def serving() -> Iterator[tuple[str, Callable[[Any], Any]]]:
    """The server's base URL, and what makes a source trust it. Nothing is logged meanwhile."""
    authority = trustme.CA()
    context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
    authority.issue_cert("127.0.0.1", "localhost").configure_cert(context)
    server = http.server.ThreadingHTTPServer(("127.0.0.1", 0), Script)
    server.socket = context.wrap_socket(server.socket, server_side=True)
    threading.Thread(target=server.serve_forever, daemon=True).start()
    logger.remove()
    with authority.cert_pem.tempfile() as trusted:

        def ready(source: Any) -> Any:
            source.session.verify, source.session.trust_env = trusted, False
            return source

        yield f"https://127.0.0.1:{server.server_port}", ready
    server.shutdown()
