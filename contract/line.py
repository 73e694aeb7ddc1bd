"""A line from processes to the one that started them: what is asked there is answered here."""

from __future__ import annotations

import multiprocessing
import threading
from collections.abc import Callable, Iterator, Mapping
from contextlib import contextmanager, suppress
from typing import Any

from contract.errors import ToolkitError


class Line:
    """A line that is handed to a process as one of the arguments with which it starts, which is when it can be pickled.

    Several processes and threads may ask; one is answered at a time.
    """

    def __init__(self) -> None:
        context = multiprocessing.get_context("spawn")
        self._here, self._there = context.Pipe()
        self._turn = context.Lock()

    def __getstate__(self) -> dict[str, Any]:
        return {"_there": self._there, "_turn": self._turn}

    def ask(self, what: str, *about: Any) -> Any:
        """What the process at the other end says to it; raises what it raises there."""
        with self._turn:
            self._there.send((what, about))
            raised, value = self._there.recv()
        if raised:
            raise value
        return value

    @contextmanager
    def answered(self, answers: Mapping[str, Callable[..., Any]]) -> Iterator[None]:
        """Inside, ``answers`` are given to what is asked; all who ask have ended before the block does."""
        threading.Thread(target=self._answer, args=(answers,), daemon=True).start()
        try:
            yield
        finally:
            self._there.close()

    def _answer(self, answers: Mapping[str, Callable[..., Any]]) -> None:
        with self._here, suppress(EOFError, OSError):  # nobody is there any more; one may have died while it asked
            while True:
                what, about = self._here.recv()
                try:
                    answer = False, answers[what](*about)
                except BaseException as error:
                    answer = True, error
                self._send(answer)

    def _send(self, answer: tuple[bool, Any]) -> None:
        try:
            self._here.send(answer)
        except OSError:
            raise
        except Exception as error:
            self._here.send((True, ToolkitError(f"{answer[1]!r} cannot be sent: {error}")))
