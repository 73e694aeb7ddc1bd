"""The kill table: what each clause's defects are caught by, and what the good connectors are accused of.

Run by `make defects`. Exit status 1 when a defect is not caught by its clauses, or by one that is not about it, or a good connector is accused.

    python tests/benchmarks/defects.py [--seeds N] [--profile P]

``--seeds`` is how many seeds each good connector is judged with (default 20), ``--profile`` in which profile.
"""

from __future__ import annotations

import argparse
import sys
from collections import Counter, defaultdict
from collections.abc import Callable, Iterable
from concurrent.futures import ProcessPoolExecutor
from pathlib import Path
from typing import TypeVar

from rich.console import Console
from rich.progress import track
from rich.table import Table

ROOT = Path(__file__).parents[2]
sys.path.insert(0, str(ROOT))

from contract.clauses import CHAPTERS  # noqa: E402 - behind the path
from contract.results import Outcome  # noqa: E402
from tests.support.connectors import broken, judged, loaded  # noqa: E402

W, V = TypeVar("W"), TypeVar("V")
BAD = {Outcome.FAILED, Outcome.ERROR}


def connectors(folder: str) -> list[Path]:
    """The files of connectors below a folder of tests/."""
    found = (ROOT / "tests" / folder).rglob("*.py")
    return sorted(path for path in found if not path.name.startswith(("_", "test_")))


def verdicts(work: tuple[Path, str, int]) -> tuple[Path, int, dict[str, str]]:
    """What one connector breaks: the file, the seed, and the message of each broken clause."""
    file, profile, seed = work
    return file, seed, {each.clause: each.message or "" for each in judged(file, profile, seed) if each.outcome in BAD}


def caught_by(file: Path) -> tuple[Path, set[str]]:
    """The clauses that catch a defect."""
    return file, set(broken(file))


def by_two(judge: Callable[[W], V], work: list[W], what: str, console: Console) -> Iterable[V]:
    """``judge`` of everything in ``work``, by two processes, with progress."""
    with ProcessPoolExecutor(2) as pool:
        yield from track(pool.map(judge, work, chunksize=4), what, len(work), console=console)


def main() -> int:
    """Print both tables; 0 when every defect is caught and nobody is accused."""
    asked = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    asked.add_argument("--seeds", type=int, default=20, help="seeds for each good connector (0: leave them out)")
    asked.add_argument("--profile", default="quick", choices=["quick", "standard", "thorough"])
    options = asked.parse_args()
    console = Console()
    missed = _defects(console)
    accused = _good(console, options.profile, options.seeds)
    for line in [*missed, *accused]:
        console.print(line, style="red", highlight=False)
    return 1 if missed or accused else 0


def _defects(console: Console) -> list[str]:
    known, caught = Counter[str](), Counter[str]()
    missed: list[str] = []
    for file, found in by_two(caught_by, connectors("defects"), "defects", console):
        wanted = loaded(file).BREAKS
        known.update(wanted)
        caught.update(wanted & found)
        missed += [f"{file.relative_to(ROOT)}: {clause} does not catch it" for clause in sorted(wanted - found)]
        missed += [
            f"{file.relative_to(ROOT)}: {clause} cries wolf"
            for clause in sorted(found - wanted - loaded(file).MAY_BREAK)
        ]
    table = Table("clause", "defects", "caught", title="Defects caught by their clause", box=None)
    for clause in (clause.id for chapter in CHAPTERS for clause in chapter.clauses):
        table.add_row(clause, str(known[clause]), str(caught[clause]))
    table.add_row("all", str(known.total()), str(caught.total()), style="bold")
    console.print(table)
    return missed


def _good(console: Console, profile: str, seeds: int) -> list[str]:
    accused: defaultdict[str, list[int]] = defaultdict(list)
    files = connectors("good")
    work = [(file, profile, seed) for seed in range(seeds) for file in files]
    for file, seed, accusing in by_two(verdicts, work, "good connectors", console):
        for clause, message in accusing.items():
            accused[f"{file.relative_to(ROOT)}: {clause}: {message}"].append(seed)
    console.print(
        f"False alarms: {len(accused)} on {len(files)} good connectors, {seeds} seeds each, profile {profile}"
    )
    return [f"{what} (seeds {', '.join(map(str, found))})" for what, found in sorted(accused.items())]


if __name__ == "__main__":
    sys.exit(main())
