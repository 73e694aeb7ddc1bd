"""Draws docs/report.svg: what `bizon-contract check` says of the README's connector. Run by `make docs`."""

import os
import re
import tempfile
from pathlib import Path

from rich.console import Console

from contract.judge import run
from contract.report.terminal import TerminalReport

HERE = Path(__file__).parent
CLAUSES = ("interface.*", "pagination.*", "records.identity", "records.stable_ids", "records.payload")


def main() -> None:
    """Judge the README's connector in an empty folder, and keep what a terminal shows."""
    readme = (HERE.parent / "README.md").read_text("utf-8")
    source, contract = (re.search(rf"```{name}\n(.*?)```", readme, re.DOTALL)[1] for name in ("python", "yaml"))
    with tempfile.TemporaryDirectory() as folder, Path(os.devnull).open("w") as nowhere:
        os.chdir(folder)
        Path("source.py").write_text(source, "utf-8")
        Path("contract.yml").write_text(contract, "utf-8")
        console = Console(record=True, width=112, file=nowhere, force_terminal=True, color_system="truecolor")
        report = TerminalReport(console)
        *_, verdicts = run(["contract.yml"], clauses=CLAUSES)  # without the progress bar
        report.event(verdicts)
        os.chdir(HERE)
    console.save_svg(str(HERE / "report.svg"), title="bizon-contract check", unique_id="report")


if __name__ == "__main__":
    main()
