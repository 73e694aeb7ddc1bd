"""What a connector says while it works, by loguru, logging and warnings. Meanwhile nothing is printed.

There is one set of ears for the process, put in place with the first observation and taken away with the last, so
observations may nest and overlap, in one thread or in several: each hears what is said while it lasts, at its level or
above, whichever thread says it (a connector may start its own).
"""

from __future__ import annotations

import logging
import threading
import traceback
import warnings
from collections.abc import Iterable, Iterator
from contextlib import AbstractContextManager, contextmanager
from dataclasses import dataclass, field
from typing import Any, NamedTuple

from loguru import logger

from contract.subject.leaks import Leak as Leak
from contract.subject.leaks import find_secrets as find_secrets
from contract.subject.leaks import holds_any
from contract.subject.leaks import masked as masked

_MACHINERY = frozenset({"contract", "hypothesis", "vcr"})
"""Top-level loggers of what runs the connector: what they say is not its doing."""

_HIDDEN_WARNINGS = (DeprecationWarning, PendingDeprecationWarning, ImportWarning, ResourceWarning)
"""What Python does not show to users unless asked: heard at DEBUG, so that it does not count as having warned."""

_LOGURU_LEVELS = {5: "TRACE", 25: "SUCCESS"}
"""loguru's own levels between those of `logging`."""


class LogLine(NamedTuple):
    """One thing said: its level (numbers as in `logging`; loguru uses the same), the text, and who said it."""

    level: int
    text: str
    logger: str

    @property
    def name(self) -> str:
        """The level in words."""
        return _LOGURU_LEVELS.get(self.level) or logging.getLevelName(self.level)


@dataclass(eq=False)
class Observation:
    """What was said while it lasted, in order. It stays readable afterwards."""

    level: int = 0
    """The lowest level that it hears."""
    lines: list[LogLine] = field(default_factory=list)

    def warned(self) -> bool:
        """Whether anything was said at WARNING or above."""
        return any(line.level >= logging.WARNING for line in self.lines)

    def warnings(self) -> list[LogLine]:
        """What was said at WARNING or above."""
        return [line for line in self.lines if line.level >= logging.WARNING]

    def contains(self, secrets: Iterable[str]) -> list[tuple[LogLine, Leak]]:
        """Every line that holds one of ``secrets``, plain or encoded, with what it holds."""
        searched = tuple(secrets)
        if not holds_any("\n".join(line.text for line in self.lines), searched):
            return []
        return [(line, leak) for line in self.lines for leak in find_secrets(line.text, searched)]


@contextmanager
def observe(level: int = 0) -> Iterator[Observation]:
    """Hear what is said inside at ``level`` (as in `logging`) or above; by default everything.

    The handlers of the process are mute meanwhile, and untouched afterwards. What nobody hears is not even worded: urllib3
    has three lines to say of every request.
    """
    observation = Observation(level)
    _ears.open(observation)
    try:
        yield observation
    finally:
        _ears.close(observation)


@contextmanager
def handlers_put_aside() -> Iterator[None]:
    """Inside, loguru has no handlers but our ear, and whatever becomes of them has been undone afterwards.

    bizon's runner removes all handlers of the process, which closes the user's, and adds one that prints.
    """
    with _ears.handlers_put_aside():
        yield


class _Ears:
    """What listens to loguru, logging and warnings for all observations that are open."""

    def __init__(self) -> None:
        self._lock = threading.Lock()
        self._observations: tuple[Observation, ...] = ()
        self._lowest = 0
        self._call_handlers: Any = None
        self._is_enabled_for: Any = None
        self._warnings: warnings.catch_warnings[None] | None = None
        self._sink = _LoguruSink(self)

    def hear(self, level: int, text: str, name: str) -> None:
        if name.partition(".")[0] in _MACHINERY:
            return
        line = LogLine(level, text, name)
        for observation in self._observations:
            if level >= observation.level:
                observation.lines.append(line)

    def open(self, observation: Observation) -> None:
        with self._lock:
            if not self._observations:
                self._install()
            self._listen_to(*self._observations, observation)

    def close(self, observation: Observation) -> None:
        with self._lock:
            self._listen_to(*(each for each in self._observations if each is not observation))
            if not self._observations:
                self._uninstall()

    def handlers_put_aside(self) -> AbstractContextManager[None]:
        return self._sink.alone()

    def _listen_to(self, *observations: Observation) -> None:
        self._observations = observations
        self._lowest = min((each.level for each in observations), default=0)
        self._sink.set_level(self._lowest)

    def _install(self) -> None:
        self._sink.install()
        # Logger's own methods, and not a handler at the root: a logger may have a level, handlers and no propagation
        # of its own, and all of them would have to be changed and changed back, for each of thousands of syncs.
        self._call_handlers = logging.Logger.callHandlers
        self._is_enabled_for = logging.Logger.isEnabledFor
        logging.Logger.callHandlers = self._hear_record  # type: ignore[method-assign,assignment]
        logging.Logger.isEnabledFor = lambda _, level: level >= self._lowest  # type: ignore[method-assign,assignment]
        self._warnings = warnings.catch_warnings()
        self._warnings.__enter__()
        warnings.simplefilter("always")
        warnings.showwarning = self._hear_warning

    def _uninstall(self) -> None:
        assert self._warnings is not None
        self._warnings.__exit__(None, None, None)
        self._warnings = None
        logging.Logger.isEnabledFor = self._is_enabled_for  # type: ignore[method-assign]
        logging.Logger.callHandlers = self._call_handlers  # type: ignore[method-assign]
        self._sink.uninstall()

    def _hear_record(self, record: logging.LogRecord) -> None:
        try:
            text = record.getMessage()
        except Exception:
            # As logging does, a message whose arguments do not fit it stops nobody.
            text = f"{record.msg} {record.args!r}"
        self.hear(record.levelno, f"{text}\n{_traceback(record.exc_info)}" if record.exc_info else text, record.name)

    def _hear_warning(self, message: Warning | str, category: type[Warning], *_: Any, **__: Any) -> None:
        level = logging.DEBUG if issubclass(category, _HIDDEN_WARNINGS) else logging.WARNING
        self.hear(level, f"{category.__name__}: {message}", "py.warnings")


class _Mute:
    """Stands in for a loguru handler of the user's: it keeps its number and may be removed, and prints nothing."""

    def __init__(self, handler: Any) -> None:
        self.handler = handler
        self.levelno = handler.levelno

    def emit(self, *_: Any) -> None:
        pass

    def stop(self) -> None:
        self.handler.stop()

    def __getattr__(self, name: str) -> Any:
        return getattr(self.handler, name)


class _LoguruSink:
    """A handler in loguru's own table, the others there made mute.

    loguru has no way to silence a handler and bring it back: `remove` closes it, `disable` drops the message for
    everybody. So its table of handlers is replaced, as its own `add` and `remove` do.
    """

    NUMBER = -1

    def __init__(self, ears: _Ears) -> None:
        self.levelno = 0
        self._ears = ears
        self._core = logger._core  # type: ignore[attr-defined]  # noqa: SLF001 - see above
        self._listening = False

    def install(self) -> None:
        with self._core.lock:
            self._listening = True
            muted = {number: _Mute(handler) for number, handler in self._core.handlers.items()}
            self._core.handlers = {self.NUMBER: self, **muted}
            self._core.min_level = self.levelno

    def set_level(self, level: int) -> None:
        with self._core.lock:
            self.levelno = level
            if self._listening:
                self._core.min_level = level

    def uninstall(self) -> None:
        with self._core.lock:
            self._listening = False
            # What was added meanwhile stays, what was removed stays removed: that was somebody's wish.
            kept = {number: handler for number, handler in self._core.handlers.items() if handler is not self}
            self._core.handlers = {
                number: handler.handler if isinstance(handler, _Mute) else handler for number, handler in kept.items()
            }
            self._core.min_level = min((each.levelno for each in self._core.handlers.values()), default=float("inf"))

    @contextmanager
    def alone(self) -> Iterator[None]:
        with self._core.lock:
            kept, level = self._core.handlers, self._core.min_level
            self._core.handlers = {self.NUMBER: self} if self._listening else {}
        try:
            yield
        finally:
            with self._core.lock:
                self._core.handlers, self._core.min_level = kept, level

    def emit(self, record: Any, *_: Any) -> None:
        text = f"{record['message']} {record['extra']}" if record["extra"] else record["message"]
        if record["exception"]:
            text = f"{text}\n{_traceback(tuple(record['exception']))}"
        self._ears.hear(record["level"].no, text, record["name"] or "")

    def stop(self) -> None:
        # `logger.remove()` takes every handler away and calls this, under loguru's lock: come back.
        if self._listening:
            self._core.handlers = {self.NUMBER: self, **self._core.handlers}
            self._core.min_level = self.levelno

    def tasks_to_complete(self) -> list[Any]:
        return []

    def complete_queue(self) -> None:
        pass


def _traceback(exc_info: Any) -> str:
    if not isinstance(exc_info, tuple) or exc_info[0] is None:
        return ""
    return "".join(traceback.format_exception(*exc_info))


_ears = _Ears()
