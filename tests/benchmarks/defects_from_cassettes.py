"""What recordings alone catch: the defects in the three paging styles of Acme, judged without an `api:` part.

Run by `make recorded`. For every connector of tests/defects/ that has a stream with paging by `cursor`, `offset` or
`next_url`, one sync of each stream is recorded, three pages long as in cassettes/acme, from the API that its contract
describes: check, count and pages, by vcrpy. Then the class is judged with its config and these recordings; the
description is not there. A defect is caught when one of the clauses that it has to break (`BREAKS`) fails, by the
recording or by the class. A clause that the profile leaves out is judged in the smallest one that does not.

Who records decides what the recording holds, so both are measured (``--by``):

- ``good``: the good connector that the defect is a variant of. That is a recording such as cassettes/acme, and a defect
  that comes afterwards: a change, or another connector of the same API. Where it does not sync with this config, the defect itself records.
- ``defect``: the connector as it is, as an author records it who has the defect from the first day. What a defect
  never asks is not in its recording. Where it raises, the recording holds what came before.

    python tests/benchmarks/defects_from_cassettes.py [--by good|defect] [--profile P]
"""

from __future__ import annotations

import argparse
import sys
import tempfile
from collections.abc import Iterable
from dataclasses import dataclass
from functools import partial
from pathlib import Path
from types import ModuleType
from typing import Any

from rich.console import Console
from rich.table import Table

ROOT = Path(__file__).parents[2]
sys.path.insert(0, str(ROOT))

from contract.docket import Docket, Settings  # noqa: E402 - behind the path
from contract.judge import judge_contract  # noqa: E402
from contract.results import Outcome, Result  # noqa: E402
from tests.benchmarks.defects import by_two, connectors  # noqa: E402
from tests.support.connectors import document_of, judged_elsewhere, loaded  # noqa: E402
from tests.support.recorded import record  # noqa: E402

STYLES = {"cursor", "offset", "next_url"}
"""Of the streams of Acme."""


@dataclass(frozen=True)
class Verdict:
    """What comes of a defect that is judged by recordings."""

    file: Path
    caught: tuple[str, ...]
    """The clauses that it has to break, and breaks."""
    others: tuple[str, ...]
    """Other clauses that it breaks."""
    why: dict[str, str]
    """Of the clauses that it has to break and does not: what their results say."""
    unrecorded: str | None = None
    """Why nothing could be recorded."""


def seen_in_the_styles(file: Path) -> bool:
    """Whether one of the streams of a defect is paged as one of Acme's."""
    streams = loaded(file).CONTRACT.get("api", {}).get("streams", {})
    return any(stream.get("paging", {}).get("style") in STYLES for stream in streams.values())


def needs_runs(file: Path) -> bool:
    """Whether a defect shows in incremental runs alone, of which the recording of a full sync holds none."""
    return all(clause.startswith(("incremental.", "stateful.")) for clause in loaded(file).BREAKS)


def good_of(module: ModuleType) -> Path:
    """The file of the good connector that a defect is a variant of."""
    names = (base.__module__ for base in module.Source.__mro__)
    name = next(name for name in names if name.startswith("tests.good.") and not name.endswith("._shared"))
    return Path(str(sys.modules[name].__file__))


def from_recordings(file: Path, by: str = "good", profile: str = "standard") -> Verdict:
    """What a defect breaks, judged by recordings that are made ``by`` the good connector or by itself."""
    module = loaded(file)
    with tempfile.TemporaryDirectory() as name:
        folder = Path(name)
        unrecorded = _record(file if by == "defect" else good_of(module), module.CONTRACT, folder)
        if unrecorded and by == "good":
            unrecorded = _record(file, module.CONTRACT, folder)
        own = {key: value for key, value in module.CONTRACT.items() if key != "api"}
        document = document_of(file, own | {"cassettes": str(folder)})
        results = judge_contract(document, profile=profile) + judged_elsewhere(document, module.BREAKS, profile)
    failed = {each.clause for each in results if each.outcome in (Outcome.FAILED, Outcome.ERROR)}
    missed = sorted(module.BREAKS - failed)
    return Verdict(
        file,
        tuple(sorted(module.BREAKS & failed)),
        tuple(sorted(failed - module.BREAKS)),
        {clause: _why([each for each in results if each.clause == clause]) for clause in missed},
        unrecorded,
    )


def _record(source: Path, contract: dict[str, Any], folder: Path) -> str | None:
    docket = Docket(document_of(source, contract), Settings("quick", keep=False))
    try:
        record(docket, folder)
    except Exception as error:  # the defect's own: what came before it is kept, as when a recording is interrupted
        return f"{type(error).__name__}: {error}"
    return None


def _why(results: Iterable[Result]) -> str:
    """What the results of one clause say: why it was skipped, or that it passed."""
    told = {(each.message or "") if each.outcome is Outcome.SKIPPED else "passed" for each in results}
    return " | ".join(sorted(told)) or "not planned"


def main() -> int:
    """Print the table; 0 when at least 75 % are caught."""
    asked = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    asked.add_argument("--by", default="good", choices=["good", "defect"], help="who recorded (default: good)")
    asked.add_argument("--profile", default="standard", choices=["quick", "standard", "thorough"])
    options = asked.parse_args()
    console = Console()
    files = [file for file in connectors("defects") if seen_in_the_styles(file)]
    judge = partial(from_recordings, by=options.by, profile=options.profile)
    verdicts = list(by_two(judge, files, "defects", console))
    table = Table("defect", "clause", "from recordings", title="Defects judged by recordings alone", box=None)
    for each in verdicts:
        name = str(each.file.relative_to(ROOT / "tests" / "defects").with_suffix(""))
        if each.unrecorded:
            table.add_row(name, "", f"recorded in part: {each.unrecorded}")
        for clause in each.caught:
            table.add_row(name, clause, "caught", style="green")
        for clause, why in each.why.items():
            told = f" (told by {', '.join(each.others)})" if each.others else ""
            table.add_row(name, clause, f"{why}{told}", style="yellow" if each.caught else "red")
    console.print(table)
    caught = [each for each in verdicts if each.caught]
    full = [each for each in verdicts if not needs_runs(each.file)]
    otherwise = [each for each in verdicts if not each.caught and each.others]
    share = len(caught) / len(verdicts)
    console.print(
        f"{len(caught)} of {len(verdicts)} defects are caught ({share:.1%}), recorded by the {options.by}; "
        f"{len(otherwise)} others are told by another clause alone"
    )
    seen = sum(bool(each.caught) for each in full)
    console.print(
        f"Without those of incremental runs, which no full sync shows: {seen} of {len(full)} ({seen / len(full):.1%})"
    )
    return 0 if share >= 0.75 else 1


if __name__ == "__main__":
    sys.exit(main())
