"""How a trial words what came: differences, exceptions, and what a call of `get()` returned."""

from __future__ import annotations

from collections import Counter
from collections.abc import Sequence
from typing import Any

from contract.trial.story import short


def difference(expected: Sequence[str], came: Sequence[str]) -> str:
    """How what came differs from what the API holds, in one sentence."""
    counted = Counter(came)
    lost = [key for key in expected if not counted[key]]
    strange = [key for key in counted if key not in set(expected)]
    twice = [key for key, times in counted.items() if times > 1]
    parts = [
        f"{len(keys)} {verb}: {', '.join(keys[:4])}{', …' if len(keys) > 4 else ''}"
        for keys, verb in ((lost, "lost"), (twice, "delivered more than once"), (strange, "never held by the API"))
        if keys
    ]
    said = "; ".join(parts) or "delivered in another order than the API's"
    return (
        f"of {len(expected)} records that the API holds, {len(came)} arrived: {said}"
        if parts
        else f"all records were {said}"
    )


def shown(error: BaseException | None) -> str:
    """An exception in one line."""
    return short(f"{type(error).__name__}: {error}" if str(error) else type(error).__name__, 200)


def chain_of(error: BaseException | None) -> str:
    """What an exception says, and what those behind it say."""
    said = ""
    while error is not None:
        said += f" {error}"
        error = error.__cause__ or error.__context__
    return said.strip()


def described(iteration: Any) -> str:
    """What a call of `get()` returned, in one line."""
    records, onward = getattr(iteration, "records", None), getattr(iteration, "next_pagination", None)
    if records is None:
        return f"returned {short(repr(iteration), 80)}"
    count = f"{len(records)} record{'' if len(records) == 1 else 's'}"
    state = getattr(iteration, "next_state", None)
    said = "" if state is None else f", next_state {short(repr(state), 80)}"
    return f"{count}, next_pagination {short(repr(onward), 80)}{said}"
