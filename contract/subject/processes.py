"""bizon's pipeline with the runner that works in processes of its own: the pages in one, the destination in another.

The processes are those that bizon starts. Of this one they import nothing: what they need is handed to them when they
start, and what they have to tell comes over a line.
"""

from __future__ import annotations

import logging
import multiprocessing
import signal
import sys
import threading
import time
from collections.abc import Callable, Iterable, Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass
from multiprocessing.managers import SyncManager
from pathlib import Path
from types import ModuleType
from typing import Any

from bizon.engine.pipeline.consumer import AbstractQueueConsumer
from bizon.engine.queue.config import QUEUE_TERMINATION_ERROR, QueueMessage
from bizon.engine.runner import runner
from bizon.engine.runner.adapters import process
from bizon.source.models import source_records_to_df
from bizon.source.source import AbstractSource
from loguru import logger

from contract.line import Line
from contract.subject.building import Subject
from contract.subject.loading import load_class
from contract.subject.pipeline import DRAINED, LOOK, Build, Pipeline, Run, watched

Arrange = Callable[[Line], None]
"""What is done in each process before anything else; it may ask at the line."""


@dataclass(frozen=True)
class Loads:
    """Makes the connector of bizon's `source:` mapping where its class is not loaded yet.

    Args:
        source: the class, as `load_class` takes it.
        folder: to which its path is relative.
    """

    source: str
    folder: Path

    def __call__(self, mapping: Mapping[str, Any]) -> AbstractSource:
        """A new one."""
        return Subject(load_class(self.source, self.folder), mapping).made_of(mapping)


class ProcessPipeline(Pipeline):
    """A pipeline that bizon runs in processes of its own.

    Args:
        there: makes the sources in the other processes; it is picklable.
        arrange: is called in each of them first; it is picklable.
        answers: what is said to those who ask at the line, by what they ask for.
    """

    def __init__(
        self, *args: Any, there: Build, arrange: Arrange, answers: Mapping[str, Callable[..., Any]], **kwargs: Any
    ) -> None:
        super().__init__(*args, **kwargs)
        self.there = there
        self.arrange = arrange
        self.answers = answers

    def _new_run(self, killed_before: int | None) -> Run:
        return _ProcessRun(self, killed_before)


class _ProcessRun(Run):
    """One run in several processes; the check and the count are made in this one."""

    runner = "process"
    pipeline: ProcessPipeline

    def __init__(self, pipeline: ProcessPipeline, killed_before: int | None) -> None:
        super().__init__(pipeline, killed_before)
        self._line = Line()
        self._written = 0
        self._others = set(multiprocessing.active_children())
        """Processes that were there before."""

    @contextmanager
    def arranged(self) -> Iterator[None]:
        answers: dict[str, Callable[..., Any]] = {
            "begins": self._may_begin,
            "returned": self._returned,
            "counted": self.pipeline.counted.append,
            "said": self.said.append,
            "written": self._has_written,
            "drained": lambda: self._written >= self.calls - 1,
            "kill": self._kill,
            **self.pipeline.answers,
        }
        with super().arranged(), self._line.answered(answers), _no_main_module():
            yield

    def replaced(self) -> Iterable[tuple[Any, str, Any]]:
        begun = _Begun(self._line, self.pipeline.there, self.pipeline.arrange)
        return ((process, "_configure_worker_logging", begun),)

    def _may_begin(self) -> bool:
        self.calls += 1
        return self.calls != self.killed_before

    def _has_written(self) -> None:
        self._written += 1

    def _kill(self) -> None:
        """All at once, and those that only begin: who dies as it asks leaves the line engaged, and its pool may not notice (CPython 3.11)."""
        self.killed = True
        for child in set(multiprocessing.active_children()) - self._others:
            if not child.name.startswith(SyncManager.__name__):  # bizon's queue, which is closed when the pool is
                child.terminate()


@dataclass(frozen=True)
class _Begun:
    """What each process does first, in place of bizon's own setting of the log: it is told what it runs in."""

    line: Line
    build: Build
    arrange: Arrange

    def __call__(self, log_level: str) -> None:
        signal.signal(signal.SIGINT, signal.SIG_IGN)  # Ctrl-C is the business of the first process
        logging.getLogger().addHandler(logging.NullHandler())
        logger.remove()
        logger.add(lambda message: self.line.ask("said", message.record["message"]), level="ERROR")
        produce = runner.AbstractRunner.instanciate_and_run_producer
        consume = AbstractQueueConsumer.process_queue_message

        def ending(*args: Any, **kwargs: Any) -> Any:
            try:
                return produce(*args, **kwargs)
            except BaseException:
                # bizon's consumer would wait for ever
                kwargs["queue"].put(QueueMessage(0, source_records_to_df([]), signal=QUEUE_TERMINATION_ERROR))
                raise

        def writing(*args: Any, **kwargs: Any) -> Any:
            status = consume(*args, **kwargs)
            self.line.ask("written")
            return status

        for holder, name, ours in (
            (runner, "get_source_instance_by_source_and_stream", self._source),
            (runner.AbstractRunner, "instanciate_and_run_producer", staticmethod(ending)),
            (AbstractQueueConsumer, "process_queue_message", writing),
        ):
            setattr(holder, name, ours)
        self.arrange(self.line)

    def _source(self, source_name: str, stream_name: str, source_config: Mapping[str, Any]) -> AbstractSource:
        line = self.line
        return watched(
            self.build(source_config),
            self._begins,
            lambda records: line.ask("returned", records),
            lambda found: line.ask("counted", found),
        )

    def _begins(self) -> None:
        if self.line.ask("begins"):
            return
        given_up = time.perf_counter() + DRAINED
        while not self.line.ask("drained") and time.perf_counter() < given_up:
            threading.Event().wait(LOOK)
        self.line.ask("kill")


@contextmanager
def _no_main_module() -> Iterator[None]:
    """Inside, new processes do not import the main module: of a script that guards nothing by `__name__`, they would do the work."""
    kept = sys.modules["__main__"]
    sys.modules["__main__"] = ModuleType("__main__")
    try:
        yield
    finally:
        sys.modules["__main__"] = kept
