"""Acme's pipeline killed at every request, in every write and between it and its checkpoint: what is lost, comes twice, is torn.

Run by `make crash`. Exit status 1 when a record is lost that a source which does everything right does not lose there.

    python tests/benchmarks/crash.py [--pages N] [--stream S|all] [--backend sqlite|postgres] [--mode M]

``--pages`` is how many pages the stream has (default 30); by default both backends and all modes of customers are tried.
"""

from __future__ import annotations

import argparse
import sys
from collections.abc import Iterator
from contextlib import nullcontext
from itertools import count
from pathlib import Path

ROOT = Path(__file__).parents[2]
sys.path.insert(0, str(ROOT))

from contract.errors import UsageError  # noqa: E402
from contract.subject.backends import postgres  # noqa: E402
from contract.subject.pipeline import BIZON  # noqa: E402 - behind the path
from tests.engine._crash import MODES, PAGE_SIZE, POSTGRES, STREAMS, Came, Crashes  # noqa: E402
from tests.engine._process import PLACES, Kill  # noqa: E402


def killed(crashes: Crashes, mode: str, point: str) -> Iterator[tuple[Kill, Came]]:
    """Every kill at ``point``, until there is none."""
    for number in count(1):
        kill = Kill(point, number)
        came = crashes.crash(mode, kill)
        if not came.killed:
            return
        yield kill, came


def bizon_loses(crashes: Crashes, mode: str, kill: Kill) -> Came:
    """What becomes of a pipeline around a right source that is killed at the same place."""
    if kill.point == "request":
        kill = Kill("call", max(1, kill.number - crashes.stream.before_pages))
    return crashes.crash(mode, kill, right=True)


def tried(crashes: Crashes, backend: str, mode: str) -> int:
    """Try every kill; how many records are lost by the connector's doing."""
    by_connector = 0
    for place in PLACES:
        found = list(killed(crashes, mode, place))
        cames = [came for _, came in found]
        lost, twice = sum(came.lost for came in cames), sum(came.duplicated for came in cames)
        torn, stuck = sum(came.torn for came in cames), sum(bool(came.stuck) for came in cames)
        where = f"{crashes.name:9} {backend:8} {mode:22} {place:10}"
        print(f"{where} {len(found):5} {lost:5} {twice:5} {torn:5} {stuck:5}")
        for kill, came in found:
            if came.lost or came.stuck:
                right = bizon_loses(crashes, mode, kill)
                mine = max(0, came.lost - right.lost)
                by_connector += mine
                fault = BIZON if not mine and bool(right.stuck) == bool(came.stuck) else "the connector"
                said = f"; {came.stuck.partition(' - ')[2][:110]}…" if came.stuck else ""
                print(f"{'':9} at {kill}: {came.lost} lost, a right source loses {right.lost}: by {fault}{said}")
        sys.stdout.flush()
    return by_connector


def main() -> int:
    """Print a line for each backend, mode and kind of place."""
    asked = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    asked.add_argument("--pages", type=int, default=30)
    asked.add_argument("--stream", choices=[*STREAMS, "all"], default="customers")
    asked.add_argument("--backend", choices=["sqlite", "postgres"])
    asked.add_argument("--mode", choices=MODES)
    given = asked.parse_args()
    by_connector = 0
    print(
        f"{BIZON}, {given.pages} pages of {PAGE_SIZE} records; summed over the kills: records lost and twice, lines torn"
    )
    print(f"{'stream':9} {'backend':8} {'mode':22} {'killed at':10} kills  lost twice  torn stuck")
    for stream in STREAMS if given.stream == "all" else [given.stream]:
        modes = [mode for mode in STREAMS[stream].modes if given.mode in (None, mode)]
        for name in [given.backend] if given.backend else ["sqlite", "postgres"]:
            try:
                with (
                    postgres(POSTGRES) if name == "postgres" else nullcontext() as backend,
                    Crashes(given.pages, backend, stream) as crashes,
                ):
                    by_connector += sum(tried(crashes, name, mode) for mode in modes)
            except UsageError as error:
                print(f"postgres  {error}")
    print(f"lost by the connector: {by_connector}")
    return int(by_connector > 0)


if __name__ == "__main__":
    sys.exit(main())
