"""What is reported of connectors that bizon ships is true; reproduce.py shows each finding without the toolkit."""

from pathlib import Path

import pytest

from contract.judge import check
from contract.results import Outcome

HERE = Path(__file__).parent
GBIF = {
    "interface.bounds",
    "pagination.short_pages",
    "pagination.total",
    "records.charset",
    "records.hostile_json",
    "records.missing_id",
    "retry.transient_status",
    "retry.network_faults",
    "retry.retry_after_malformed",
    "retry.timeouts",
    "auth.unsupported_type",
    "connection.reports",
    "integrity.missing_records_key",
    "integrity.error_envelope",
    "integrity.contradiction",
}
POKEAPI = {
    "interface.dispatch",
    "retry.transient_status",
    "retry.network_faults",
    "retry.timeouts",
    "auth.unsupported_type",
    "connection.accepts",
    "connection.reports",
}


def broken(file, **options):
    report = check(HERE / file, profile="quick", **options)
    assert not [result for result in report.results if result.outcome is Outcome.ERROR]
    return [result for result in report.results if result.outcome is Outcome.FAILED]


def test_gbif():
    """GBIF breaks the clauses that were reproduced by hand, and no others."""
    assert {result.clause for result in broken("gbif.contract.yml")} == GBIF


def test_pokeapi():
    """PokeAPI breaks the clauses that were reproduced by hand, and no others: the others cannot be judged."""
    assert {result.clause for result in broken("pokeapi.contract.yml")} == POKEAPI


@pytest.mark.parametrize("stream", ["pokemon", "berry", "item"])
def test_pokeapi_asks_the_path_of_no_stream(stream):
    """On Python 3.11 and newer each of PokeAPI's streams asks a path with the name of an Enum member."""
    [found] = broken("pokeapi.contract.yml", clauses=["interface.dispatch"], streams=[stream])
    assert f"/api/v2/PokeAPIStreams.{stream.upper()}" in found.message
    assert found.story[0].request == f"GET /api/v2/PokeAPIStreams.{stream.upper()}"


def test_the_dummy_is_judged_as_it_is():
    """The dummy talks to nothing: live evidence judges what it can, the rest says what it needs."""
    report = check(HERE / "dummy.contract.yml", live=True)
    passed = {result.clause for result in report.results if result.outcome is Outcome.PASSED}
    assert {"interface.dispatch", "pagination.terminates", "pagination.resume", "records.identity"} <= passed
    skipped = next(result for result in report.results if result.clause == "retry.timeouts")
    assert skipped.outcome is Outcome.SKIPPED
    assert "api:" in skipped.message


def test_a_connector_is_never_asked_live_unless_it_is_said():
    """Without `--live` nothing that needs live evidence is judged."""
    report = check(HERE / "dummy.contract.yml")
    assert {result.evidence for result in report.results} <= {None, "class"}
