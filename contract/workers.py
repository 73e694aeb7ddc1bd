"""Work that is spread over processes. One that dies costs its own task alone; Ctrl-C is the business of the first."""

from __future__ import annotations

import multiprocessing
import os
import signal
import time
from collections.abc import Callable, Generator, Iterable, Sequence
from contextlib import suppress
from dataclasses import dataclass
from multiprocessing import forkserver
from multiprocessing.connection import Connection, wait
from typing import Any, TypeVar, cast

from contract.interrupts import uninterrupted

TIDIES = 20.0
"""Seconds that a process has for putting in order what it has begun, a database say, when its task is broken off."""

Task = TypeVar("Task")
Answer = TypeVar("Answer")


@dataclass(frozen=True)
class Died:
    """In place of an answer: the process ended in the middle of the task."""

    status: int
    """Its exit status; negative: the signal that killed it."""

    def __str__(self) -> str:
        return f"was killed by signal {-self.status}" if self.status < 0 else f"ended with status {self.status}"


def processors() -> int:
    """How many of them this process may use."""
    if hasattr(os, "sched_getaffinity"):
        return len(os.sched_getaffinity(0))
    return os.cpu_count() or 1


def spread(
    work: Callable[[Task], Answer], tasks: Iterable[Task], workers: int, *, fresh: Sequence[str] | None = None
) -> Generator[tuple[int, Answer | Died], None, None]:
    """The answers to ``tasks``, each with the number of its task, in the order in which they come.

    Whatever ends the iteration (an exception of ``work``, Ctrl-C, `close`) ends the processes, too; what is under way there is
    interrupted as by Ctrl-C, and killed when it has not ended `TIDIES` seconds later.

    Args:
        work: is sent to each process, once. It, the tasks and the answers are picklable.
        tasks: are begun in this order; the next one is asked for when a process is free.
        workers: how many processes there are at a time.
        fresh: each task gets a new process, where importing these modules is no work any more. None: a process does
            one task after another.
    """
    start = "spawn"
    if fresh is not None and "forkserver" in multiprocessing.get_all_start_methods():
        start = "forkserver"
        multiprocessing.set_forkserver_preload(list(fresh))
        with uninterrupted(inherited=True):  # by those that it forks, too
            forkserver.ensure_running()
    waiting = enumerate(tasks)
    alive: set[_Process] = set()
    busy: dict[Connection, tuple[int, _Process]] = {}
    idle: list[_Process] = []
    try:
        while True:
            while len(busy) < workers and (following := next(waiting, None)) is not None:
                if not idle:
                    idle.append(_Process(start))
                    alive.add(idle[0])  # before it starts: an interrupt may come at any time
                    idle[0].start(work)
                process = idle.pop()
                number, task = following
                busy[process.pipe] = number, process
                process.begin(task)
            if not busy:
                return
            for pipe in cast("list[Connection]", wait(list(busy))):
                number, process = busy.pop(pipe)
                answer = process.answer()
                if fresh is None and not isinstance(answer, Died):
                    idle.append(process)
                else:
                    process.end()
                    alive.discard(process)
                yield number, answer
    finally:
        try:
            _interrupt([process for _, process in busy.values()])
        finally:  # a second Ctrl-C does not wait
            for process in alive:
                process.end()


def _interrupt(processes: Sequence[_Process]) -> None:
    """Break off what is under way in ``processes``, and give them time to tidy up after it."""
    for process in processes:
        process.interrupt()
    given_up = time.perf_counter() + TIDIES
    for process in processes:
        process.join(given_up - time.perf_counter())


class _Process:
    """One process, and the pipe to it."""

    def __init__(self, start: str) -> None:
        self._context: Any = multiprocessing.get_context(start)
        self.pipe, self._theirs = self._context.Pipe()
        self._process: Any = None
        self._spawned = start == "spawn"

    def start(self, work: Callable[[Any], Any]) -> None:
        # No daemon: those may not have children, and a connector may.
        self._process = self._context.Process(target=_serve, args=(work, self._theirs))
        with uninterrupted(inherited=self._spawned):
            self._process.start()
        self._theirs.close()

    def begin(self, task: object) -> None:
        with suppress(BrokenPipeError):  # told by `answer`
            self.pipe.send(task)

    def answer(self) -> Any:
        """What came of the task; raises what the work raised."""
        try:
            raised, value = self.pipe.recv()
        except (EOFError, ConnectionResetError):
            self._process.join()
            return Died(self._process.exitcode)
        if raised:
            raise value
        return value

    def interrupt(self) -> None:
        self._process.terminate()

    def join(self, seconds: float) -> None:
        self._process.join(max(0.0, seconds))

    def end(self) -> None:
        if self._process is not None and self._process.pid is not None:
            self._process.kill()
            self._process.join()
        self.pipe.close()


def _serve(work: Callable[[Any], Any], pipe: Connection) -> None:
    signal.signal(signal.SIGINT, signal.SIG_IGN)
    signal.signal(signal.SIGTERM, signal.default_int_handler)  # raises KeyboardInterrupt
    with suppress(EOFError, KeyboardInterrupt):  # the first process is gone, or has no use for the answer
        while True:
            task = pipe.recv()
            try:
                answer = False, work(task)
            except Exception as error:
                answer = True, error
            pipe.send(answer)
