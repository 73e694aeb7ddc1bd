"""A recording is replayed and damaged: what a contract judges without a description of the API."""

from __future__ import annotations

from pathlib import Path

import pytest

from contract.description.connector import Contract
from contract.description.document import Document
from contract.judge import judge_contract
from contract.results import Evidence, Outcome
from tests.support.connectors import loaded
from tests.support.recorded import FILES, docket_of, record

HERE = Path(__file__).parent
BAD = {Outcome.FAILED, Outcome.ERROR}

CAPPED = ("pagination.total", "retry.transient_status", "retry.network_faults")
UNTOLD = {"keyset_post_body": ("integrity.wrong_shape",), "link_header_capped": CAPPED}
"""What a recording does not tell: that the API documents null as an empty list; that nobody can have what is behind its cap,
although it counts it."""


def verdicts(file, folder, source=None):
    """The verdicts on a connector by its class and by the recordings in ``folder``."""
    own = {key: value for key, value in loaded(file).CONTRACT.items() if key != "api"}
    contract = Contract.model_validate(own | {"source": f"{source or file}:Source", "cassettes": str(folder)})
    return judge_contract(Document(path=folder / "contract.yml", contract=contract))


def replayed(file, folder, source=None):
    """Those of the verdicts that are judged by the recordings."""
    return [result for result in verdicts(file, folder, source) if result.evidence is Evidence.REPLAY]


def accusations(results):
    return [f"{result.clause}[{result.stream}]: {result.message}" for result in results if result.outcome in BAD]


@pytest.mark.parametrize("file", FILES, ids=lambda file: file.stem)
def test_a_good_connector_keeps_what_is_judged_by_its_recording(file, tmp_path):
    """From its recordings alone, in every paging style: nothing is broken, and most that can be judged is."""
    record(docket_of(file), tmp_path)
    results = replayed(file, tmp_path)
    assert {each for each in accusations(results) if not each.startswith(UNTOLD.get(file.stem, ("-",)))} == set()
    passed = {result.clause for result in results if result.outcome is Outcome.PASSED}
    assert {"retry.client_errors", "integrity.not_json", "records.identity", "connection.reports"} <= passed


def paged_by(stem):
    return next(file for file in FILES if file.stem == stem)


@pytest.mark.parametrize("stem", ["cursor_session", "offset_requests", "next_url_requests", "page_thread_pool"])
def test_a_recording_of_the_first_pages_is_enough(stem, tmp_path):
    """The sync ends where the recording does, and what can be judged before is judged."""
    file = paged_by(stem)
    record(docket_of(file), tmp_path, pages=4, limit=3)
    results = replayed(file, tmp_path)
    assert accusations(results) == []
    by_clause = {result.clause: result for result in results}
    assert by_clause["pagination.resume"].outcome is Outcome.PASSED
    assert by_clause["pagination.terminates"].outcome is Outcome.PASSED


def test_what_was_not_recorded_is_named(tmp_path):
    """A connector that asks otherwise than it did cannot be replayed, and is told the nearest that was recorded."""
    record(docket_of(paged_by("page_bare_array")), tmp_path)
    other = HERE.parent / "defects" / "recording" / "asks_otherwise_than_it_was_recorded.py"
    results = replayed(paged_by("page_bare_array"), tmp_path, source=other)
    [told] = accusations(results)
    assert told.startswith(
        "recording.all_played[None]: GET /posts.json?n=3&p=0&sort=id: not in posts.yaml; the nearest is"
    )
    why = {result.message for result in results if result.clause == "retry.transient_status"}
    [message] = why
    assert message.startswith(
        "the recording cannot be replayed: the connector asks what was not recorded (GET /posts.json?"
    )


def test_a_recording_of_another_api_is_no_evidence(tmp_path):
    """Nor is it silence: what the connector asks is not in it, and that is said."""
    record(docket_of(paged_by("page_bare_array")), tmp_path)
    path = tmp_path / "posts.yaml"
    path.write_text(path.read_text("utf-8").replace("blog.acme.test", "other.example"), "utf-8")
    results = replayed(paged_by("page_bare_array"), tmp_path)
    [told] = accusations(results)
    assert "the nearest is GET /posts.json?n=3&p=0 (recorded from https://other.example" in told
    assert not [result for result in results if result.outcome is Outcome.PASSED and result.chapter != "recording"]


def test_a_stream_without_a_recording_is_left_out(tmp_path):
    """What is judged by the class is judged of it all the same."""
    file = paged_by("cursor_session")
    record(docket_of(file), tmp_path)
    (tmp_path / "invoices.yaml").unlink()
    results = verdicts(file, tmp_path)
    assert accusations(results) == []
    assert {result.stream for result in results if result.clause == "interface.bounds"} == {None}


@pytest.mark.parametrize("defect", ["interface/is_abstract", "pagination/puts_a_datetime_into_the_pagination"])
def test_a_connector_that_cannot_be_played_is_no_defect_of_ours(defect, tmp_path):
    """The clauses that are judged by a recording are skipped, with what the connector raised."""
    file = HERE.parent / "defects" / f"{defect}.py"
    good = next(each for each in FILES if each.stem == Path(loaded(file).Good.__module__.rpartition(".")[2]).stem)
    record(docket_of(good), tmp_path)
    results = verdicts(good, tmp_path, source=file)
    assert not [result for result in results if result.outcome is Outcome.ERROR]
    assert "the connector does not sync" in {r.clause: r.message or "" for r in results}["retry.transient_status"]
