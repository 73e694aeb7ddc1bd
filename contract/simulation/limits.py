"""Limits acted out: which requests are let in, and what the others are told. Pure but for the buckets, in the API's time."""

from __future__ import annotations

import math
from email.utils import formatdate

from contract.description.limits import Allowance, RateLimit
from contract.messages import Headers

OTHERS_TAKE = 1.0
"""Seconds after which a request may come again that was refused because too many were under way."""

_ENOUGH = 1 - 1e-6  # of a request: the bucket has been filled in fractions

USUAL = RateLimit(retry_after="seconds")
"""How an API says it of which nothing else is described."""


class Gate:
    """The buckets of one API, one for each period (a token bucket: it holds what may be asked at once, and fills evenly)."""

    def __init__(self) -> None:
        self._filled: dict[float, tuple[float, float]] = {}
        """By period: how many requests are left, and when that was."""
        self.waits: list[float] = []
        """What those that were refused had to wait, in seconds."""

    def wait(self, allowed: Allowance, beside: int, now: float, *, spent: bool = False) -> float | None:
        """Seconds until a request that comes ``now`` would be let in; None where it is.

        ``beside`` is how many others are under way. ``spent``: others have used the buckets up to one request before
        the first one came.
        """
        left, periods = {}, allowed.periods
        for period, most in periods.items():
            level, at = self._filled.get(period, (1.0 if spent else float(most), now))
            left[period] = min(float(most), level + (now - at) * most / period)
        crowded = allowed.at_once is not None and beside >= allowed.at_once
        let_in = not crowded and all(level >= _ENOUGH for level in left.values())
        if let_in or allowed.counts_refused:
            left = {period: max(level - 1, -float(periods[period])) for period, level in left.items()}
        self._filled |= {period: (level, now) for period, level in left.items()}
        if let_in:
            return None
        waits = [(1 - level) * period / periods[period] for period, level in left.items() if level < _ENOUGH]
        self.waits.append(max([*waits, OTHERS_TAKE] if crowded else waits))
        return self.waits[-1]


def told(described: RateLimit, wait: float, now: float) -> Headers:
    """The headers of a refusal that is over ``wait`` seconds from ``now``: whole seconds, rounded up."""
    seconds, over = max(1, math.ceil(wait - 1e-6)), math.ceil(now + wait - 1e-6)
    headers: list[tuple[str, str]] = []
    match described.retry_after:
        case "seconds":
            headers.append(("Retry-After", str(seconds)))
        case "date":
            headers.append(("Retry-After", formatdate(over, usegmt=True)))
    if described.reset:
        headers.append((described.reset, str(over if described.unit == "epoch" else seconds)))
    return tuple(headers)
