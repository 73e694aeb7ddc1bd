"""Correct connectors, in every paging style and in different manners, keep every clause."""

from pathlib import Path
from typing import get_args

import pytest

from contract.description.paging import Paging
from contract.results import Outcome
from tests.support.connectors import judged, loaded

HERE = Path(__file__).parent
FILES = sorted(path for path in HERE.glob("*.py") if not path.name.startswith(("_", "test_")))
STYLES = {get_args(member.model_fields["style"].annotation)[0] for member in get_args(get_args(Paging)[0])}


@pytest.mark.parametrize("file", FILES, ids=lambda file: file.stem)
def test_a_good_connector_keeps_every_clause(file):
    """Nothing fails, the `should` clauses neither, and nothing is an error of ours."""
    bad = {Outcome.FAILED, Outcome.ERROR}
    assert {result.name: result.message for result in judged(file) if result.outcome in bad} == {}


def test_every_paging_style_has_two_good_connectors():
    """At least two connectors page in each style."""
    used = [
        {stream["paging"]["style"] for stream in loaded(file).CONTRACT["api"]["streams"].values()} for file in FILES
    ]
    assert {style for style in STYLES if sum(style in styles for styles in used) >= 2} == STYLES
