"""What recordings cost, as ratios: replayed, read, and made: `python -m tests.benchmarks.bench_recording`.

Every way is measured in turn within each round, so that a machine that slows down slows all of them. The figure of a
replay is the median of its requests, of which a long recording answers each page once, as in a sync; the figure of what is
done at once is its fastest round. Ratios are those of the figures.
"""

from __future__ import annotations

import datetime as dt
import gc
import json
import multiprocessing
import statistics
import tempfile
import time
from collections.abc import Callable, Iterator
from contextlib import ExitStack, contextmanager, suppress
from multiprocessing.connection import Connection
from pathlib import Path
from typing import Any

import requests
import yaml
from vcr.config import VCR
from vcr.errors import CannotOverwriteExistingCassetteException
from vcr.request import Request as VcrRequest

from contract.errors import UnrecordedRequestError
from contract.messages import Request, Response, json_response
from contract.recording.cassette import _read, load
from contract.recording.layout import Exchange, written
from contract.recording.record import recording
from contract.recording.recorded import Recorded
from contract.simulation.clock import VirtualClock
from contract.simulation.network import Network
from contract.simulation.server import Server
from contract.simulation.wire import Wire

ORIGIN = "https://api.acme.com:443"
SMALL, LARGE = 100, 5000
"""Pages of the recordings."""
ROUNDS = 50
PART = 100
"""Requests of one way in one round: 50 rounds go through the large recording once."""
ROUNDS_OF_VCRPY = 3
LOADS = 3
CREDENTIALS = {"Authorization": "Bearer acme-live-token-7f3c9a"}
SECRETS = ("acme-live-token-7f3c9a", "acme/client+secret=1")


def url(number: int) -> str:
    """Of a page, as cursors are asked for."""
    return f"https://api.acme.com/v2/customers?page_size=25&cursor=cus_{number:06d}&include=orders"


def page(number: int) -> Response:
    """Of 10 kB, compact as APIs send it: names beyond ASCII, links with a query, escapes, dates, nested objects."""
    rows = [
        {
            "id": f"cus_{number:06d}{row:02d}",
            "name": "Zoë Washburne",
            "email": f"customer.{number}.{row}@example.com",
            "balance": -89.75,
            "active": True,
            "created_at": "2026-03-01T08:15:30Z",
            "url": f"https://api.acme.com/v2/customers/cus_{number:06d}{row:02d}?include=orders&fields=id%2Cname",
            "note": 'She said "yes" to A&B;\nsee the second line',
            "address": {"street": "12 Serenity Valley", "city": "Hera", "zip": "04513", "country": None},
            "tags": ["vip", "newsletter", "2026"],
        }
        for row in range(24)
    ]
    body = {"results": rows, "next": url(number + 1), "has_more": True}
    return json_response(200, body).with_body(json.dumps(body, separators=(",", ":"), ensure_ascii=False).encode())


def write(path: Path, pages: int) -> None:
    """A cassette as our recorder writes it."""

    def exchange(number: int) -> Exchange:
        headers = {"Accept": "application/json", "Authorization": "Bearer REDACTED"}
        answer = page(number)
        answer = answer.with_body(json.dumps(answer.json, ensure_ascii=False, indent=2).encode())
        return VcrRequest("GET", url(number), None, headers), {
            "status": {"code": 200, "message": "OK"},
            "headers": {name: [value] for name, value in answer.headers},
            "body": {"string": answer.body},
        }

    path.write_text(written(map(exchange, range(pages)), dt.datetime.now(dt.UTC)), "utf-8")


class Pages:
    """The least that can answer from memory: a dict."""

    def __init__(self, answers: dict[str, Response]) -> None:
        self.answers = answers

    def kind(self, request: Request) -> str:
        """Every request is for a page."""
        return "list"

    def respond(self, request: Request) -> Response:
        """The page at its URL."""
        try:
            return self.answers[request.url]
        except KeyError:
            raise UnrecordedRequestError(request.url) from None


Host = Pages | Recorded


def timed(urls: list[str]) -> list[float]:
    """Seconds for each of ``urls``, from `session.get` to the octets of the body, or to the refusal."""
    session = requests.Session()
    took = []
    for each in urls:
        started = time.perf_counter()
        with suppress(UnrecordedRequestError, CannotOverwriteExistingCassetteException):
            assert len(session.get(each).content) > 9000
        took.append(time.perf_counter() - started)
    return took


Timed = Callable[[list[str]], list[float]]


def over_wire(host: Host) -> Timed:
    """`timed`, with ``host`` behind the in-process connection."""

    def measured(urls: list[str]) -> list[float]:
        network = Network({ORIGIN: host}, VirtualClock())
        with Wire(network):
            return timed(urls)

    return measured


def by_vcrpy(path: Path) -> Timed:
    """`timed`, with vcrpy and its default matchers."""

    def measured(urls: list[str]) -> list[float]:
        with VCR(record_mode="none").use_cassette(str(path)):
            return timed(urls)

    return measured


def measure_replay(folder: Path) -> dict[str, float]:
    """Seconds for a page, by what was asked of what."""
    ways: dict[str, tuple[Timed, int, bool]] = {}
    for pages in (SMALL, LARGE):
        found = load(folder / f"{pages}.yaml").interactions
        plain = over_wire(Pages({each.request.url: each.response for each in found}))
        index = over_wire(Recorded(found, SECRETS))
        for told, recorded in (("", True), (", unrecorded", False)):
            ways[f"dict, {pages} pages{told}"] = (plain, pages, recorded)
            ways[f"index, {pages} pages{told}"] = (index, pages, recorded)
    vcrpy = by_vcrpy(folder / f"{SMALL}.yaml")
    ways[f"vcrpy, {SMALL} pages"] = (vcrpy, SMALL, True)
    ways[f"vcrpy, {SMALL} pages, unrecorded"] = (vcrpy, SMALL, False)
    took: dict[str, list[float]] = {name: [] for name in ways}
    for turn in range(ROUNDS):
        for name, (measured, pages, recorded) in ways.items():
            if "vcrpy" in name and turn >= ROUNDS_OF_VCRPY:
                continue
            first = turn * PART % pages if recorded else LARGE + turn * PART
            took[name] += measured([url(first + number) for number in range(PART)])
    return {name: statistics.median(each) for name, each in took.items()}


def measure_loading(path: Path) -> dict[str, float]:
    """Seconds to read a cassette."""

    def by_libyaml() -> object:
        with path.open(encoding="utf-8") as file:
            return yaml.load(file, Loader=yaml.CSafeLoader)

    fastest = {"libyaml": float("inf"), "load": float("inf")}
    for _ in range(LOADS):
        for name, read in (("libyaml", by_libyaml), ("load", lambda: load(path))):
            _read.cache_clear()
            gc.collect()
            started = time.perf_counter()
            read()
            fastest[name] = min(fastest[name], time.perf_counter() - started)
    return fastest


def serve(tls: bool, line: Connection) -> None:
    """Pages on loopback, in a process of their own; until ``line`` is closed."""

    class Everywhere:
        def kind(self, request: Request) -> str:
            return "list"

        def respond(self, request: Request) -> Response:
            return answers[int(request.url.partition("cursor=cus_")[2][:6])]

    answers = [page(number) for number in range(SMALL)]
    network = Network({ORIGIN: Everywhere()}, VirtualClock())
    network.most = 10**9
    with Server(network, tls=tls, origin=ORIGIN, rewrite=False) as server, suppress(EOFError):
        line.send((server.url, server.ca_file))
        while True:
            line.recv()
            network.forget()


@contextmanager
def served(*, tls: bool) -> Iterator[tuple[str, str]]:
    """The URL of a server, and the file of its CA."""
    context = multiprocessing.get_context("spawn")
    ours, theirs = context.Pipe()
    process = context.Process(target=serve, args=(tls, theirs))
    process.start()
    theirs.close()
    try:
        yield ours.recv()
    finally:
        ours.close()
        process.join()


Recorder = Callable[[Path], Any]


@contextmanager
def not_recorded(path: Path) -> Iterator[None]:
    """Nothing is kept."""
    yield


@contextmanager
def recorded_by_vcrpy(path: Path) -> Iterator[None]:
    """With vcrpy as it is, and its YAML by libyaml."""
    path.unlink(missing_ok=True)
    with VCR(record_mode="all").use_cassette(str(path)):
        yield


RECORDERS: dict[str, Recorder] = {
    "not recorded": not_recorded,
    "recorded": lambda path: recording(path, SECRETS),
    "recorded by vcrpy": recorded_by_vcrpy,
}


def measure_recording(folder: Path, rounds: int = 15) -> dict[str, float]:
    """Seconds for a page: while it is asked for, and with its share of what is done when the recording begins and ends."""
    took: dict[str, list[float]] = {}
    around: dict[str, float] = {}
    with ExitStack() as stack:
        servers = {scheme: stack.enter_context(served(tls=scheme == "HTTPS")) for scheme in ("HTTP", "HTTPS")}
        for _ in range(rounds):
            for scheme, (base, ca_file) in servers.items():
                for name, recorder in RECORDERS.items():
                    session = requests.Session()
                    pages = []
                    began = time.perf_counter()
                    with recorder(folder / "new.yaml"):
                        for number in range(SMALL):
                            asked = url(number).replace("https://api.acme.com", base)
                            started = time.perf_counter()
                            got = session.get(asked, headers=CREDENTIALS, verify=ca_file or None)
                            pages.append(time.perf_counter() - started)
                            assert len(got.content) > 9000
                    rest = time.perf_counter() - began - sum(pages)
                    key = f"{scheme}, {name}"
                    took.setdefault(key, []).extend(pages)
                    around[key] = min(around.get(key, rest), rest)
    figures = {}
    for key, pages in took.items():
        figures[key] = statistics.median(pages)
        figures[f"{key} and written"] = figures[key] + around[key] / SMALL
    return figures


def table(seconds: dict[str, float], than: Callable[[str], str], unit: float, name: str) -> None:
    """Print what each way costs, and how often that of the plainest."""
    print(f"{name:42} {'':>10} {'ratio':>8}")
    for way, cost in seconds.items():
        print(f"{way:42} {cost * unit:10.0f} {cost / seconds[than(way)]:8.2f}")
    print()


def main() -> None:
    """Measure all of it, one after the other."""
    with tempfile.TemporaryDirectory() as name:
        folder = Path(name)
        for pages in (SMALL, LARGE):
            write(folder / f"{pages}.yaml", pages)
        size = (folder / f"{LARGE}.yaml").stat().st_size
        print(f"a page: {len(page(1).body) / 1000:.1f} kB; {LARGE} pages in a cassette: {size / 1e6:.0f} MB\n")
        table(
            measure_replay(folder),
            lambda way: "dict" + way.removeprefix(way.partition(",")[0]),
            1e6,
            "replay, us a page",
        )
        table(measure_loading(folder / f"{LARGE}.yaml"), lambda way: "load", 1e3, f"loading {LARGE} pages, ms")
        table(
            measure_recording(folder),
            lambda way: way.partition(",")[0] + ", not recorded",
            1e6,
            "recording, us a page",
        )


if __name__ == "__main__":
    main()
