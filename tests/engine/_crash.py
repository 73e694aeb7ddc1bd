"""Acme in bizon's pipeline, over real TLS, killed with SIGKILL at a chosen place and started again until it ends."""

from __future__ import annotations

import datetime as dt
import multiprocessing
import os
import shutil
import signal
import tempfile
import uuid
from collections import Counter
from collections.abc import Callable, Iterator
from contextlib import ExitStack, contextmanager, suppress
from dataclasses import dataclass
from multiprocessing.connection import wait
from pathlib import Path
from typing import Any, Self

from contract.description.document import Document, read
from contract.serving import network
from contract.simulation.collection import Collection
from contract.simulation.network import Network
from contract.simulation.server import Server
from contract.subject.pipeline import Delivered, pipeline_config
from tests.engine._process import BROKEN, FAILED, PRODUCER, Kill, Pages, process_of, run
from tests.engine._torn import whole

ROOT = Path(__file__).parents[2]
Records = list[tuple[str, dict[str, Any]]]
"""Ids and data."""

PAGE_SIZE = 5
ORIGIN = "https://api.acme.com:443"
MODES = ("full_refresh", "incremental, first run", "incremental")
STARTS = 3
"""Starts of a pipeline that was killed, after which it is taken never to end."""

ENDS = 200.0
"""Seconds after which a run is taken never to end, by the tests: one takes a second or two."""

NOTICED = 5.0
"""Seconds in which a pipeline may end by itself when one of its processes is dead: CPython's pool may miss it, and waits for ever."""

WIDE = 110_000
"""Characters of a text: two pages do not go into bizon's smallest buffer, 1 MB, so that each is written when the next one comes."""


def _customer(number: int, changed: str) -> dict[str, Any]:
    return {"id": f"c{number}", "name": "x" * WIDE, "email": None, "updated_at": changed}


def _order(number: int, changed: str) -> dict[str, Any]:
    return {"id": number, "customer_id": "c1", "amount": number, "note": "x" * WIDE, "updated_at": changed}


def _product(number: int, changed: str) -> dict[str, Any]:
    return {"id": f"p{number}", "name": "x" * WIDE}


@dataclass(frozen=True)
class Stream:
    """A stream of Acme's, as pipelines sync it."""

    record: Callable[[int, str], dict[str, Any]]
    """The record of that number, changed at that time."""
    before_pages: int = 3
    """Requests before the first page: the check, and the count twice."""
    ends_empty: bool = False
    """Whether a page without records follows, which tells the end."""
    modes: tuple[str, ...] = MODES


STREAMS = {
    "customers": Stream(_customer),
    "orders": Stream(_order, ends_empty=True),
    "products": Stream(_product, before_pages=1, modes=MODES[:2]),  # has no count, and no increments
}
"""Acme pages each in another style: by cursor, by offset, by the URL of the next page."""

POSTGRES = os.environ.get("BIZON_CONTRACT_POSTGRES", "postgresql://postgres:postgres@127.0.0.1:5432/postgres")


@dataclass(frozen=True)
class Came:
    """What a killed pipeline brought to the destination, once it had been started until it ended."""

    killed: bool
    lost: int
    duplicated: int
    torn: int
    """Lines in which bizon's destination left a piece of a row: what it does with any source."""
    starts: int
    stuck: str = ""
    """What bizon says where no start ends well; the counts are those after the remedy that it names."""


class Crashes:
    """A served API of ``pages`` pages of one stream, a backend, and pipelines on them."""

    def __init__(
        self, pages: int, backend: dict[str, Any] | None = None, stream: str = "customers", runner: str = "thread"
    ) -> None:
        self.backend = backend
        self.runner = runner
        self.name = stream
        self.stream = STREAMS[stream]
        self.document: Document = read(ROOT / "acme_connector" / "contract.yml")
        self.size = pages * PAGE_SIZE
        self._processes = multiprocessing.get_context("forkserver")
        self._processes.set_forkserver_preload(
            ["tests.engine._crash", "acme_connector.source", "orjson", "bizon.monitoring.monitor"]
        )
        self._stack = ExitStack()

    def __enter__(self) -> Self:
        self.folder = Path(self._stack.enter_context(tempfile.TemporaryDirectory(prefix="bizon-contract-")))
        self.server = self._stack.enter_context(Server(self._network([]), tls=True, origin=ORIGIN))
        return self

    def __exit__(self, *exc_info: object) -> None:
        self._stack.close()

    def delivered(self, records: Records) -> list[Delivered]:
        """What a full refresh that nobody kills brings, where the API holds ``records``."""
        with self._pipeline("full_refresh") as pipeline:
            pipeline.serve(records)
            assert pipeline.start() == 0, pipeline.last_error()
            return whole(pipeline.destination)[0]

    def crash(self, mode: str, kill: Kill | None, *, right: bool = False) -> Came:
        """Kill one pipeline at ``kill``, and start it again until it ends; with a right source in Acme's place where ``right``."""
        with self._pipeline(mode, right=right) as pipeline:
            before = 0
            if mode == "incremental":
                pipeline.hold(1)
                pipeline.start()
                before = len(whole(pipeline.destination)[0])
            pipeline.hold(self.size)
            status = pipeline.start(kill)
            killed = status in (-signal.SIGKILL, BROKEN)
            starts = 0
            while status != 0 and starts < STARTS:
                status = pipeline.start()
                starts += 1
            stuck = "" if status == 0 else pipeline.last_error()
            if stuck:
                pipeline.config["source"]["force_ignore_checkpoint"] = True
                pipeline.start()
            records, torn = whole(pipeline.destination)
        counts = Counter(record.id for record in records[before:])
        lost = self.size - len(counts)
        duplicated = sum(counts.values()) - len(counts)
        return Came(killed, lost, duplicated, torn, starts, stuck)

    @contextmanager
    def _pipeline(self, mode: str, *, right: bool = False) -> Iterator[_Pipeline]:
        """A pipeline in a folder of its own."""
        folder = self.folder / uuid.uuid4().hex
        folder.mkdir()
        yield _Pipeline(self, folder, mode, right=right)
        shutil.rmtree(folder)

    def _network(self, records: Records) -> Network:
        made = network(self.document, records=0)
        made.hosts[ORIGIN].collections[self.name] = Collection(records)
        return made


class _Pipeline:
    def __init__(self, crashes: Crashes, folder: Path, mode: str, *, right: bool) -> None:
        self.crashes = crashes
        self.destination = folder / "records.json"
        self.right = right
        self.log = folder / "log"
        self.pages: Pages = []
        source = dict(crashes.document.contract.config) | {
            "stream": crashes.name,
            "page_size": PAGE_SIZE,
            "base_url": f"{crashes.server.url}/v2",
            "sync_mode": mode.partition(",")[0],
            "source_file_path": str(ROOT / "acme_connector" / "source.py"),
        }
        self.config = pipeline_config(folder, source)
        self.config["name"] = folder.name
        if crashes.backend is not None:
            self.config["engine"]["backend"] = crashes.backend
        self.config["engine"]["runner"] |= {"type": crashes.runner, "log_level": "ERROR"}

    def hold(self, number: int) -> None:
        """From now on the API holds so many records, which have changed just now: no run that begins later asks for them."""
        stream = self.crashes.stream
        changed = dt.datetime.now(dt.UTC).isoformat(timespec="microseconds").replace("+00:00", "Z")
        made = [stream.record(each, changed) for each in range(number)]
        records = [(str(data["id"]), data) for data in made]
        self.serve(records)
        self.pages = [records[at : at + PAGE_SIZE] for at in range(0, number, PAGE_SIZE)] + [[]] * stream.ends_empty

    def serve(self, records: Records) -> None:
        """From now on the API holds ``records``."""
        self.crashes.server.network = self.crashes._network(records)

    def start(self, kill: Kill | None = None) -> int:
        """One process, to its end or its death; its exit status."""
        work = (self.config, self.crashes.server.ca_file, str(self.log), kill, self.pages if self.right else None)
        process = self.crashes._processes.Process(target=run, args=work)
        with self._armed(process, kill):
            process.start()
            try:
                process.join(ENDS)
                ended = process.exitcode is not None
            finally:
                _kill_group(process)  # what one killed process, or Ctrl-C, has left of it
        assert ended, f"a run of bizon's has not ended after {ENDS:.0f} s; it said: {self.last_error()}"
        return int(process.exitcode)

    @contextmanager
    def _armed(self, process: Any, kill: Kill | None) -> Iterator[None]:
        """Inside, the process is killed when its request has come, and is not answered."""
        served = self.crashes.server.network
        if kill is None or kill.point not in ("request", PRODUCER):
            yield
            return
        real = served.exchange

        def exchange(request: Any) -> Any:
            answer = real(request)
            if len(served.journal) == kill.number:
                self._kill(process, kill.point)
            return answer

        served.exchange = exchange  # type: ignore[method-assign]
        yield
        served.exchange = real  # type: ignore[method-assign]

    def _kill(self, process: Any, point: str) -> None:
        if point == PRODUCER:
            os.kill(int(process_of(PRODUCER, self.destination).read_text()), signal.SIGKILL)
            wait([process.sentinel], NOTICED)
        _kill_group(process)

    def last_error(self) -> str:
        """The last reason that bizon gave."""
        lines = [line for line in self.log.read_text("utf-8").splitlines() if "Error" in line]
        return lines[-1].strip() if lines else f"exit status {FAILED}"


def _kill_group(process: Any) -> None:
    """Kill a process and those that it has started; none need be left."""
    with suppress(ProcessLookupError):
        os.killpg(process.pid, signal.SIGKILL)
