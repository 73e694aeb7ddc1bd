"""What tests of strategies ask for: an example with a property, and a property of all examples."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any, TypeVar

from hypothesis import HealthCheck, Phase, find, given, settings
from hypothesis import strategies as st

T = TypeVar("T")


def few(examples: int) -> settings:
    """Settings of a property test here: few examples, always the same ones, as slow as they are."""
    return settings(
        max_examples=examples,
        derandomize=True,
        database=None,
        deadline=None,
        suppress_health_check=[HealthCheck.too_slow, HealthCheck.nested_given, HealthCheck.differing_executors],
    )


def find_any(strategy: st.SearchStrategy[T], condition: Callable[[T], Any] = lambda value: True) -> T:
    """A value of ``strategy`` that meets ``condition``; NoSuchExample where 1000 tries bring none."""
    return find(strategy, lambda value: bool(condition(value)), settings=settings(few(1000), phases=[Phase.generate]))


def minimal(strategy: st.SearchStrategy[T], condition: Callable[[T], Any] = lambda value: True) -> T:
    """The simplest value of ``strategy`` that meets ``condition``."""
    return find(strategy, lambda value: bool(condition(value)), settings=few(1000))


def assert_all_examples(strategy: st.SearchStrategy[T], condition: Callable[[T], Any], examples: int = 100) -> None:
    """Every value of ``strategy`` meets ``condition``."""

    @few(examples)
    @given(strategy)
    def check(value: T) -> None:
        assert condition(value), f"{condition} does not hold for {value!r}"

    check()
