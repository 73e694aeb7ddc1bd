"""What differs between two revisions of a connector, in a terminal."""

from __future__ import annotations

from collections.abc import Sequence
from typing import TYPE_CHECKING

from rich.console import Console
from rich.text import Text

from contract.report.signs import signs_for

if TYPE_CHECKING:
    from contract.against import Difference, Observation

ASPECTS = ("ids", "data", "checkpoints", "requests")
"""What is compared of each sync, in the order told."""


def print_comparison(
    console: Console, title: str, today: Sequence[Observation], differences: Sequence[Difference]
) -> None:
    """Each stream, aspect by aspect: the same in all syncs, or what is not."""
    signs = signs_for(console.encoding)
    console.print(Text(signs.safe(title), "bold"))
    for stream in dict.fromkeys(each.stream for each in today):
        syncs = [each for each in today if each.stream == stream]
        pages = sum(each.pages for each in syncs)
        console.print(Text(f"  {signs.safe(stream)}: {len(syncs)} syncs, {pages} pages"))
        for aspect in ASPECTS:
            told = [each for each in differences if (each.stream, each.aspect) == (stream, aspect)]
            if not told:
                console.print(Text(f"    {aspect:12}the same", "dim"))
            for each in told:
                line = f"    {aspect:12}{each.said}  ({each.case})"
                console.print(Text(signs.safe(line), "yellow"), soft_wrap=True)
