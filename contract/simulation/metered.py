"""Requests to a real API: one at a time, and no more than were allowed."""

from __future__ import annotations

import threading
from collections.abc import Iterator
from contextlib import contextmanager
from typing import Any
from unittest.mock import patch

from urllib3 import HTTPConnectionPool


class Spent(BaseException):
    """No more requests are allowed. No Exception: a connector that catches those must not take it for an answer."""


class Meter:
    """Counts what is sent by urllib3, retries included.

    Args:
        most: how many requests may be made.
    """

    def __init__(self, most: int) -> None:
        self.most = most
        self.made = 0
        self._one = threading.RLock()

    @contextmanager
    def reading(self) -> Iterator[None]:
        """Inside, a request waits for the one before, whatever thread it is of.

        Raises:
            Spent: at the request that is one too many.
        """
        urlopen = HTTPConnectionPool.urlopen

        def metered(pool: HTTPConnectionPool, *args: Any, **kwargs: Any) -> Any:
            with self._one:
                if self.made >= self.most:
                    raise Spent(f"the {self.most} requests of --max-requests are spent")
                self.made += 1
                return urlopen(pool, *args, **kwargs)

        with patch.object(HTTPConnectionPool, "urlopen", metered):
            yield
