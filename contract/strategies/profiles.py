"""How much is drawn: the profiles of `check`."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from contextlib import contextmanager
from unittest.mock import patch

from hypothesis import HealthCheck, Phase, given, seed, settings
from hypothesis import strategies as st
from hypothesis.internal.conjecture import providers
from hypothesis.internal.constants_ast import Constants

from contract.strategies.cases import Case

EXAMPLES = {"quick": 2, "standard": 25, "thorough": 150}
"""Cases that Hypothesis draws for each clause and stream, besides those enumerated."""


def explore(
    cases: st.SearchStrategy[Case], profile: str, number: int, run: Callable[[Case], None], *, shrink: bool = True
) -> None:
    """Run drawn cases. The exception of the smallest failing one is raised; of the first one without ``shrink``.

    The same ``number`` draws the same cases. Settings of the user's Hypothesis profile hold, but for the number of
    examples.
    """

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
        run(case)

    with same_everywhere():
        explored()


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
