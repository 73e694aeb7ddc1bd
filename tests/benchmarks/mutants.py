"""Mutants of acme_connector/source.py, with the contract as their only test: `make mutants`.

cosmic-ray mutates a copy of the tree, two copies side by side. What survives is printed as a diff. Annotations are left
out: under `from __future__ import annotations` they are text, which nothing runs.
"""

import ast
import shutil
import sqlite3
import subprocess
import sys
import tempfile
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

ROOT = Path(__file__).parents[2]
SHARDS = 2
CONFIG = """
[cosmic-ray]
module-path = "acme_connector/source.py"
timeout = 90.0
excluded-modules = []
test-command = "{python} tests/benchmarks/first_broken.py"
[cosmic-ray.distributor]
name = "local"
"""


def cosmic_ray(folder: Path, *words: str) -> None:
    subprocess.run([sys.executable, "-m", "cosmic_ray.cli", *words], cwd=folder, check=True)


def shard(base: Path, number: int) -> Path:
    """A copy of the tree with its share of the mutants, all tried."""
    folder = base / str(number)
    for name in ("acme_connector", "contract", "tests/benchmarks"):
        shutil.copytree(ROOT / name, folder / name)
    (folder / "cr.toml").write_text(CONFIG.format(python=sys.executable), "utf-8")
    cosmic_ray(folder, "init", "cr.toml", "cr.sqlite")
    spans = annotations((folder / "acme_connector/source.py").read_text("utf-8"))
    with sqlite3.connect(folder / "cr.sqlite") as database:
        order = "operator_name, start_pos_row, start_pos_col, occurrence"
        specs = database.execute(f"SELECT job_id, start_pos_row, start_pos_col FROM mutation_specs ORDER BY {order}")
        run = [job for job, *start in specs.fetchall() if not any(a <= tuple(start) < b for a, b in spans)]
        kept = set(run[number::SHARDS])
        for table in ("mutation_specs", "work_items"):
            jobs = [job for (job,) in database.execute(f"SELECT job_id FROM {table}")]
            gone = [(job,) for job in jobs if job not in kept]
            database.executemany(f"DELETE FROM {table} WHERE job_id = ?", gone)
    cosmic_ray(folder, "exec", "cr.toml", "cr.sqlite")
    return folder / "cr.sqlite"


def annotations(source: str) -> list[tuple[tuple[int, int], tuple[int, int]]]:
    """Where annotations begin and end: (row, column), as the parser counts them."""
    nodes = [
        found
        for node in ast.walk(ast.parse(source))
        for found in (getattr(node, "annotation", None), getattr(node, "returns", None))
        if isinstance(found, ast.expr)
    ]
    return [((node.lineno, node.col_offset), (node.end_lineno or 0, node.end_col_offset or 0)) for node in nodes]


def main() -> None:
    with tempfile.TemporaryDirectory() as base:
        with ThreadPoolExecutor(SHARDS) as pool:
            sessions = list(pool.map(lambda number: shard(Path(base), number), range(SHARDS)))
        found = []
        for session in sessions:
            with sqlite3.connect(session) as database:
                found += database.execute("SELECT test_outcome, diff FROM work_results").fetchall()
    survivors = [diff for outcome, diff in found if str(outcome).upper().endswith("SURVIVED")]
    for diff in survivors:
        print("\n".join(line for line in diff.splitlines() if line[:1] in "+-@"), end="\n\n")
    killed = len(found) - len(survivors)
    print(f"{killed} of {len(found)} mutants killed ({100 * killed / len(found):.1f} %)")


if __name__ == "__main__":
    main()
