"""How much is drawn: the profiles of `check`."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from contextlib import contextmanager
from unittest.mock import patch

from hypothesis import HealthCheck, Phase, assume, given, seed, settings
from hypothesis import strategies as st
from hypothesis.internal.conjecture import providers
from hypothesis.internal.constants_ast import Constants

from contract.strategies.cases import Case

EXAMPLES = {"quick": 2, "standard": 25, "thorough": 150, "soak": 10}
"""Cases that Hypothesis draws for each clause and stream, besides those enumerated; in a soak: instead of them, and in each round."""

SOAK = "soak"
"""The profile that draws round after round, each with a seed of its own, until its time is over."""

DEAR_TRIES = 30
"""Cases in which a smaller failure is looked for, where each takes a second or more. Hypothesis itself goes on for five minutes."""


def explore(
    cases: st.SearchStrategy[Case],
    profile: str,
    number: int,
    run: Callable[[Case], None],
    *,
    shrink: bool = True,
    dear: bool = False,
) -> None:
    """Run drawn cases. The exception of the smallest failing one is raised; of the first one without ``shrink``.

    The same ``number`` draws the same cases. Settings of the user's Hypothesis profile hold, but for the number of
    examples. Where cases are ``dear``, a smaller one is looked for in few.
    """
    tried = _few_tries(run) if dear else run

    @seed(number)
    @settings(
        settings(),
        max_examples=EXAMPLES[profile],
        deadline=None,
        database=None,
        report_multiple_bugs=False,
        phases=[Phase.generate, Phase.shrink] if shrink else [Phase.generate],
        suppress_health_check=list(HealthCheck),
        print_blob=False,
    )
    @given(cases)
    def explored(case: Case) -> None:
        tried(case)

    with same_everywhere():
        explored()


def _few_tries(run: Callable[[Case], None]) -> Callable[[Case], None]:
    """``run``; once a case has failed, only DEAR_TRIES more are tried, and those again that have failed."""
    failed = set[str]()
    left = DEAR_TRIES

    def tried(case: Case) -> None:
        nonlocal left
        if failed and repr(case) not in failed:
            left -= 1
            assume(left >= 0)
        try:
            run(case)
        except Exception:
            failed.add(repr(case))
            raise

    return tried


@contextmanager
def same_everywhere() -> Iterator[None]:
    """Inside, the same seed draws the same values, whatever modules are loaded.

    Hypothesis (since 6.131) draws constants, too, that stand in the modules of the user's project as far as they are
    loaded: another connector imported, another test collected, and the same seed would be another report.
    """
    if not hasattr(providers, "_get_local_constants"):
        yield
        return
    with patch.object(providers, "_get_local_constants", Constants):
        providers.CONSTANTS_CACHE.cache.clear()
        try:
            yield
        finally:
            providers.CONSTANTS_CACHE.cache.clear()
