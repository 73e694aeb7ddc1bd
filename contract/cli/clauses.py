"""``bizon-contract clauses``: the catalogue, and clauses explained."""

from __future__ import annotations

import difflib
from collections.abc import Iterator, Sequence
from fnmatch import fnmatchcase
from typing import TYPE_CHECKING

import click

from contract.errors import UnknownNameError

if TYPE_CHECKING:
    from rich.console import Console

    from contract.clauses import Chapter, Clause


@click.command(short_help="List the clauses, or explain one.")
@click.argument("name", required=False, metavar="[ID|GLOB]")
@click.option("--markdown", is_flag=True, help="As a page of the reference.")
def clauses(name: str | None, markdown: bool) -> None:
    """List the clauses of the contract; with an ID, say what it promises, what breaking it costs and how it is put right.

    \b
    Examples:
      bizon-contract clauses
      bizon-contract clauses pagination.resume
      bizon-contract clauses 'retry.*'
    """
    from rich.console import Console

    from contract.clauses import CHAPTERS

    chapters = _chosen(CHAPTERS, name)
    if markdown:
        click.echo("\n".join(_page(chapters)))
        return
    console = Console(highlight=False, markup=False)
    for chapter, chosen in chapters:
        console.print(f"{chapter.name}: {chapter.sentence}", style="bold")
        for clause in chosen:
            _show(console, clause, whole=name is not None)
        console.print()


def _chosen(chapters: Sequence[Chapter], name: str | None) -> list[tuple[Chapter, list[Clause]]]:
    known = [clause.id for chapter in chapters for clause in chapter.clauses]
    pattern = (name or "*").replace("[", "[[]")
    found = [(chapter, [each for each in chapter.clauses if fnmatchcase(each.id, pattern)]) for chapter in chapters]
    found = [(chapter, matching) for chapter, matching in found if matching]
    if not found:
        near = difflib.get_close_matches(str(name), [*known, *(chapter.name for chapter in chapters)], n=1)
        hint = f"did you mean {near[0]}" + ("" if near[0] in known else ".*") + "?" if near else "try it without a name"
        raise UnknownNameError(f"no clause matches {name!r}; {hint}")
    return found


def _show(console: Console, clause: Clause, *, whole: bool) -> None:
    from rich.padding import Padding
    from rich.text import Text

    style = "red" if clause.severity == "must" else "yellow"
    evidence = ", ".join(clause.evidence)
    console.print(Text.assemble(f"  {clause.id}  ", (str(clause.severity), style), (f"  {evidence}", "dim")))
    console.print(Padding(Text(clause.sentence), (0, 0, 0, 4), expand=False))
    if whole:
        for label, text in (("Cost", clause.cost), ("Fix", clause.fix)):
            console.print(Padding(Text.assemble((f"{label}: ", "bold"), text), (0, 0, 0, 4), expand=False))


def _page(chapters: Sequence[tuple[Chapter, Sequence[Clause]]]) -> Iterator[str]:
    yield "# Clauses"
    yield ""
    yield "<!-- Made by `bizon-contract clauses --markdown`. -->"
    yield ""
    yield "What each clause promises, what breaking it costs, and how it is usually put right."
    yield "`must`: breaking it loses data, hangs, crashes, leaks or misreports. *Evidence* is what it is judged from."
    for chapter, chosen in chapters:
        yield from ("", f"## {chapter.name}", "", chapter.sentence)
        for clause in chosen:
            evidence = ", ".join(clause.evidence)
            yield from ("", f"### {clause.id}", "", f"**{clause.severity}**; evidence: {evidence}", "")
            yield from (_plain(clause.sentence), "", f"- Cost: {_plain(clause.cost)}", f"- Fix: {_plain(clause.fix)}")


def _plain(text: str) -> str:
    """``text`` as Markdown shows it: emphasis and HTML by accident are escaped, code between backticks is not."""
    parts = text.split("`")
    for number in range(0, len(parts), 2):
        for sign in "*_<":
            parts[number] = parts[number].replace(sign, f"\\{sign}")
    return "`".join(parts)
