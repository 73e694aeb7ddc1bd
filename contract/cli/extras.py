"""Extras of the distribution that a command needs."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager

from contract.errors import UsageError


@contextmanager
def needing(extra: str, *modules: str) -> Iterator[None]:
    """Inside are imports that need one of ``modules``, which come with ``extra``.

    Raises:
        UsageError: it is not installed; the message says what to type.
    """
    try:
        yield
    except ModuleNotFoundError as error:
        name = (error.name or "").partition(".")[0]
        if name not in modules:
            raise
        raise UsageError(f"this needs {name}: pip install 'bizon-contract[{extra}]'") from error
