"""bizon's own pipeline around a connector: its factory, runner, backend, queue and file destination, none of them replaced.

The connector is handed to bizon as a built class, whichever file it came from: how bizon finds it is told by
interface.discovery. Bizon's threads sleep until another one has something for them; here they wait for it in real
time, a moment at most, so that no virtual clock runs away under them and none of them spins.
"""

from __future__ import annotations

import json
import logging
import os
import queue
import threading
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from contextlib import ExitStack, contextmanager
from dataclasses import dataclass
from importlib.metadata import version
from pathlib import Path
from typing import Any
from unittest.mock import patch

from bizon.engine.engine import RunnerFactory
from bizon.engine.pipeline import producer
from bizon.engine.runner import runner
from bizon.engine.runner.adapters import thread
from bizon.source.config import SourceConfig
from bizon.source.models import SourceIteration, SourceRecord
from bizon.source.source import AbstractSource

from contract.subject.observing import handlers_put_aside, observe

BIZON = f"bizon {version('bizon')}"
"""The engine, as a verdict names it."""

LOOK = 0.01
"""Real seconds for which one of bizon's threads sleeps at the most before it looks again."""

DRAINED = 20.0
"""Real seconds after which a pipeline is killed although its consumer still has something to do."""

Build = Callable[[Mapping[str, Any]], AbstractSource]
"""Makes a source from bizon's `source:` mapping, as bizon does for the check, the producer and the consumer."""


class Killed(BaseException):
    """What ends a thread of a pipeline that is killed; no `except Exception` may hold it up."""


@dataclass(frozen=True)
class Ended:
    """How a run ended."""

    success: bool
    """Whether bizon takes it for a success."""
    said: str
    """What bizon says of it: `producer: source_error, consumer: source_error`, and the reason where it gives one."""
    pages: int
    """Calls of the source that returned."""
    records: int
    """Records in what they returned."""
    killed: bool = False


@dataclass(frozen=True)
class Delivered:
    """A record at the destination."""

    id: str
    data: Any


class Pipeline:
    """One pipeline: what it is configured to do, and the folder of its database and its destination.

    Every `run` is a new process as far as bizon can tell: new runner, sources, connections and threads.

    Args:
        folder: where the database and the destination's files are; nothing else is in it.
        source: bizon's `source:` mapping.
        build: makes a source of such a mapping.
        backend: bizon's configuration of its backend; None: sqlite, in the folder.
    """

    def __init__(
        self, folder: Path, source: Mapping[str, Any], build: Build, backend: Mapping[str, Any] | None = None
    ) -> None:
        self.folder = folder
        self.source = source
        self.counted: list[Any] = []
        """What `get_total_records_count()` returned, each time that bizon asked."""
        self.build = build
        self._backend = backend

    def run(self, *, killed_before: int | None = None) -> Ended:
        """One run, to its end; never raises what bizon raises.

        ``killed_before`` kills it before that call of the source, from 1 on, when the destination has written and
        noted all pages before: it then has no buffer, which bizon 0.6.4 never publishes from.
        """
        config = pipeline_config(self.folder, self.source, buffer_size=1 if killed_before is None else 0)
        if self._backend is not None:
            config["engine"]["backend"] = dict(self._backend)
        run = self._new_run(killed_before)
        config["engine"]["runner"]["type"] = run.runner
        with handlers_put_aside(), observe(logging.ERROR) as heard, run.arranged():
            try:
                status = RunnerFactory.create_from_config_dict(config).run()
            except (Exception, SystemExit, Killed) as error:
                if run.killed or isinstance(error, Killed):
                    return Ended(False, "killed", run.pages, run.records, killed=True)
                return Ended(False, f"bizon raised {type(error).__name__}: {error}", run.pages, run.records)
        said = f"producer: {_word(status.producer)}, consumer: {_word(status.consumer)}"
        reasons = [text for text in (*run.said, *(line.text for line in heard.lines)) if text.startswith("Error ")]
        said = f"{said} ({_in_one_line(reasons[0])})" if reasons else said
        return Ended(status.is_success, said, run.pages, run.records)

    def _new_run(self, killed_before: int | None) -> Run:
        return Run(self, killed_before)

    @property
    def destination(self) -> Path:
        """The file of the destination."""
        return self.folder / "records.json"

    def delivered(self) -> list[Delivered]:
        """What the destination holds."""
        return delivered(self.destination)


def delivered(destination: Path) -> list[Delivered]:
    """What a file of bizon's file destination holds; nothing where there is none."""
    if not destination.exists():
        return []
    lines = destination.read_text("utf-8").split("\n")  # a line may hold U+2028, at which splitlines() would cut it
    rows = [json.loads(line) for line in lines if line]
    return [Delivered(row["source_record_id"], json.loads(row["source_data"])) for row in rows]


def pipeline_config(folder: Path, source: Mapping[str, Any], buffer_size: int = 1) -> dict[str, Any]:
    """bizon's configuration of a pipeline that keeps everything below ``folder``; its buffer is in MB."""
    return {
        "name": str(folder)[-100:],  # by which the backend tells pipelines apart
        "source": dict(source) | {"init_pipeline": True},
        "destination": {
            "name": "file",
            "config": {"destination_id": str(folder / "records"), "buffer_size": buffer_size},
        },
        "engine": {
            "backend": {"type": "sqlite", "config": {"database": str(folder / "bizon"), "schema": "unused"}},
            "queue": {"type": "python_queue", "config": {}},
            "runner": {
                "type": "thread",
                "config": {"consumer_start_delay": 0, "is_alive_check_interval": 1},
                "log_level": "CRITICAL",
            },
        },
    }


class Run:
    """One run under way: what its sources are asked, and what its threads do in place of sleeping."""

    runner = "thread"
    """bizon's name of its runner."""

    def __init__(self, pipeline: Pipeline, killed_before: int | None) -> None:
        self.pipeline = pipeline
        self.pages = 0
        self.records = 0
        self.calls = 0
        self.killed = False
        self.said: list[str] = []
        """What bizon logged as an error elsewhere than in this process."""
        self.killed_before = killed_before
        self._queue = _Queue()
        self._backends: list[Any] = []

    @contextmanager
    def arranged(self) -> Iterator[None]:
        """Inside, bizon's runner builds our sources, what it sleeps for is waited for, and what it leaves open is closed."""
        real = runner.AbstractRunner.get_backend

        def get_backend(*args: Any, **kwargs: Any) -> Any:
            self._backends.append(real(*args, **kwargs))
            return self._backends[-1]

        with ExitStack() as stack:
            stack.enter_context(patch.dict(os.environ))
            for holder, name, ours in (
                (runner, "get_source_instance_by_source_and_stream", self._source),
                (runner.AbstractRunner, "get_backend", staticmethod(get_backend)),
                *self.replaced(),
            ):
                stack.enter_context(patch.object(holder, name, ours))
            try:
                yield
            finally:
                for backend in self._backends:
                    backend.session.remove()
                    backend.get_engine().dispose()

    def replaced(self) -> Iterable[tuple[Any, str, Any]]:
        """What of bizon's runner is replaced, besides how it builds sources: where, its name, and by what."""
        produce = runner.AbstractRunner.instanciate_and_run_producer

        def ending(*args: Any, **kwargs: Any) -> Any:
            try:
                return produce(*args, **kwargs)
            except BaseException:
                self._queue.put(_OVER)  # bizon's consumer would wait for ever
                raise

        return (
            (runner.AbstractRunner, "instanciate_and_run_producer", staticmethod(ending)),
            (thread.ThreadRunner, "get_kwargs", lambda _: {"queue": self._queue}),
            (thread, "time", Sleeping),
            (producer, "sleep", Sleeping.sleep),
        )

    def _source(self, source_name: str, stream_name: str, source_config: Mapping[str, Any]) -> AbstractSource:
        source = self.pipeline.build(source_config)
        return watched(source, self._begins, self._returned, self.pipeline.counted.append)

    def _begins(self) -> None:
        self.calls += 1
        if self.calls == self.killed_before:
            self._queue.drain()
            self.killed = True
            raise Killed

    def _returned(self, records: int) -> None:
        self.pages += 1
        self.records += records


def watched(
    source: AbstractSource,
    begins: Callable[[], None],
    returned: Callable[[int], None],
    counted: Callable[[Any], None],
) -> AbstractSource:
    """``source``, which says when it is asked for a page, how many records are in one that it has returned, and what it counts."""
    asks_itself = False

    def between(call: Callable[..., Any]) -> Callable[..., Any]:
        def asked(*args: Any, **kwargs: Any) -> Any:
            nonlocal asks_itself
            if asks_itself:  # get_records_after() by get()
                return call(*args, **kwargs)
            begins()
            asks_itself = True
            try:
                page = call(*args, **kwargs)
            finally:
                asks_itself = False
            returned(len(getattr(page, "records", ())))
            return page

        return asked

    for name in ("get", "get_records_after"):
        setattr(source, name, between(getattr(source, name)))
    count = source.get_total_records_count

    def counting() -> Any:
        counted(found := count())
        return found

    source.get_total_records_count = counting  # type: ignore[method-assign]
    return source


_OVER = object()
"""In the queue of a pipeline whose producer has died."""


class _Queue(queue.Queue[Any]):
    """The queue between bizon's threads, which knows when the consumer is done with all that was put."""

    def __init__(self) -> None:
        super().__init__()
        self._counted = threading.Condition()
        self._puts = 0
        self._looks = 0

    def put(self, item: Any, block: bool = True, timeout: float | None = None) -> None:
        """Put a message, or _OVER."""
        with self._counted:
            self._puts += 1
        super().put(item, block, timeout)

    def get(self, block: bool = True, timeout: float | None = None) -> Any:
        """The next message.

        Raises:
            Killed: there will be none.
        """
        with self._counted:
            self._looks += 1
            self._counted.notify_all()
        message = super().get(block, timeout)
        if message is _OVER:
            raise Killed
        return message

    def drain(self) -> None:
        """Wait until the consumer asks for more than was put."""
        with self._counted:
            self._counted.wait_for(lambda: self._looks > self._puts, DRAINED)


class Sleeping:
    """Stands in for the module `time` where bizon uses its `sleep` alone."""

    @staticmethod
    def sleep(seconds: float) -> None:
        """Let the other threads go on."""
        threading.Event().wait(min(seconds, LOOK))


class RightSource(AbstractSource):
    """A source that does everything right: what goes wrong with it as well is bizon's doing.

    Args:
        config: of the connector in whose place it stands.
        records: ids and data, in pages.
        total: what it says when it is asked for the number of records.
        fails_from: the page, from 0 on and of those that this source is asked for, from which every one is refused; None: none is.
    """

    def __init__(
        self,
        config: SourceConfig,
        records: Sequence[Sequence[tuple[str, dict[str, Any]]]],
        total: int | None,
        fails_from: int | None = None,
    ) -> None:
        super().__init__(config)
        self.pages = records
        self.total = total
        self.fails_from = fails_from
        self.asked = 0

    @staticmethod
    def streams() -> list[str]:
        """None of its own."""
        return []

    @staticmethod
    def get_config_class() -> type[SourceConfig]:
        """Any config."""
        return SourceConfig

    def get_authenticator(self) -> None:
        """None is needed."""

    def check_connection(self) -> tuple[bool, None]:
        """All is well."""
        return True, None

    def get_total_records_count(self) -> int | None:
        """The number of records."""
        return self.total

    def get(self, pagination: Any = None) -> SourceIteration:
        """The page that the pagination names."""
        at = pagination["page"] if pagination else 0
        if self.fails_from is not None and self.asked >= self.fails_from:
            raise ConnectionError("the API is down")
        self.asked += 1
        records = [SourceRecord(id=name, data=data) for name, data in (self.pages[at] if self.pages else ())]
        return SourceIteration(next_pagination={"page": at + 1} if at + 1 < len(self.pages) else {}, records=records)

    def get_records_after(self, source_state: Any, pagination: Any = None) -> SourceIteration:
        """Everything again, which loses nothing."""
        return self.get(pagination)


@dataclass(frozen=True)
class RightSources:
    """Makes right sources of any `source:` mapping; the fields are those of `RightSource`."""

    pages: Sequence[Sequence[tuple[str, dict[str, Any]]]]
    total: int | None
    fails_from: int | None = None

    def __call__(self, mapping: Mapping[str, Any]) -> RightSource:
        """A new one."""
        return RightSource(SourceConfig.model_validate(mapping), self.pages, self.total, self.fails_from)


def _in_one_line(reason: str) -> str:
    """``reason`` without the frames of a traceback in it."""
    lines = (line for line in reason.splitlines() if not line.startswith((" ", "---", "Traceback ")))
    return " ".join(line.strip() for line in lines if line)


def _word(status: Any) -> str:
    return str(getattr(status, "value", status))
