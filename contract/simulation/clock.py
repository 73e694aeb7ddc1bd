"""Virtual time: what sleeps, waits for a token to expire or looks at the date does so without waiting.

Two mechanisms, because neither is enough alone. time-machine replaces what tells the date (`time.time`,
`datetime.now`, pendulum, uuid1) inside the C functions, so every reference to them follows. It leaves
`time.sleep` and `time.monotonic` alone; these are replaced here by functions that ask whoever calls them:
the standard library and the tools that run the tests keep real time (a `queue.get(timeout=1)` or a
`Future.result(timeout=1)` waits for real threads), everybody else gets the clock.
"""

from __future__ import annotations

import math
import operator
import sys
import threading
import time
from collections.abc import Callable, Iterable, Iterator
from contextlib import contextmanager
from types import FunctionType, ModuleType
from typing import Any

import time_machine

STARTS_AT = 1_767_225_600.0
"""Where a virtual clock starts unless told otherwise: 2026-01-01T00:00:00Z, in seconds since the epoch."""

REAL_TIME_FOR = frozenset(sys.stdlib_module_names) | {
    "_pytest",
    "coverage",
    "execnet",
    "hypothesis",
    "pluggy",
    "pytest",
    "pytest_benchmark",
    "pytest_timeout",
    "time_machine",
    "xdist",
}
"""Top-level packages that keep real time while a clock is installed: the standard library and what runs tests."""

_RUN_WHAT_THEY_ARE_GIVEN = frozenset({"threading", "concurrent.futures.thread"})
# They tell the time by what they bound at import; when one calls `sleep`, somebody passed it: Thread(target=sleep).

_NANO = 1_000_000_000
_LONGEST_SLEEP = 2**63 // _NANO
_MONOTONIC_STARTS_AT = 100_000 * _NANO

_real_sleep = time.sleep


class VirtualClock:
    """A clock that moves only when somebody sleeps or lets time pass. Safe from several threads.

    Sleeps add up: two threads that sleep 10 s each move the clock by 20 s, whether they would have slept side
    by side or not. That keeps it deterministic; real concurrency of sleepers is not simulated.

    What it does not reach: `Event.wait`, `Condition.wait`, `Queue.get` and other waits of the standard library
    with a timeout, asyncio's loop, `time.perf_counter` (a measurement, not a date), and a `sleep` that an
    instance kept for itself before the clock was installed.

    Args:
        start: where it starts, in seconds since the epoch.
    """

    def __init__(self, start: float = STARTS_AT) -> None:
        self.slept: list[float] = []
        """Every sleep of the code under test, in seconds, in order."""
        self._start_ns = round(start * _NANO)
        self._elapsed_ns = 0
        self._lock = threading.RLock()
        self._travellers: list[time_machine.Traveller] = []

    def __repr__(self) -> str:
        return f"<VirtualClock at {self.now():.3f}, slept {self.total_slept:g} s in {len(self.slept)} sleeps>"

    @property
    def elapsed(self) -> float:
        """Seconds that have passed on this clock, slept or not."""
        return self._elapsed_ns / _NANO

    @property
    def total_slept(self) -> float:
        """Seconds that the code under test slept, all sleeps together."""
        return math.fsum(self.slept)

    def now(self) -> float:
        """Seconds since the epoch."""
        return (self._start_ns + self._elapsed_ns) / _NANO

    def now_ns(self) -> int:
        """Nanoseconds since the epoch."""
        return self._start_ns + self._elapsed_ns

    def monotonic_ns(self) -> int:
        """Nanoseconds since a moment that means nothing, as `time.monotonic_ns` counts them."""
        return _MONOTONIC_STARTS_AT + self._elapsed_ns

    def monotonic(self) -> float:
        """Seconds since a moment that means nothing, as `time.monotonic` counts them."""
        return self.monotonic_ns() / _NANO

    def advance(self, seconds: float) -> None:
        """Let `seconds` pass without a sleep of the code under test.

        Raises:
            ValueError: `seconds` is negative or not a number; time does not run backwards.
        """
        if not seconds >= 0:
            raise ValueError(f"time passes forwards: advance() got {seconds!r} seconds, wants 0 or more")
        length = seconds if isinstance(seconds, int) else float(seconds)
        with self._lock:
            self._elapsed_ns += round(length * _NANO)
            for traveller in self._travellers:
                traveller.shift(length)

    def sleep(self, seconds: float) -> None:
        """Sleep as `time.sleep` does, but in virtual time; the sleep is noted in `slept`.

        Raises:
            TypeError: `seconds` is not a number.
            ValueError: it is negative or not a number, as for `time.sleep`.
            OverflowError: it is longer than `time.sleep` can be asked for (292 years).
        """
        length = seconds if isinstance(seconds, float) else operator.index(seconds)
        if math.isnan(length):
            raise ValueError("Invalid value NaN (not a number)")
        if length < 0:
            raise ValueError("sleep length must be non-negative")
        if length >= _LONGEST_SLEEP:
            raise OverflowError("timestamp too large to convert to C _PyTime_t")
        with self._lock:
            self.slept.append(float(length))
            self.advance(length)
        if threading.active_count() > 1:  # a loop that sleeps until another thread is done has to let that thread run
            _real_sleep(0)

    @contextmanager
    def installed(self) -> Iterator[VirtualClock]:
        """Make this the clock of the process until the block ends.

        Clocks nest: the inner one wins, and leaving it puts the outer one back. Blocks end in the reverse order
        in which they began, whatever thread they are in.
        """
        with _patching:
            with self._lock:
                travel = self._travel()
            if not _installed:
                _references.replace()
            _installed.append(self)
        try:
            yield self
        finally:
            with _patching:
                _installed.pop()
                if not _installed:
                    _references.restore()
                with self._lock:
                    self._travellers.pop()
                    travel.stop()

    def _travel(self) -> time_machine.travel:
        seconds, ns = divmod(self._start_ns + self._elapsed_ns, _NANO)
        travel = time_machine.travel(seconds, tick=False)
        traveller = travel.start()
        traveller.shift(ns / _NANO)
        self._travellers.append(traveller)
        return travel


class RealClock:
    """The time of the machine, for the API served to people (`bizon-contract serve`)."""

    def now(self) -> float:
        """Seconds since the epoch."""
        return time.time()

    def advance(self, seconds: float) -> None:
        """Wait for `seconds`."""
        _real_sleep(seconds)


_patching = threading.RLock()
_installed: list[VirtualClock] = []


class _StandIn:
    """What replaces one function of `time`: the real one for those who keep real time, else the clock's.

    An object and not a function: kept as a class attribute, a function would become a method.
    """

    def __init__(self, real: Callable[..., Any], virtual: Callable[..., Any]) -> None:
        self.real = real
        self.virtual = virtual
        self.__name__ = real.__name__
        self.__doc__ = real.__doc__

    def __call__(self, *args: Any) -> Any:
        clock = _installed[-1] if _installed else None
        if clock is None:
            return self.real(*args)
        caller = sys._getframe(1).f_globals.get("__name__", "")  # noqa: SLF001 - inspect's way costs too much here
        if caller.partition(".")[0] in REAL_TIME_FOR and caller not in _RUN_WHAT_THEY_ARE_GIVEN:
            return self.real(*args)
        return self.virtual(clock, *args)


class _References:
    """Every place in the process that holds one of the replaced functions.

    `from time import sleep` binds the function in the importing module, out of reach of a change to `time`. So
    the modules that are not of the standard library are searched for it: their globals, the attributes of their
    classes, the default arguments of their functions. A module is searched once, which keeps installing a clock
    cheap; later only modules that are new are.
    """

    def __init__(self, stand_ins: Iterable[_StandIn]) -> None:
        self._stand_in_for = {id(each.real): each for each in stand_ins}
        # A module imported while a clock was installed bound the stand-in: it works ever after.
        self._searched: dict[str, object] = {}
        self._newest: tuple[int, object] | None = None
        self._held: list[tuple[Any, str, _StandIn]] = [(time, each.real.__name__, each) for each in stand_ins]
        self._defaults: list[tuple[FunctionType, tuple[Any, ...], tuple[Any, ...]]] = []

    def replace(self) -> None:
        """Put the stand-ins in place."""
        newest = (len(sys.modules), next(reversed(sys.modules.values())))
        if newest != self._newest:  # going through two thousand modules costs as much as an exchange
            self._newest = newest
            self._search_modules()
        for holder, name, stand_in in self._held:
            if vars(holder).get(name) is stand_in.real:
                setattr(holder, name, stand_in)
        for function, real, replaced in self._defaults:
            if function.__defaults__ is real:
                function.__defaults__ = replaced

    def _search_modules(self) -> None:
        for name, module in list(sys.modules.items()):
            if self._searched.get(name) is not module:
                self._searched[name] = module
                own = name == __name__  # this module keeps the real functions for itself
                if not own and name.partition(".")[0] not in REAL_TIME_FOR and isinstance(module, ModuleType):
                    self._search(module, module.__name__)

    def restore(self) -> None:
        """Put the real functions back."""
        for holder, name, stand_in in self._held:
            if vars(holder).get(name) is stand_in:
                setattr(holder, name, stand_in.real)
        for function, real, replaced in self._defaults:
            if function.__defaults__ is replaced:
                function.__defaults__ = real

    def _search(self, holder: ModuleType | type, module: str) -> None:
        for name, value in list(vars(holder).items()):
            if id(value) in self._stand_in_for:
                self._held.append((holder, name, self._stand_in_for[id(value)]))
            elif isinstance(value, FunctionType):
                if value.__defaults__ and value.__module__ == module:
                    self._search_defaults(value, value.__defaults__)
            elif isinstance(value, type) and isinstance(holder, ModuleType) and value.__module__ == module:
                self._search(value, module)

    def _search_defaults(self, function: FunctionType, real: tuple[Any, ...]) -> None:
        if any(id(value) in self._stand_in_for for value in real):
            replaced = tuple(self._stand_in_for.get(id(value), value) for value in real)
            self._defaults.append((function, real, replaced))


_references = _References(
    [
        _StandIn(_real_sleep, VirtualClock.sleep),
        _StandIn(time.monotonic, VirtualClock.monotonic),
        _StandIn(time.monotonic_ns, VirtualClock.monotonic_ns),
    ]
)
