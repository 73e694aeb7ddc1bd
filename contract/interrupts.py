"""What Ctrl-C, and a task of a worker that is broken off, may not break off in the middle: each raises KeyboardInterrupt anywhere."""

from __future__ import annotations

import signal
import threading
from collections.abc import Iterator
from contextlib import contextmanager


@contextmanager
def uninterrupted(*, inherited: bool = False) -> Iterator[None]:
    """Inside, nothing is broken off: what came is heard at the end.

    Args:
        inherited: processes begin inside, which inherit that Ctrl-C is ignored, as they can of no handler: it reaches every
            process of a terminal, and would interrupt their imports. Here one is lost that comes in these milliseconds.
    """
    if threading.current_thread() is not threading.main_thread():
        yield
        return
    heard = list[int]()
    numbers = [signal.SIGINT] if inherited else [signal.SIGINT, signal.SIGTERM]
    kept = {number: handler for number in numbers if callable(handler := signal.getsignal(number))}
    for number in kept:
        signal.signal(number, signal.SIG_IGN if inherited else lambda number, frame: heard.append(number))
    try:
        yield
    finally:
        for number, handler in kept.items():
            signal.signal(number, handler)
    for came in heard:
        signal.raise_signal(came)
