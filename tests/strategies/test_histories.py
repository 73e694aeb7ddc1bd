"""Histories: words in an order, of a few kinds at a time."""

from __future__ import annotations

import pytest

from contract.strategies import Limits, alone, argument, histories, kind, of_a_pipeline, of_a_sync, of_runs, pipelines
from contract.strategies.histories import LONGEST, MOST_RUNS
from tests.support.drawing import assert_all_examples, find_any, minimal

CURSORS, OFFSETS = Limits("cursor", 1, 250), Limits("offset", 20, 20)


@pytest.mark.parametrize("limits", [CURSORS, OFFSETS], ids=lambda limits: limits.style)
@pytest.mark.parametrize(("words", "usual"), [(of_a_sync, "page"), (of_runs, "run")])
def test_a_history_is_made_of_known_words(limits, words, usual):
    """Of the usual one and of up to five others, over one to four pages."""
    known = {usual, *words(limits)}
    cases = histories(words, usual).draw(limits)
    assert_all_examples(cases, lambda case: set(case.steps) <= known)
    assert_all_examples(cases, lambda case: len(set(case.steps) - {usual}) <= 5 and len(case.steps) <= LONGEST)
    assert_all_examples(cases, lambda case: 1 <= case.size <= 4 * case.page_size)
    assert_all_examples(cases, lambda case: limits.smallest <= case.page_size <= limits.largest)


def test_long_histories_are_as_common_as_short_ones():
    """What needs a page, a crash and a fault in this order is met; and it shrinks to just that."""

    def told(case):
        steps = case.steps
        return "crash" in steps and "503" in steps[steps.index("crash") :] and "page" in steps[: steps.index("crash")]

    cases = histories(of_a_sync, "page").draw(CURSORS)
    find_any(cases, lambda case: told(case) and len(case.steps) > 8)
    assert minimal(cases, told).steps == ("page", "crash", "503")


def test_records_come_and_go_only_where_the_style_loses_none_by_it():
    """Offsets and page numbers lose rows when others go, whatever the connector does."""
    assert not {kind(word) for word in of_a_sync(OFFSETS)} & {"insert", "delete", "expire"}
    assert {"insert", "delete", "expire"} <= {kind(word) for word in of_a_sync(CURSORS)}


def test_a_word_and_its_argument():
    """The argument stands behind a space, where there is one."""
    assert (kind("wait 70"), argument("wait 70")) == ("wait", "70")
    assert (kind("crash"), argument("crash")) == ("crash", "")


def test_one_kind_alone():
    """Before, between and behind the first steps, and several times."""
    assert alone(["crash"], "page") == [
        ("crash", "page", "page"),
        ("page", "crash", "page", "page"),
        ("page", "page", "crash", "page", "page"),
        ("page", "crash", "page", "crash", "page", "crash", "page", "crash", "page"),
    ]
    assert alone(["insert 0", "insert 1"], "page")[-1][1::2] == ("insert 0", "insert 1", "insert 0", "insert 1")


@pytest.mark.parametrize("limits", [CURSORS, Limits("none", 20, 20)], ids=["pages", "no pages"])
def test_a_pipeline_is_a_mode_and_a_few_runs(limits):
    """The first step is bizon's sync mode; before each run something may happen, and any run may be interrupted."""
    cases = pipelines(("full_refresh", "incremental")).draw(limits)
    words = of_a_pipeline(limits)

    def runs(case):
        return [step for step in case.steps if kind(step) in ("run", "kill", "down")]

    assert_all_examples(cases, lambda case: case.steps[0] in ("full_refresh", "incremental"))
    assert_all_examples(cases, lambda case: set(case.steps[1:]) <= {"run", *words})
    assert_all_examples(cases, lambda case: 1 <= len(runs(case)) <= MOST_RUNS and case.steps[-1] in runs(case))
    find_any(cases, lambda case: case.steps[0] == "incremental" and len({kind(step) for step in case.steps}) > 4)
    assert ("kill 2" in words) is limits.pages
