"""What one simulated exchange costs, from `session.get` to parsed JSON: `python tests/benchmarks/bench_exchange.py`.

Every way of answering is measured in turn within each round, so that a machine that slows down slows all of
them; the figure of each is its fastest round, the ratio that of the figures.
"""

from __future__ import annotations

import io
import threading
import time
from collections.abc import Callable, Iterator
from contextlib import ExitStack, contextmanager
from typing import Any

import requests
import requests_mock
import responses
import werkzeug.serving
from requests.adapters import BaseAdapter
from urllib3.response import HTTPResponse

from contract.messages import Request, Response, json_response
from contract.simulation.clock import VirtualClock
from contract.simulation.network import Network
from contract.simulation.server import Server
from contract.simulation.wire import Wire

ROUNDS = 30
EXCHANGES = 50
URL = "https://api.acme.com/v2/customers?page_size=10"
PAGE = {
    "results": [{"id": f"cus_{n}", "name": f"Customer {n}", "email": f"{n}@acme.com"} for n in range(10)],
    "next_cursor": "cus_9",
    "has_more": True,
}
ANSWER = json_response(200, PAGE)
Get = Callable[[], Any]


class Page:
    """A host that always answers with the same page."""

    def kind(self, request: Request) -> str:
        """Every request is for a page."""
        return "list"

    def respond(self, request: Request) -> Response:
        """The page."""
        return ANSWER


class NoOpAdapter(BaseAdapter):
    """The least that lets requests return a response: what requests itself costs."""

    def send(self, request: requests.PreparedRequest, **kwargs: Any) -> requests.Response:  # type: ignore[override]
        """The page, from memory."""
        response = requests.Response()
        response.status_code = 200
        response.headers.update(ANSWER.headers)
        response.encoding = "utf-8"
        response.raw = HTTPResponse(io.BytesIO(ANSWER.body), preload_content=False)
        response.request, response.url = request, str(request.url)
        return response

    def close(self) -> None:
        """Nothing to close."""


def _network(origin: str = "https://api.acme.com:443") -> Network:
    return Network({origin: Page()}, VirtualClock())


def _get(session: requests.Session, url: str = URL, verify: str | None = None) -> Get:
    return lambda: session.get(url, verify=verify).json()


@contextmanager
def no_op(*, environment: bool = True) -> Iterator[Get]:
    """requests with an adapter that does nothing; without `environment` it looks up no proxies and no netrc."""
    session = requests.Session()
    session.trust_env = environment
    session.mount("https://", NoOpAdapter())
    yield _get(session)


@contextmanager
def wire() -> Iterator[Get]:
    """The wire."""
    with Wire(_network()):
        yield _get(requests.Session())


@contextmanager
def with_responses() -> Iterator[Get]:
    """The library responses."""
    with responses.RequestsMock() as mock:
        mock.add(responses.GET, URL, body=ANSWER.body, content_type="application/json")
        yield _get(requests.Session())


@contextmanager
def with_requests_mock() -> Iterator[Get]:
    """The library requests-mock."""
    with requests_mock.Mocker() as mock:
        mock.get(URL, content=ANSWER.body, headers=dict(ANSWER.headers))
        yield _get(requests.Session())


@contextmanager
def with_werkzeug() -> Iterator[Get]:
    """A werkzeug server on loopback, HTTP/1.1 and keep-alive, threaded."""

    def application(environ: Any, start_response: Any) -> list[bytes]:
        start_response("200 OK", list(ANSWER.headers))
        return [ANSWER.body]

    class Quiet(werkzeug.serving.WSGIRequestHandler):
        protocol_version = "HTTP/1.1"

        def log(self, *args: Any) -> None:
            pass

    server = werkzeug.serving.make_server("127.0.0.1", 0, application, threaded=True, request_handler=Quiet)
    thread = threading.Thread(target=server.serve_forever, daemon=True)
    thread.start()
    try:
        yield _get(requests.Session(), f"http://127.0.0.1:{server.server_port}/v2/customers?page_size=10")
    finally:
        server.shutdown()
        thread.join()
        server.server_close()


@contextmanager
def with_server(*, tls: bool) -> Iterator[Get]:
    """Our own server on loopback."""
    origin = "https://api.acme.com:443"
    with Server(_network(origin), tls=tls, origin=origin) as server:
        yield _get(requests.Session(), f"{server.url}/v2/customers?page_size=10", verify=server.ca_file or None)


WAYS: dict[str, Callable[[], Any]] = {
    "no-op adapter": no_op,
    "no-op adapter, trust_env off": lambda: no_op(environment=False),
    "wire": wire,
    "responses": with_responses,
    "requests-mock": with_requests_mock,
    "werkzeug on loopback": with_werkzeug,
    "server on loopback": lambda: with_server(tls=False),
    "server on loopback, TLS": lambda: with_server(tls=True),
}


def measure(rounds: int = ROUNDS, exchanges: int = EXCHANGES) -> dict[str, float]:
    """Seconds per exchange of every way, the fastest of `rounds` interleaved rounds."""
    fastest = dict.fromkeys(WAYS, float("inf"))
    for _ in range(rounds):
        for name, way in WAYS.items():
            with ExitStack() as stack:
                get = stack.enter_context(way())
                assert get() == PAGE
                started = time.perf_counter()
                for _ in range(exchanges):
                    get()
                fastest[name] = min(fastest[name], (time.perf_counter() - started) / exchanges)
    return fastest


def main() -> None:
    """Print what each way costs, and how that compares with requests itself and with the wire."""
    seconds = measure()
    print(f"{'':30} {'us':>8} {'x no-op':>9} {'x wire':>9}")
    for name, cost in seconds.items():
        print(f"{name:30} {cost * 1e6:8.0f} {cost / seconds['no-op adapter']:9.2f} {cost / seconds['wire']:9.2f}")


if __name__ == "__main__":
    main()
