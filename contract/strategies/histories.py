"""Histories: what happens to a sync, or to the runs of a pipeline, in what order.

A step is a word, with an argument behind a space where it takes one, so that a history is read like a story, written as
JSON and performed again: ``("page", "crash", "503", "wait 70")``.
"""

from __future__ import annotations

import itertools
from collections.abc import Callable, Mapping, Sequence

from hypothesis import strategies as st

from contract.simulation.faults import CutShort, Fault, Lost, ReadTimedOut, Refused, Reset, Status
from contract.strategies.cases import Case, Limits
from contract.strategies.domains import Domain, seeds

FAULTS: Mapping[str, Fault] = {
    **{str(status): Status(status) for status in (429, 500, 502, 503, 504)},
    "refused": Lost(Refused),
    "reset": Lost(Reset),
    "timeout": Lost(ReadTimedOut),
    "cut": CutShort(0.5),
    "chunk": CutShort(0.5, "in a chunk"),
}
"""What may hit one request; each is recovered from by itself."""

LONGEST = 14
"""Steps of a history. What goes wrong only behind more of them is beyond what a story can show."""

WAITS = ("wait 1", "wait 70", "wait 4000", "wait 90000")
"""Beyond a rate limit's window, the life of a token (RFC 6749 shows 3600 s), and a day."""

Words = Callable[[Limits], list[str]]


def of_a_sync(limits: Limits) -> list[str]:
    """What may happen to a sync besides the next page.

    Records come and go only where the paging style promises that it loses none by it.
    """
    words = ["crash", "kill", *FAULTS, "limit", "revoke", *WAITS]
    if limits.by_token or limits.style == "keyset":
        words += [f"{what} {number}" for what in ("insert", "delete") for number in range(6)]
        words += ["expire"] if limits.by_token else []
    return words


def of_runs(limits: Limits) -> list[str]:
    """What may happen to a pipeline between and during its runs."""
    interrupted = [f"{how} {after}" for how in ("resumed", "anew") for after in (1, 2)] if limits.pages else []
    faults = [f"{fault} {at}" for fault in ("503", "reset", "cut") for at in (0, 1)]
    return ["insert", "update", "tie", "late", "meanwhile", *interrupted, *faults, *WAITS]


def of_a_pipeline(limits: Limits) -> list[str]:
    """What may happen to a pipeline in bizon's engine: runs killed before a call, or with the API down from a page on, and what else."""
    return [*_interrupted(limits), *CHANGES, *DISTURBANCES]


def _interrupted(limits: Limits) -> list[str]:
    calls = (1, 2, 3) if limits.pages else (1,)
    return [*(f"kill {call}" for call in calls), *(f"down {call - 1}" for call in calls)]


CHANGES = ("insert", "update", "delete")
"""What may happen to the records between two runs in bizon's engine."""

DISTURBANCES = ("503 0", "503 1", "reset 0", "cut 1", "wait 70", "wait 90000")
"""What else may happen before a run in bizon's engine, or to its requests."""


def histories(words: Words, usual: str) -> Domain:
    """Syncs of up to four pages, to which some of ``words`` happen between steps of the ``usual`` kind."""

    def drawn(limits: Limits) -> st.SearchStrategy[Case]:
        # A few kinds at a time: what needs one thing twice would be drowned by all the others.
        chosen = st.lists(st.sampled_from(words(limits)), min_size=2, max_size=5, unique=True)
        # Always as many steps, some of which are none: drawn lists are short, and shrunk ones may be.
        steps = chosen.flatmap(
            lambda some: st.lists(st.sampled_from(["", usual, usual, *some]), min_size=LONGEST, max_size=LONGEST)
        )
        return _few_pages(limits, steps)

    return Domain(lambda limits: (), drawn, least="thorough")


def pipelines(modes: Sequence[str]) -> Domain:
    """Runs through bizon's engine, of which any may be interrupted; before each, records may change and things go wrong.

    The first step is one of the ``modes`` in which bizon syncs.
    """

    def drawn(limits: Limits) -> st.SearchStrategy[Case]:
        a_run = st.tuples(
            st.sampled_from(["", *CHANGES]),
            st.sampled_from(["", "", *DISTURBANCES]),
            st.sampled_from(["run", "run", *_interrupted(limits)]),
        )
        runs = st.lists(a_run, min_size=1, max_size=MOST_RUNS)
        steps = st.builds(lambda mode, some: [mode, *itertools.chain(*some)], st.sampled_from(modes), runs)
        return _few_pages(limits, steps)

    return Domain(lambda limits: (), drawn, least="soak", dear=True)


MOST_RUNS = 5
"""Runs of a history through bizon's engine, each with two threads and a database."""


def _few_pages(limits: Limits, steps: st.SearchStrategy[list[str]]) -> st.SearchStrategy[Case]:
    """Histories of ``steps``, "" among them for none, over up to four pages."""
    return st.builds(
        lambda pages, page_size, over, seed, steps: Case(
            size=(pages - 1) * page_size + min(over, page_size),
            page_size=page_size,
            seed=seed,
            steps=tuple(filter(None, steps)),
        ),
        st.integers(1, 4),
        st.integers(limits.smallest, min(limits.largest, limits.smallest + 2)),
        st.integers(1, limits.smallest + 2),
        seeds,
        steps,
    )


def kind(step: str) -> str:
    """The word of a step, without its argument."""
    return step.partition(" ")[0]


def argument(step: str) -> str:
    """What stands behind the word of a step."""
    return step.partition(" ")[2]


def alone(words: list[str], usual: str) -> list[tuple[str, ...]]:
    """Histories in which ``words`` of one kind happen, and nothing else: before, between and behind the first steps."""
    once = [(*[usual] * before, word, usual, usual) for word in words for before in range(3)]
    again = tuple(step for word in (words * 4)[:4] for step in (usual, word))
    return [*once, (*again, usual)]
