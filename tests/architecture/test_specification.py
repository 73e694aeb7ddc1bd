"""The specification in docs/ and the clauses in code are the same."""

import re
from pathlib import Path

from contract.clauses import CHAPTERS

ROW = re.compile(r"^\| (\w+\.\w+) \| (must|should) \| (.+) \|$", re.MULTILINE)
SPECIFICATION = Path(__file__).parents[2] / "docs" / "specification.md"


def specified() -> dict[str, tuple[str, str]]:
    return {name: (severity, promise) for name, severity, promise in ROW.findall(SPECIFICATION.read_text("utf-8"))}


def in_code() -> dict[str, tuple[str, str]]:
    return {clause.id: (str(clause.severity), clause.sentence) for chapter in CHAPTERS for clause in chapter.clauses}


def test_ids_and_their_order():
    """Every specified clause is in code and the other way round, in the same order."""
    assert list(in_code()) == list(specified())


def test_severities_and_sentences():
    """Severity and sentence of every clause are those of the specification, word for word."""
    assert in_code() == specified()
