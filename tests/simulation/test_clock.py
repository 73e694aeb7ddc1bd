"""Virtual time: nothing waits, everything that tells the time agrees, and all of it is undone."""

from __future__ import annotations

import datetime as dt
import queue
import sys
import threading
import time
from collections.abc import Iterator
from concurrent.futures import Future, ThreadPoolExecutor
from concurrent.futures import TimeoutError as FutureTimeoutError
from contextlib import contextmanager
from types import ModuleType

import backoff
import pendulum
import pytest
import tenacity
from hypothesis import given, settings
from hypothesis import strategies as st
from urllib3.exceptions import ConnectTimeoutError
from urllib3.util.retry import Retry

from contract.simulation.clock import STARTS_AT, RealClock, VirtualClock

REAL = {name: getattr(time, name) for name in ("sleep", "monotonic", "monotonic_ns", "perf_counter", "time")}
TEN_MINUTES = 600.0


@pytest.fixture
def clock() -> Iterator[VirtualClock]:
    """An installed clock."""
    with VirtualClock().installed() as installed:
        yield installed


@contextmanager
def imported_library() -> Iterator[ModuleType]:
    """A module that bound the functions of `time` when it was imported, in every way that modules do."""
    module = ModuleType("library_that_sleeps")
    sys.modules[module.__name__] = module
    exec(
        "from time import sleep, monotonic as now\n"
        "def wait(seconds, pause=sleep): pause(seconds)\n"
        "class Limiter:\n"
        "    timer = now\n"
        "    def wait(self, seconds, pause=sleep): pause(seconds)\n",
        vars(module),
    )
    yield module
    del sys.modules[module.__name__]


@pytest.fixture
def library() -> Iterator[ModuleType]:
    """A module that sleeps."""
    with imported_library() as module:
        yield module


def test_sleep_takes_no_time_and_is_observable(clock: VirtualClock) -> None:
    """What was slept is listed, and summed up."""
    time.sleep(TEN_MINUTES)
    time.sleep(0.25)
    assert clock.slept == [TEN_MINUTES, 0.25]
    assert clock.total_slept == clock.elapsed == TEN_MINUTES + 0.25


def test_everything_that_tells_the_time_moves_together(clock: VirtualClock) -> None:
    """time, datetime, pendulum and monotonic agree before and after a sleep."""
    started = time.monotonic(), time.monotonic_ns()
    assert time.time() == clock.now() == STARTS_AT
    time.sleep(90)
    later = dt.datetime.fromtimestamp(STARTS_AT + 90, dt.UTC)
    assert time.time() == STARTS_AT + 90
    assert time.time_ns() == round((STARTS_AT + 90) * 1e9)
    assert dt.datetime.now(dt.UTC) == later
    assert pendulum.now("UTC") == later
    assert dt.datetime.now() == dt.datetime.fromtimestamp(STARTS_AT + 90)
    assert (time.monotonic() - started[0], time.monotonic_ns() - started[1]) == (90, 90_000_000_000)


def test_time_stands_still_until_somebody_sleeps(clock: VirtualClock) -> None:
    """Two looks at the time see the same."""
    assert (time.time(), time.monotonic()) == (time.time(), time.monotonic())


def test_advance_is_not_a_sleep(clock: VirtualClock) -> None:
    """Time that passes on the server's side is not counted as slept."""
    clock.advance(5)
    assert (clock.elapsed, clock.slept, time.time()) == (5, [], STARTS_AT + 5)


@pytest.mark.parametrize("seconds", [-1, -0.001, float("nan")])
def test_time_does_not_run_backwards(seconds: float) -> None:
    """Advancing by less than nothing is refused."""
    with pytest.raises(ValueError, match="time passes forwards"):
        VirtualClock().advance(seconds)


@pytest.mark.parametrize("seconds", [-1, -0.5, float("nan"), float("inf"), 10**10, "1", None])
def test_a_wrong_sleep_raises_what_the_real_one_raises(clock: VirtualClock, seconds: object) -> None:
    """Negative, endless or no number: the same exception as from `time.sleep`, and nothing is noted."""
    with pytest.raises((ValueError, TypeError, OverflowError)) as real:
        REAL["sleep"](seconds)
    with pytest.raises(real.type):
        time.sleep(seconds)  # type: ignore[arg-type]
    assert clock.slept == []


def test_functions_bound_at_import_are_reached(library: ModuleType) -> None:
    """`from time import sleep`, class attributes and default arguments follow the clock, and are put back."""
    before = dict(vars(library)), library.wait.__defaults__
    clock = VirtualClock()
    for _ in range(2):
        with clock.installed():
            started = library.now()
            library.sleep(1)
            library.wait(2)
            library.Limiter().wait(3)
            assert (
                library.now() - started == library.Limiter.timer() - started == library.Limiter().timer() - started == 6
            )
    assert clock.slept == [1, 2, 3] * 2
    assert (dict(vars(library)), library.wait.__defaults__) == before
    assert library.Limiter.timer is REAL["monotonic"]


def test_a_module_in_the_place_of_another_is_reached() -> None:
    """As when a connector is loaded anew: under the same name, with as many modules as before."""
    for _ in range(2):
        with imported_library() as library, VirtualClock().installed() as clock:
            library.sleep(60)
        assert clock.slept == [60]


def test_a_module_imported_under_a_clock_works_after_it(library: ModuleType) -> None:
    """What it bound then is the clock's while one is installed, and real afterwards."""
    with VirtualClock().installed():
        exec("from time import monotonic, sleep as late_sleep", vars(library))
    assert library.monotonic() <= REAL["monotonic"]()
    with VirtualClock().installed() as clock:
        library.late_sleep(60)
    assert clock.slept == [60]


def test_retrying_libraries_wait_in_virtual_time(clock: VirtualClock) -> None:
    """urllib3, tenacity and backoff sleep as long as they should, at once."""

    def fail() -> None:
        raise OSError("no luck")

    retry = Retry(3, backoff_factor=60)
    for _ in range(2):
        retry = retry.increment("GET", "/", error=ConnectTimeoutError())
        retry.sleep()
    with pytest.raises(OSError, match="no luck"):
        tenacity.retry(wait=tenacity.wait_fixed(60), stop=tenacity.stop_after_attempt(3), reraise=True)(fail)()
    with pytest.raises(OSError, match="no luck"):
        backoff.on_exception(backoff.constant, OSError, interval=30, max_tries=3, jitter=None)(fail)()
    assert clock.slept == [120, 60, 60, 30, 30]


def test_the_standard_library_keeps_real_time(clock: VirtualClock) -> None:
    """Waits for real threads end by real time and do not move the clock."""
    with pytest.raises(queue.Empty):
        queue.Queue[int]().get(timeout=0.01)
    with pytest.raises(FutureTimeoutError):
        Future[int]().result(timeout=0.01)
    assert not threading.Event().wait(0.01)
    with ThreadPoolExecutor(2) as pool:
        assert list(pool.map(abs, [-1, -2], timeout=60)) == [1, 2]
    assert clock.elapsed == 0


def test_a_sleep_given_to_a_thread_is_virtual(clock: VirtualClock) -> None:
    """The standard library runs it, but does not ask for it itself."""
    thread = threading.Thread(target=time.sleep, args=(TEN_MINUTES,))
    thread.start()
    thread.join()
    with ThreadPoolExecutor(1) as pool:
        pool.submit(time.sleep, 1).result()
    assert clock.slept == [TEN_MINUTES, 1]


def test_measurements_stay_real(clock: VirtualClock) -> None:
    """`perf_counter`, which pytest and Hypothesis measure with, is not touched."""
    assert time.perf_counter is REAL["perf_counter"]
    before = time.perf_counter()
    while time.perf_counter() == before:
        """It moves by itself."""


def test_sleeps_of_threads_add_up(clock: VirtualClock) -> None:
    """No sleep is lost when many threads sleep at once."""
    threads = [threading.Thread(target=lambda: [time.sleep(1) for _ in range(50)]) for _ in range(8)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert clock.slept == [1.0] * 400
    assert time.time() == STARTS_AT + 400


def test_the_inner_clock_wins_and_the_outer_returns() -> None:
    """Clocks nest; each keeps its own time and its own sleeps."""
    outer, inner = VirtualClock(1e9), VirtualClock(2e9)
    with outer.installed():
        time.sleep(1)
        with inner.installed():
            time.sleep(10)
            outer.advance(5)
            assert time.time() == 2e9 + 10
        assert time.time() == 1e9 + 6
        time.sleep(2)
    assert (outer.slept, inner.slept) == ([1, 2], [10])


def test_one_clock_can_be_installed_inside_itself(clock: VirtualClock) -> None:
    """A second installation of the same clock goes on with its time."""
    time.sleep(3)
    with clock.installed():
        time.sleep(4)
        assert time.time() == STARTS_AT + 7
    assert time.time() == clock.now() == STARTS_AT + 7


def test_everything_is_put_back() -> None:
    """Afterwards, also after an exception, the functions of `time` are the real ones."""
    clock = VirtualClock()
    for error in (None, KeyError("the block fails")):
        try:
            with clock.installed():
                assert time.sleep is not REAL["sleep"]
                if error:
                    raise error
        except KeyError:
            """The error leaves the block as it is."""
        assert {name: getattr(time, name) for name in REAL} == REAL
    assert abs(time.time() - dt.datetime.now(dt.UTC).timestamp()) < 60
    assert time.time() != clock.now()


@settings(max_examples=50, deadline=None)
@given(st.lists(st.floats(0, 1e6) | st.integers(0, 10**6), max_size=10))
def test_the_clock_and_the_date_never_part(sleeps: list[float]) -> None:
    """After any sleeps, and when installed again, `now` and `time.time` are equal to the nanosecond."""
    clock = VirtualClock()
    for seconds in sleeps:
        with clock.installed():
            time.sleep(seconds)
            assert time.time() == clock.now()
            clock.advance(seconds)
            assert time.time() == clock.now()


def test_the_real_clock_tells_the_real_time() -> None:
    """It stands between two looks at the machine's time, and moves by waiting."""
    before = time.time()
    clock = RealClock()
    clock.advance(0.001)
    assert before < clock.now() <= time.time()
