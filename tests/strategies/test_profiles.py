"""Profiles: how much is drawn, the same every time, without touching the tests of the user."""

from __future__ import annotations

import random

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from contract.strategies import EXAMPLES, Case, Limits, boundaries, explore, records_of
from contract.strategies.profiles import DEAR_TRIES
from contract.strategies.records import payload_pool
from tests.support.apis import described
from tests.support.drawing import few

assert boundaries.draw is not None
CASES = boundaries.draw(Limits("cursor", 1, 100))


def drawn(profile: str = "standard", number: int = 0) -> list[Case]:
    """The cases that are tried."""
    found: list[Case] = []
    explore(CASES, profile, number, found.append)
    return found


@pytest.mark.parametrize("profile", EXAMPLES)
def test_a_profile_says_how_many(profile: str) -> None:
    """Each profile draws as many cases as it says, at the most."""
    found = drawn(profile)
    assert EXAMPLES[profile] // 2 < len(found) <= EXAMPLES[profile]


def test_the_same_seed_draws_the_same_cases() -> None:
    """One number always means the same cases, another one others."""
    assert drawn(number=7) == drawn(number=7)
    assert drawn(number=7) != drawn(number=8)


def test_the_seed_is_all_that_counts() -> None:
    """Neither the random module nor what was drawn before changes what comes."""
    before = drawn(number=3)
    random.seed(99)
    drawn(number=4)
    assert drawn(number=3) == before


def test_a_failure_is_shrunk() -> None:
    """What fails is raised for the smallest case that fails."""
    failing: list[Case] = []

    def run(case: Case) -> None:
        if case.size > 3:
            failing.append(case)
            raise ValueError(f"{case.size} records, {case.page_size} a page, seed {case.seed}")

    with pytest.raises(ValueError) as raised:
        explore(CASES, "thorough", 0, run)
    assert raised.value.args == ("4 records, 1 a page, seed 0",)
    assert len(failing) > 1


def test_dear_cases_are_shrunk_in_few_tries() -> None:
    """What is raised is a failing case, smaller than the first one, and found in a bounded number of tries."""
    failing: list[Case] = []
    tried = 0

    def run(case: Case) -> None:
        nonlocal tried
        tried += bool(failing) and case not in failing
        if case.size > 3:
            failing.append(case)
            raise ValueError(case)

    with pytest.raises(ValueError) as raised:
        explore(CASES, "soak", 2, run, dear=True)
    assert 0 < tried <= DEAR_TRIES
    assert raised.value.args[0].size < failing[0].size


def test_shrinking_keeps_to_one_cause() -> None:
    """Where cases fail in several ways, one of them is raised, and no group."""

    def run(case: Case) -> None:
        if case.size > 3:
            raise ValueError("many")
        if case.size == 0:
            raise KeyError("none")

    with pytest.raises((ValueError, KeyError)):
        explore(CASES, "thorough", 0, run)


def test_a_property_of_the_users_is_not_disturbed() -> None:
    """Inside somebody's own @given, exploring draws its own cases and leaves their draws, and their seed, alone."""

    def values(inside: bool) -> list[int]:
        found: list[int] = []

        @few(10)
        @given(st.integers(), st.data())
        def theirs(number: int, data: st.DataObject) -> None:
            if inside:
                assert len(drawn("quick")) <= EXAMPLES["quick"]
            found.append(number)
            found.append(data.draw(st.integers()))

        theirs()
        return found

    assert values(inside=True) == values(inside=False)


def test_records_are_the_same_inside_a_property() -> None:
    """The pool of payloads does not depend on who asks for it first."""
    things = described().streams["things"]
    payload_pool.cache_clear()
    outside = records_of(things, 20, 5)
    payload_pool.cache_clear()
    inside: list[object] = []

    @few(1)
    @given(st.integers())
    def theirs(number: int) -> None:
        inside.append(records_of(things, 20, 5))

    theirs()
    assert inside[0] == outside


@pytest.mark.parametrize(
    "own", [settings(derandomize=True, database=None), settings(max_examples=1), settings(deadline=1)]
)
def test_the_users_profile_is_respected(own: settings) -> None:
    """A Hypothesis profile of the user's changes neither the number of cases nor which ones, and never breaks them."""
    before = drawn(number=5)
    name = f"theirs-{id(own)}"
    settings.register_profile(name, own)
    loaded = settings.get_current_profile_name()
    settings.load_profile(name)
    try:
        assert drawn(number=5) == before
        payload_pool.cache_clear()
        assert len(payload_pool("null", False)) > 10
    finally:
        settings.load_profile(loaded)
