"""Clauses through bizon's engine: whose fault it is."""

import pytest

from contract.description.document import read
from contract.judge import judge_contract
from contract.results import Outcome
from tests.support import tiny

RETURNS = "def get_total_records_count(self):\n        return None"


def verdict(folder, clause, source):
    document = read(tiny.write(folder, source=source))
    results = judge_contract(document, profile="standard", clauses=[clause], streams=["things"])
    return results[0]


def test_what_bizon_does_wrong_is_no_finding(tmp_path):
    """A total of 0 is right where there is nothing, and bizon divides by it: skipped, with the version of bizon."""
    source = tiny.SOURCE.replace(RETURNS, RETURNS.replace("None", "0"))
    result = verdict(tmp_path, "engine.empty_stream", source)
    assert result.outcome is Outcome.SKIPPED
    assert "bizon 0." in result.message
    assert "division by zero" in result.message


def test_what_the_connector_does_wrong_is_one(tmp_path):
    """An exception where there is nothing fails the run, and a right source does not have it."""
    source = tiny.SOURCE.replace(RETURNS, RETURNS.replace("return None", "raise RuntimeError('nothing to count')"))
    result = verdict(tmp_path, "engine.empty_stream", source)
    assert result.outcome is Outcome.FAILED
    assert "nothing to count" in result.message


@pytest.mark.parametrize("clause", ["engine.delivers", "engine.resumes", "engine.failure_is_failure"])
def test_what_any_sync_shows_is_told_elsewhere(tmp_path, clause):
    """A connector that loses records without an engine is judged by pagination.complete."""
    source = tiny.SOURCE.replace(
        'defect = self.config.defect\n        if defect == "raises"', 'defect = "loses"\n        if defect == "raises"'
    )
    result = verdict(tmp_path, clause, source)
    assert (clause == "engine.failure_is_failure") is (result.outcome is Outcome.PASSED)
    assert clause == "engine.failure_is_failure" or "see pagination.complete" in result.message
