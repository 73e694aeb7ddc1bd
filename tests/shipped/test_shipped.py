"""What is reported of connectors that bizon ships is true: what findings/ prints shows each finding without the toolkit."""

import re
import subprocess
import sys
from pathlib import Path

import pytest

from contract.errors import SubjectLoadError
from contract.judge import check
from contract.results import Outcome
from tests.shipped import scorecard
from tests.shipped.findings.places import PLACES, place

HERE = Path(__file__).parent
ROOT = HERE.parents[1]

PERISCOPE = {
    "interface.config_class",
    "interface.secret_fields",
    "pagination.complete",
    "pagination.empty_collection",
    "pagination.stateless",
    "pagination.one_page_per_get",
    "records.charset",
    "records.hostile_json",
    "records.missing_id",
    "retry.transient_status",
    "retry.network_faults",
    "retry.retry_after_malformed",
    "retry.gives_up",
    "retry.client_errors",
    "retry.faults_together",
    "retry.timeouts",
    "auth.rejected",
    "connection.reports",
    "integrity.not_json",
    "integrity.wrong_shape",
    "security.redirects",
    "security.downgrade",
}
NOTION = {
    "interface.secret_fields",
    "pagination.stuck_cursor",
    "pagination.json_safe",
    "pagination.one_page_per_get",
    "pagination.expired_cursor",
    "records.charset",
    "records.hostile_json",
    "records.missing_id",
    "retry.network_faults",
    "retry.gives_up",
    "retry.client_errors",
    "retry.retry_after_malformed",
    "retry.timeouts",
    "retry.faults_together",
    "auth.unsupported_type",
    "auth.missing",
    "auth.wrong_params",
    "auth.rejected",
    "connection.reports",
    "connection.least_privilege",
    "integrity.missing_records_key",
    "integrity.error_envelope",
    "integrity.not_json",
    "integrity.wrong_shape",
    "integrity.contradiction",
    "incremental.tiles",
    "incremental.paging",
    "incremental.ties",
    "incremental.resolution",
}
NOTHING = r"\| \[\] \| asked"
FINDINGS = {
    "notion": {
        "printing the config shows the token": "token='made-up-token'",
        "no timeout": "None",
        "without authentication: an AttributeError": "raised AttributeError",
        "basic credentials are not sent": "None .* asked 1",
        "params of another type": "raised AttributeError: 'BasicHttpAuthParams'",
        "the check says yes to HTML": r"\(True, None\)",
        "no right to list users: the check says no": r"\(False, '403 Client Error",
        "a body cut short is not asked again": "raised ChunkedEncodingError.* asked 1",
        "a malformed Retry-After ends the sync": "raised InvalidHeader",
        "a wrong charset turns names into mojibake": "ZoÃ«",
        "NaN becomes null": '"x":null',
        "a record without an id is told by its key alone": "raised KeyError: 'id'",
        "200 without results: a success": NOTHING,
        "200 with an error: a success": NOTHING,
        "more without a cursor: the first page, for ever": "'1', '1', 'and so on'",
        "a cursor that repeats is followed for ever": "'1', '1', 'and so on'",
        "databases, 500 for ever: a success": NOTHING,
        "databases, 401: a success": f"{NOTHING} 1",
        "databases, 403: a success": f"{NOTHING} 1",
        "databases, 404: a success": f"{NOTHING} 1",
        "databases, a malformed Retry-After: a success": f"{NOTHING} 1",
        "databases, HTML: a success": NOTHING,
        "databases, null: a success": NOTHING,
        "databases, one without an id: a success": NOTHING,
        "data sources, 500 for ever: a success": NOTHING,
        "pages, a cursor that has expired: the rest is left out": r"\['1', '3'\]",
        "pages, 500 for ever: a success": NOTHING,
        "pages, null: a success": NOTHING,
        "pages, more without a cursor: the rest is left out": r"\['1', '3'\]",
        "pages, one get() reads two pages": r"\| 2 \|",
        "blocks, 500 for ever: a success": NOTHING,
        "blocks, the children of one refused: a success": r"\['1'\]",
        "blocks, a cursor that repeats: no get() returns": "asked 3[01]",
        "blocks, more without a cursor: twice": r"\['1', '1'\]",
        "increments, edited in the minute of the last run: lost": r"\['12:01:10'\]",
        "increments of pages: those of all databases": r"\['of another database'\]",
        "increments of all_blocks_markdown: none": f"{NOTHING} 0",
        "increments, a database whose data sources are on two pages: twice": r"\['d', 'd'\]",
        "increments, a database that is refused: a success": f"{NOTHING} 2",
        "blocks, the checkpoint of 500 pages is beyond 64 KiB": r"\| (6[6-9]|[789])\d{3,4} \|",
    },
    "periscope": {
        "the check asks nothing": r"\(True, None\) \| asked 0",
        "printing the config shows its cookies": "cf_bm='made-up-bm', periscope_session='made-up-session'",
        "an unknown stream: the known ones are not told": "NotImplementedError: Stream nope not implemented",
        "no timeout": "None",
        "one 500 is not asked again": "raised HTTPError: 500.* asked 1",
        "a body cut short is not asked again": "raised ChunkedEncodingError.* asked 1",
        "a malformed Retry-After ends the sync": "raised InvalidHeader",
        "a wrong charset turns names into mojibake": "ZoÃ«",
        "NaN becomes null": '"x":null',
        "a record without an id is told by its key alone": "raised KeyError: 'id'",
        "a redirect to another host gets the form token": "made-up-csrf",
        "a redirect to plain http gets the form token": "made-up-csrf",
        "no dashboards: a tuple": r"\({}, \[\]\)",
        "a 500 at the first window: all charts are lost": r"\| \[\] \| asked 2",
        "a 500 that stays at the first window: a success": r"\| \[\] \| asked 2",
        "a 401 at the first window: a success": r"\| \[\] \| asked 2",
        "a Retry-After that is malformed: all charts are lost": r"\| \[\] \| asked 2",
        "HTML at the first window: a success": r"\| \[\] \| asked 2",
        "windows of another shape: a success": r"\| \[\] \| asked 3",
        "one get() asks for all windows": "'/welcome/remaining_widgets', '/welcome/remaining_widgets'",
        "a 500 that stays at the second window: 999 times, and a success": r"\| \['5'\] \| asked 1001",
        "the pagination that is passed in is changed": r"\(25, 15\)",
        "a second window that is no JSON is skipped": "'0', '50', '100', '150'",
    },
    "kafka_broker": {
        "what came from another partition than the last message's comes again": "4 messages, then 2 of them again",
        "what is behind a batch of tombstones never comes": r"\[\[\]\]",
        "a key that is no UTF-8 ends the sync, also where invalid keys are to be skipped": "raised UnicodeDecodeError",
        "a header without a value ends the sync": "raised AttributeError",
        "a commit that fails is a success": "None",
        "the total counts what the topic no longer holds": "10",
        "the bytes of every message are kept for ever": "100",
    },
}

BY_LINES = {"notion": NOTION, "periscope": PERISCOPE}
"""What is broken where a finding takes several lines to show: those of FINDINGS."""


def broken(file, **options):
    report = check(HERE / file, profile="quick", **options)
    assert not [result for result in report.results if result.outcome is Outcome.ERROR]
    return [result for result in report.results if result.outcome is Outcome.FAILED]


def need_libraries(name):
    if name.startswith("kafka"):
        pytest.importorskip("confluent_kafka", reason="needs `pip install bizon[kafka]`, as in the group dev")


@pytest.mark.parametrize("name", scorecard.names())
def test_what_is_found_is_reproduced_and_on_the_page(name):
    """These clauses and no others, none an error; each reproduced; and the page is as generated, but for what the findings
    say, in which libraries have a word. One test, because a connector is judged once in a process, and xdist runs two."""

    def told(text):
        return "\n".join(line for line in text.splitlines() if not line.startswith("- found:"))

    need_libraries(name)
    results = scorecard.judge(name).results
    assert not [result.name for result in results if result.outcome is Outcome.ERROR]
    found = {result.clause for result in results if result.outcome is Outcome.FAILED}
    if name in BY_LINES:
        assert found == BY_LINES[name]
    else:
        assert found == set(PLACES[name]) == set(scorecard.reproduced(name))
        assert {place(name, clause).partition("/")[0] for clause in found} <= {"bizon"}
    page = scorecard.PAGE.read_text("utf-8")
    assert scorecard.row(name) in page.splitlines()
    assert told(scorecard.section(name)) in told(page)


@pytest.mark.parametrize("name", FINDINGS)
def test_findings_are_true_without_the_toolkit(name):
    """Each is one line that bizon itself makes true."""
    need_libraries(name)
    words = [sys.executable, "-m", f"tests.shipped.findings.{name}"]
    done = subprocess.run(words, cwd=ROOT, capture_output=True, text=True, check=True, encoding="utf-8")
    said = dict(line.split(" | ", 1) for line in done.stdout.splitlines())
    assert said.keys() == FINDINGS[name].keys()
    for title, wanted in FINDINGS[name].items():
        assert re.search(wanted, f"| {said[title]}"), (title, said[title])


def test_a_library_that_is_not_there_is_told(monkeypatch):
    """Kafka's source cannot be imported without avro: what to install is said, and nothing is judged."""
    for name in [name for name in sys.modules if name.startswith(("avro.", "bizon.connectors.sources.kafka."))]:
        monkeypatch.delitem(sys.modules, name)  # another test may have imported it
    monkeypatch.setitem(sys.modules, "avro", None)
    with pytest.raises(SubjectLoadError, match=r"pip install bizon\[kafka\]"):
        check(HERE / "kafka.contract.yml")


def test_an_odd_value_stands_in_the_record():
    """Not in the edge around it, of which Cycle hands on the node alone."""
    [found] = broken("cycle.contract.yml", clauses=["records.hostile_json"])
    assert found.message == "a record with NaN was read without an error and reached bizon's queue as None"


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
