"""When Python looks for garbage: looking through everything again and again takes much of the time of short work."""

from __future__ import annotations

import gc
from collections.abc import Iterator
from contextlib import contextmanager

SELDOM = 50_000
"""Objects that come before the youngest are looked through; by default 700 (2,000 from Python 3.14 on)."""


@contextmanager
def uncollected() -> Iterator[None]:
    """Inside, no garbage is collected."""
    collects = gc.isenabled()
    gc.disable()
    try:
        yield
    finally:
        if collects:
            gc.enable()


@contextmanager
def seldom_collected() -> Iterator[None]:
    """Inside, garbage is looked for less often: simulated syncs leave little that is not freed at once."""
    kept = gc.get_threshold()
    gc.set_threshold(SELDOM, *kept[1:])
    try:
        yield
    finally:
        gc.set_threshold(*kept)
