"""The connectors that bizon ships, by chapter, and every finding: `python -m tests.shipped.scorecard` (`make shipped`).

The page is printed, and kept in docs/shipped-scorecard.md.
"""

import contextlib
import importlib
import io
import re
from collections import Counter
from collections.abc import Iterator
from concurrent.futures import ProcessPoolExecutor
from functools import cache
from importlib.metadata import version
from pathlib import Path

from contract.clauses import CHAPTERS
from contract.errors import SubjectLoadError
from contract.judge import check
from contract.report.causes import Cause, causes
from contract.results import Outcome, Report
from tests.shipped.findings.places import PLACES, place

HERE = Path(__file__).parent
PAGE = HERE.parents[1] / "docs" / "shipped-scorecard.md"
SEVERAL = "by several lines, which its own script shows"
"""Of a finding that one line does not show."""

LIVE = {"dummy"}
"""Connectors that talk to nothing, and may be asked as they are."""


def names() -> list[str]:
    """The connectors under contract."""
    return sorted(file.name.removesuffix(".contract.yml") for file in HERE.glob("*.contract.yml"))


@cache
def judge(name: str) -> Report:
    """The verdict on one of them, in profile quick."""
    return check(HERE / f"{name}.contract.yml", profile="quick", live=name in LIVE)


@cache
def reproduced(name: str) -> dict[str, str]:
    """What the reproductions in findings/ print, by clause."""
    if name not in PLACES:
        return {}
    module = importlib.import_module(f"tests.shipped.findings.{name}")
    with contextlib.redirect_stdout(io.StringIO()) as printed:
        module.main()
    return {line.partition(":")[0]: line.partition(": ")[2] for line in printed.getvalue().splitlines()}


HEAD = """# What the contract says of them

Made by `make shipped` from `tests/shipped/`, with bizon {version}; not to be edited. What a reading of the same
sources took to be wrong, and how the two compare: [shipped.md](shipped.md).

Verdicts by chapter: passed / failed / skipped, on all streams. Skipped is what the connector or its API has not, what the
evidence cannot judge, and what a connector that does not sync at all leaves unjudged. `…_mended` is the same connector without the
defect that keeps it from syncing (`tests/shipped/mended.py`), so that what is behind that is judged, too.

| | {chapters} |
| --- |{rules}
{rows}

Each finding: what was found in the simulation; what it costs; where in the source it comes from; and what
`python -m tests.shipped.findings.<name>` prints, which reproduces it without the toolkit.
"""


def page() -> str:
    """The scorecard and the findings, in Markdown."""
    chapters = [chapter.name for chapter in CHAPTERS]
    with ProcessPoolExecutor(max_workers=2) as pool:  # each takes a minute at the most, and waits for a part of it
        rows, sections = zip(*pool.map(_both, names()), strict=True)
    head = HEAD.format(
        version=version("bizon"),
        chapters=" | ".join(chapters),
        rules=" ---: |" * len(chapters),
        rows="\n".join(rows),
    )
    return "\n".join([head, *sections])


def _both(name: str) -> tuple[str, str]:
    return row(name), section(name)


def row(name: str) -> str:
    """The line of one connector in the table."""
    counted = Counter((result.chapter, result.outcome) for result in judge(name).results)
    outcomes = (Outcome.PASSED, Outcome.FAILED, Outcome.SKIPPED)
    cells = (" / ".join(str(counted[chapter.name, outcome]) for outcome in outcomes) for chapter in CHAPTERS)
    return f"| {name} | {' | '.join(cells)} |"


def section(name: str) -> str:
    """The findings on one connector."""
    return "\n".join([f"## {name}", *_findings(name, judge(name))]) + "\n"


def _findings(name: str, report: Report) -> Iterator[str]:
    shown = reproduced(name)
    told: dict[str, list[Cause]] = {}
    for cause in causes(report, Outcome.FAILED):
        told.setdefault(cause.first.clause, []).append(cause)
    for clause, alike in told.items():
        first = alike[0].first
        yield ""
        yield f"### {name}: {clause} ({first.severity})"
        yield ""
        for cause in alike:
            yield f"- found: {_code(_MADE_UP.sub('…', cause.first.message or ''))}"
        yield f"- costs: {first.cost}"
        yield f"- where: {_code(place(name, clause)) if clause in PLACES.get(name, ()) else SEVERAL}"
        yield f"- reproduced: {_code(shown[clause]) if clause in shown else SEVERAL}"


_MADE_UP = re.compile(r"\b[0-9a-f]{32}\b")
"""Ids that are other ones in each run."""


def _code(text: str) -> str:
    """``text`` as it is, whatever signs it holds."""
    return f"`` {' '.join(text.split())} ``"


def main() -> None:
    """Judge them all, print the page and keep it."""
    try:
        text = page()
    except SubjectLoadError as error:
        raise SystemExit(f"a library that the group dev has is not installed: {error}") from None
    print(text)
    PAGE.write_text(text, "utf-8")


if __name__ == "__main__":
    main()
