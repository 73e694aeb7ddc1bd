"""What a file of a connector could say instead: cosmic-ray's operators, applied to its text."""

from __future__ import annotations

import ast
import difflib
import pickle
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

from cosmic_ray import plugins
from cosmic_ray.ast import ast_nodes, get_ast
from cosmic_ray.mutating import MutationVisitor


@dataclass(frozen=True)
class Mutant:
    """One small change of one file."""

    file: Path
    line: int
    """From 1 on, as is the column."""
    column: int
    operator: str
    """cosmic-ray's name of the kind of change, as in `NumberReplacer`."""
    text: str
    """The whole file, changed."""
    diff: tuple[str, ...]
    """The lines that differ: `-` before, `+` behind."""


def mutants_of(file: Path) -> list[Mutant]:
    """Every mutant of ``file`` that compiles and means something else, each once, by place.

    Annotations are left out: most of them nothing ever runs. So is text, docstrings too, which no operator changes.
    """
    source = file.read_text("utf-8")
    original = ast.parse(source)
    left_out = _annotations(original)
    seen = {ast.dump(original)}
    found = []
    for operator, place, text in _changed(source):
        if any(start <= place < end for start, end in left_out):
            continue
        try:
            meaning = ast.dump(ast.parse(text))
        except SyntaxError:
            continue
        if meaning not in seen:
            seen.add(meaning)
            found.append(Mutant(file, place[0], place[1] + 1, operator, text, _diff(source, text)))
    return sorted(found, key=lambda mutant: (mutant.line, mutant.column, mutant.operator))


def _changed(source: str) -> Iterator[tuple[str, tuple[int, int], str]]:
    """The operator, the place (line from 1 on, column from 0 on) and the new text of every change."""
    tree = get_ast(source)
    unchanged = pickle.dumps(tree)  # a mutation changes the tree that it is given; this is its quickest copy
    for name in plugins.operator_names():
        kind = plugins.get_operator(name)
        if kind.arguments():
            continue  # these have to be told which variables to replace
        operator = kind()
        places = [start for node in ast_nodes(tree) for start, _ in operator.mutation_positions(node)]
        for occurrence, place in enumerate(places):
            visitor = MutationVisitor(occurrence, operator)
            try:
                changed = visitor.walk(pickle.loads(unchanged))  # noqa: S301 - made above
            except AttributeError:
                continue  # cosmic-ray 8.7 cannot replace a dotted name in a tuple of exceptions
            yield name.rpartition("/")[2], place, changed.get_code()


def _annotations(tree: ast.Module) -> list[tuple[tuple[int, int], tuple[int, int]]]:
    """Where annotations begin and end: (line, column)."""
    nodes = [
        found
        for node in ast.walk(tree)
        for found in (getattr(node, "annotation", None), getattr(node, "returns", None))
        if isinstance(found, ast.expr)
    ]
    return [((node.lineno, node.col_offset), (node.end_lineno or 0, node.end_col_offset or 0)) for node in nodes]


def _diff(old: str, new: str) -> tuple[str, ...]:
    lines = list(difflib.unified_diff(old.splitlines(), new.splitlines(), n=0, lineterm=""))
    return tuple(line for line in lines[2:] if not line.startswith("@@") and line[1:].strip())
