"""Mutants of a file, by default acme_connector/source.py, with the Acme contract as their only test: `make mutants`.

cosmic-ray mutates copies of the tree, two side by side. What survives is printed with its place and as a diff, and so
are the mutants that no test judged; fewer than 90 % killed exit with 1. Annotations are left out: under
`from __future__ import annotations` they are text, which nothing runs.
"""

import ast
import os
import shutil
import sqlite3
import subprocess
import sys
import tempfile
import time
from collections import Counter
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

ROOT = Path(__file__).parents[2]
SHARDS = 2
WANTED = 90
"""Percent of the mutants that have to be killed."""

# The timeout is for what sleeps in earnest; what computes for ever is ended by its test.
CONFIG = """
[cosmic-ray]
module-path = "{file}"
timeout = 900.0
excluded-modules = []
test-command = "{python} tests/benchmarks/first_broken.py"
[cosmic-ray.distributor]
name = "local"
"""


def cosmic_ray(folder: Path, *words: str) -> None:
    subprocess.run([sys.executable, "-m", "cosmic_ray.cli", *words], cwd=folder, check=True)


def copied(folder: Path, file: str) -> None:
    for name in ("acme_connector", "contract", "tests/benchmarks"):
        shutil.copytree(ROOT / name, folder / name)
    (folder / "cr.toml").write_text(CONFIG.format(file=file, python=sys.executable), "utf-8")


def prepared(folder: Path, number: int, file: str) -> int:
    """Choose the share of the mutants that this copy of the tree tries. How many there are in annotations."""
    cosmic_ray(folder, "init", "cr.toml", "cr.sqlite")
    spans = annotations((folder / file).read_text("utf-8"))
    with sqlite3.connect(folder / "cr.sqlite") as database:
        order = "operator_name, start_pos_row, start_pos_col, occurrence"
        specs = database.execute(f"SELECT job_id, start_pos_row, start_pos_col FROM mutation_specs ORDER BY {order}")
        found = specs.fetchall()
        run = [job for job, *start in found if not any(a <= tuple(start) < b for a, b in spans)]
        kept = set(run[number::SHARDS])
        for table in ("mutation_specs", "work_items"):
            jobs = [job for (job,) in database.execute(f"SELECT job_id FROM {table}")]
            gone = [(job,) for job in jobs if job not in kept]
            database.executemany(f"DELETE FROM {table} WHERE job_id = ?", gone)
    return len(found) - len(run)


def annotations(source: str) -> list[tuple[tuple[int, int], tuple[int, int]]]:
    """Where annotations begin and end: (row, column), as the parser counts them."""
    nodes = [
        found
        for node in ast.walk(ast.parse(source))
        for found in (getattr(node, "annotation", None), getattr(node, "returns", None))
        if isinstance(found, ast.expr)
    ]
    return [((node.lineno, node.col_offset), (node.end_lineno or 0, node.end_col_offset or 0)) for node in nodes]


def results(folder: Path) -> list[tuple[int, int, str, str, str, str]]:
    """Line, column, operator, outcome, what the test said, and the diff of each mutant."""
    with sqlite3.connect(folder / "cr.sqlite") as database:
        return database.execute(
            "SELECT start_pos_row, start_pos_col, operator_name, lower(coalesce(test_outcome, 'none')), "
            "coalesce(output, ''), coalesce(diff, '') FROM mutation_specs LEFT JOIN work_results USING (job_id)"
        ).fetchall()


def main() -> int:
    file = sys.argv[1] if len(sys.argv) > 1 else "acme_connector/source.py"
    os.nice(10)
    started = time.monotonic()
    with tempfile.TemporaryDirectory() as base, ThreadPoolExecutor(SHARDS) as pool:
        folders = [Path(base) / str(number) for number in range(SHARDS)]
        for folder in folders:
            copied(folder, file)
        # The contract has to hold for what is not mutated, or everything would be killed.
        subprocess.run([sys.executable, "tests/benchmarks/first_broken.py"], cwd=folders[0], check=True)
        left_out, *_ = [prepared(folder, number, file) for number, folder in enumerate(folders)]
        list(pool.map(lambda folder: cosmic_ray(folder, "exec", "cr.toml", "cr.sqlite"), folders))
        found = sorted(row for folder in folders for row in results(folder))
    for line, column, operator, outcome, _, diff in found:
        if outcome != "killed":
            changes = [text for text in diff.splitlines() if text[:1] in "+-" and text[:3] not in ("+++", "---")]
            print(f"{outcome}: {file}:{line}:{column + 1} {operator}", *changes, "", sep="\n")
    by = Counter(said.partition(" ")[0] for *_, outcome, said, _ in found if outcome == "killed")
    killed = by.total()
    print(", ".join(f"{name or 'a crash'} {count}" for name, count in by.most_common()))
    share = 100 * killed / len(found)
    print(f"{killed} of {len(found)} mutants of {file} killed ({share:.1f} %) in {time.monotonic() - started:.0f} s")
    print(f"left out: {left_out} in annotations")
    return 0 if share >= WANTED else 1


if __name__ == "__main__":
    sys.exit(main())
