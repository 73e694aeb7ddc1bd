"""`bizon-contract clauses`: the catalogue in words."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import pytest

from contract.clauses import CHAPTERS

Run = Callable[..., Any]
ALL = [clause for chapter in CHAPTERS for clause in chapter.clauses]


def test_every_clause_is_listed(run: Run) -> None:
    """The catalogue names each clause once, with its severity and evidence, under its chapter."""
    lines = [line.rstrip() for line in run("clauses").output.splitlines()]

    for clause in ALL:
        assert lines.count(f"  {clause.id}  {clause.severity}  {', '.join(clause.evidence)}") == 1
    for chapter in CHAPTERS:
        assert any(line.startswith(f"{chapter.name}: ") for line in lines)


@pytest.mark.parametrize("clause", ALL, ids=lambda clause: clause.id)
def test_a_clause_is_explained(run: Run, clause: Any) -> None:
    """With an id: the promise, what breaking it costs, and how it is put right."""
    output = " ".join(run("clauses", clause.id).output.split())

    for text in (clause.sentence, f"Cost: {clause.cost}", f"Fix: {clause.fix}"):
        assert " ".join(text.split()) in output


def test_a_glob_explains_several(run: Run) -> None:
    """A glob stands for all that it matches."""
    output = run("clauses", "retry.*").output

    assert output.count("Fix: ") == len([clause for clause in ALL if clause.chapter == "retry"])


@pytest.mark.parametrize(
    ("name", "said"),
    [
        ("retry.backof", "no clause matches 'retry.backof'; did you mean retry.backoff?"),
        ("pagenation", "did you mean pagination.*?"),
        ("zzzzzz", "try it without a name"),
    ],
)
def test_an_unknown_name_is_answered_with_the_nearest(run: Run, name: str, said: str) -> None:
    """A typo ends with status 2 and a suggestion."""
    ran = run("clauses", name)

    assert ran.exit_code == 2
    assert said in ran.stderr


def test_the_reference_has_a_section_for_each_clause(run: Run) -> None:
    """--markdown is a page: chapters and clauses are headings that can be linked to."""
    lines = run("clauses", "--markdown").output.splitlines()

    assert lines[0] == "# Clauses"
    assert [line for line in lines if line.startswith("### ")] == [f"### {clause.id}" for clause in ALL]
    assert [line for line in lines if line.startswith("## ")] == [f"## {chapter.name}" for chapter in CHAPTERS]
