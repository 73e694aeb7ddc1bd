"""One run of a pipeline in a process of its own, which may be killed from outside, or kills itself."""

import os
import signal
import sys
import traceback
from concurrent.futures.process import BrokenProcessPool
from datetime import datetime
from functools import partial
from itertools import count
from pathlib import Path
from typing import Any, NamedTuple, Self

from bizon.connectors.destinations.file.src import destination
from bizon.connectors.destinations.file.src.destination import FileDestination
from bizon.engine.backend.adapters.sqlalchemy.backend import SQLAlchemyBackend
from bizon.engine.engine import RunnerFactory
from bizon.engine.runner import runner
from bizon.engine.runner.adapters import thread
from bizon.source.config import SourceConfig
from bizon.source.models import SourceIteration

from contract.subject.pipeline import RightSource, Sleeping


class Kill(NamedTuple):
    """Where a pipeline is killed, by SIGKILL: at ``number`` (from 1 on) of what ``point`` names."""

    point: str
    number: int

    def __str__(self) -> str:
        return f"{self.point} {self.number}"


POINTS = {
    "checkpoint": (SQLAlchemyBackend, "create_destination_cursor"),
    "success": (SQLAlchemyBackend, "update_stream_job_status"),
    "publish": (FileDestination, "finalize"),
}
"""What bizon calls: between a write and the checkpoint of it, before a job is marked, before it is published."""

PLACES = ("request", "write", *POINTS)
"""All of them: when a request has come to the API, in the middle of a write, and before each of `POINTS`."""

PRODUCER = "producer"
"""As "request"; of bizon's process runner, its producer's process alone. At each of the others but "request", one process dies, too."""

FAILED = 3
"""The exit status of a run that bizon does not take for a success."""

BROKEN = 4
"""The exit status of a run that has ended because one of its processes was killed."""

Pages = list[list[tuple[str, dict[str, Any]]]]


class Since(RightSource):
    """A right source whose increments are what has changed since the last run began."""

    def get_records_after(self, source_state: Any, pagination: Any = None) -> SourceIteration:
        if not all("updated_at" in data for page in self.pages for _, data in page):
            raise TypeError("the stream has no increments")
        since = source_state.last_run
        self.pages = [
            [(name, data) for name, data in page if datetime.fromisoformat(data["updated_at"]) >= since]
            for page in self.pages
        ]
        return self.get(pagination)


def run(config: dict[str, Any], ca_file: str, log: str, kill: Kill | None, pages: Pages | None) -> None:
    """Run the pipeline of ``config``; with a source that does everything right where there are ``pages``."""
    os.setpgid(0, 0)  # a group of its own, with the processes that bizon starts, which is killed as a whole
    os.environ["REQUESTS_CA_BUNDLE"] = ca_file
    with Path(log).open("a") as heard:
        os.dup2(heard.fileno(), 2)
    thread.time = Sleeping
    _end_with_the_producer()
    _prepare(kill, pages)
    if config["engine"]["runner"]["type"] == "process":
        for side in (PRODUCER, "consumer"):
            work = partial(_work, side, kill, pages)
            setattr(runner.AbstractRunner, f"instanciate_and_run_{side}", staticmethod(work))
    try:
        status = RunnerFactory.create_from_config_dict(config).run()
    except BrokenProcessPool:
        sys.exit(BROKEN)
    sys.exit(0 if status.is_success else FAILED)


def _end_with_the_producer() -> None:
    """Where bizon's producer raises, end the process: its thread runner waits for ever, since nobody tells the consumer."""
    produce = runner.AbstractRunner.instanciate_and_run_producer

    def ending(*args: Any, **kwargs: Any) -> Any:
        try:
            return produce(*args, **kwargs)
        except BaseException:
            traceback.print_exc()
            os._exit(FAILED)

    runner.AbstractRunner.instanciate_and_run_producer = staticmethod(ending)


def _work(
    side: str, kill: Kill | None, pages: Pages | None, parsed: Any, config: dict[str, Any], *args: Any, **kwargs: Any
) -> Any:
    """What bizon's producer or consumer does, in the process that bizon has started for it."""
    process_of(side, Path(config["destination"]["config"]["destination_id"])).write_text(str(os.getpid()))
    _prepare(kill, pages)
    return getattr(runner.AbstractRunner, f"instanciate_and_run_{side}")(parsed, config, *args, **kwargs)


def process_of(side: str, destination: Path) -> Path:
    """The file beside the destination that holds the number of the process of the producer, or of the consumer."""
    return destination.with_name(side)


def _prepare(kill: Kill | None, pages: Pages | None) -> None:
    """Put the right source in its place, and arm this process."""
    if pages is not None:
        runner.get_source_instance_by_source_and_stream = lambda source_name, stream_name, source_config: Since(
            SourceConfig.model_validate(source_config), pages, None
        )
    if kill is not None and kill.point in POINTS:
        _arm(*POINTS[kill.point], kill.number)
    if kill is not None and kill.point == "write":
        _arm_write(kill.number)
    if kill is not None and kill.point == "call":
        _arm(RightSource, "get", kill.number)  # get_records_after() is by it as well


def _arm(holder: type, name: str, number: int) -> None:
    real = getattr(holder, name)
    calls = []

    def armed(*args: Any, **kwargs: Any) -> Any:
        calls.append(name)
        if len(calls) == number:
            os.kill(os.getpid(), signal.SIGKILL)
        return real(*args, **kwargs)

    setattr(holder, name, armed)


class _Deadly:
    """A file in whose second line the process is killed, when the system has written a half of it."""

    def __init__(self, path: str, mode: str) -> None:
        self._file = Path(path).open(mode, encoding="utf-8")  # noqa: SIM115 - a file itself
        self._lines = count(1)

    def __enter__(self) -> Self:
        return self

    def __exit__(self, *exc_info: object) -> None:
        self._file.close()

    def write(self, text: str) -> None:
        """Write a line, if there is time for it."""
        if next(self._lines) == 1:
            self._file.write(text)
            return
        self._file.write(text[: len(text) // 2])
        self._file.flush()
        os.kill(os.getpid(), signal.SIGKILL)


def _arm_write(number: int) -> None:
    real, writes = FileDestination.write_records, count(1)

    def armed(*args: Any, **kwargs: Any) -> Any:
        if next(writes) == number:
            destination.open = _Deadly
        return real(*args, **kwargs)

    FileDestination.write_records = armed
