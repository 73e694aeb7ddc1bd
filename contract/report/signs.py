"""The signs of a terminal report, and text that every terminal can show."""

from __future__ import annotations

from dataclasses import dataclass

from contract.results import Outcome

STYLES = {
    Outcome.ERROR: "bold magenta",
    Outcome.FAILED: "bold red",
    Outcome.XPASSED: "yellow",
    Outcome.PASSED: "green",
    Outcome.XFAILED: "yellow",
    Outcome.SKIPPED: "dim",
}
"""The style of each outcome; also the order in which a cell names them: worst first."""

MEANINGS = {
    Outcome.ERROR: "could not be judged",
    Outcome.FAILED: "broken",
    Outcome.XPASSED: "holds unexpectedly",
    Outcome.PASSED: "holds",
    Outcome.XFAILED: "broken as expected",
    Outcome.SKIPPED: "skipped",
}

_ASCII = str.maketrans({"…": "...", "→": "->", "–": "-", "—": "-", "·": "-", "’": "'", "“": '"', "”": '"', "×": "x"})


@dataclass(frozen=True)
class Signs:
    """How things are drawn in one encoding."""

    encoding: str
    outcomes: dict[Outcome, str]
    arrow: str
    gives: str
    dot: str

    def safe(self, text: str) -> str:
        """``text`` without what the terminal cannot show or would obey."""
        if not self.encoding.lower().startswith("utf"):
            text = text.translate(_ASCII)
        shown = "".join(letter if letter.isprintable() or letter == "\n" else ascii(letter)[1:-1] for letter in text)
        return shown.encode(self.encoding, "backslashreplace").decode(self.encoding)


def signs_for(encoding: str) -> Signs:
    """Signs that can be written in ``encoding``."""
    if encoding.lower().startswith("utf"):
        drawn = dict(zip(STYLES, "!✗★✓~–", strict=True))
        return Signs(encoding, drawn, arrow="→", gives="⇒", dot="·")
    drawn = dict(zip(STYLES, ["err", "FAIL", "xpass", "ok", "xfail", "-"], strict=True))
    return Signs(encoding, drawn, arrow="->", gives="=>", dot="-")
