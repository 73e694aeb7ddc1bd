"""A recording is replayed and damaged: what a contract judges without a description of the API."""

from __future__ import annotations

import json
import re
from pathlib import Path

import pytest
import yaml

from contract.description.connector import Contract
from contract.description.document import Document, read
from contract.judge import check, judge_contract
from contract.results import Evidence, Outcome
from tests.benchmarks.defects_from_cassettes import from_recordings
from tests.support.connectors import loaded
from tests.support.recorded import FILES, docket_of, record

HERE = Path(__file__).parent
ROOT = HERE.parents[1]
BAD = {Outcome.FAILED, Outcome.ERROR}

CAPPED = ("pagination.total", "retry.transient_status", "retry.network_faults")
UNTOLD = {"keyset_post_body": ("integrity.wrong_shape",), "link_header_capped": CAPPED}
"""What a recording does not tell: that the API documents null as an empty list; that nobody can have what is behind its cap,
although it counts it."""


def verdicts(file, folder, source=None, **options):
    """The verdicts on a connector by its class and by the recordings in ``folder``."""
    own = {key: value for key, value in loaded(file).CONTRACT.items() if key != "api"}
    contract = Contract.model_validate(own | {"source": f"{source or file}:Source", "cassettes": str(folder)})
    return judge_contract(Document(path=folder / "contract.yml", contract=contract), **options)


def replayed(file, folder, source=None):
    """Those of the verdicts that are judged by the recordings, or by what is drafted from them."""
    return [result for result in verdicts(file, folder, source) if result.evidence in (Evidence.REPLAY, Evidence.DRAFT)]


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


def judged_by_the_recording_of_the_good_one(defect, tmp_path, **options):
    """The verdicts, by clause, on a defect whose API the good connector recorded, one stream of it."""
    file = HERE.parent / "defects" / f"{defect}.py"
    good = next(each for each in FILES if each.stem == Path(loaded(file).Good.__module__.rpartition(".")[2]).stem)
    record(docket_of(good), tmp_path)
    results = verdicts(good, tmp_path, source=file, **options)
    assert not [result for result in results if result.outcome is Outcome.ERROR]
    return {result.clause: result for result in results}


def test_a_connector_that_cannot_be_played_is_no_defect_of_ours(tmp_path):
    """The clauses that are judged by a recording are skipped, with what the connector raised."""
    found = judged_by_the_recording_of_the_good_one("interface/is_abstract", tmp_path)
    assert "the connector does not sync" in (found["retry.transient_status"].message or "")


@pytest.mark.parametrize(
    ("defect", "clause"),
    [
        ("pagination/puts_a_datetime_into_the_pagination", "pagination.json_safe"),
        ("pagination/returns_a_tuple_at_the_end", "pagination.terminates"),
        ("pagination/never_stops", "pagination.terminates"),
    ],
)
def test_a_sync_that_goes_wrong_in_what_was_recorded_is_told(defect, clause, tmp_path):
    """As far as it comes, it is replayed: what it does wrong is no reason to leave the clause about it out."""
    found = judged_by_the_recording_of_the_good_one(defect, tmp_path)
    assert (found[clause].outcome, found[clause].evidence) == (Outcome.FAILED, Evidence.REPLAY)


@pytest.mark.parametrize(
    ("defect", "clause"),
    [
        ("auth/sends_the_wrong_header", "auth.dispatch"),
        ("field/auth_13", "connection.accepts"),
        ("field/integrity_05", "pagination.complete"),
        ("interface/returns_a_tuple", "interface.dispatch"),
        ("connection/asks_another_stream", "connection.least_privilege"),
        ("field/connection_04", "connection.empty_account"),
    ],
)
def test_the_recording_is_the_truth_and_not_what_the_connector_does_today(defect, clause):
    """How it was let in, where the records stood, and the pages that it asked for when it was recorded."""
    file = HERE.parent / "defects" / f"{defect}.py"
    assert clause in from_recordings(file, profile="quick").caught


@pytest.mark.parametrize(
    "authentication",
    [
        {"type": "api_key", "params": {"token": "another-token"}},
        {"type": "basic", "params": {"username": "ada", "password": "another-password"}},
        {"type": "cookies", "params": {"cookies": {"sid": "another-session"}}},
    ],
    ids=lambda authentication: authentication["type"],
)
def test_a_connector_with_other_credentials_than_were_recorded_is_not_accused(authentication, tmp_path):
    """The recording tells how one sort of them is sent, and nothing of the others."""
    file = paged_by("cursor_session")
    record(docket_of(file), tmp_path)
    own = {key: value for key, value in loaded(file).CONTRACT.items() if key != "api"}
    config = own["config"] | {"authentication": authentication}
    made = Contract.model_validate(own | {"config": config, "source": f"{file}:Source", "cassettes": str(tmp_path)})
    results = judge_contract(Document(path=tmp_path / "contract.yml", contract=made), profile="quick")
    assert accusations(results) == []
    assert "auth.dispatch" in {each.clause for each in results if each.outcome is Outcome.PASSED}


@pytest.mark.parametrize("stem", ["cursor_session", "offset_requests", "next_url_requests"])
def test_a_whole_recording_is_drafted_and_judged_by_the_draft(stem, tmp_path):
    """Other sizes, empty collections, cursors that expire: what one sync does not hold, the API drafted from it does."""
    record(docket_of(paged_by(stem)), tmp_path)
    found = {(each.clause, each.evidence): each.outcome for each in verdicts(paged_by(stem), tmp_path)}
    for clause in ("complete", "empty_collection", "page_size", "live_changes"):
        assert found[f"pagination.{clause}", Evidence.DRAFT] is Outcome.PASSED


@pytest.mark.parametrize("stem", ["cursor_children", "relay_nested"])
def test_children_are_drafted_and_judged_by_the_draft(stem, tmp_path):
    """As large as their pages were asked for is as large as they are served."""
    record(docket_of(paged_by(stem)), tmp_path)
    [nested] = verdicts(paged_by(stem), tmp_path, clauses=["pagination.nested"])
    assert (nested.outcome, nested.evidence) == (Outcome.PASSED, Evidence.DRAFT)


@pytest.mark.parametrize("stem", ["cursor_children", "relay_nested"])
def test_children_are_judged_by_what_was_recorded_of_them(stem, tmp_path):
    """Where the stream was not recorded to its end, too."""
    record(docket_of(paged_by(stem)), tmp_path, limit=2)
    [nested] = verdicts(paged_by(stem), tmp_path, clauses=["pagination.nested"])
    assert (nested.outcome, nested.evidence) == (Outcome.PASSED, Evidence.REPLAY)
    assert nested.judged["children"] > 10


@pytest.mark.parametrize(
    ("defect", "lost"),
    [
        (
            "field/pagination_13",
            r"of record r00000 4 children were recorded, and 1 of them are not delivered at worklogs; so it is with 6 ",
        ),
        (
            "field/pagination_14",
            r"1 children were recorded, and 1 of them are not delivered at worklogs; so it is with 5 ",
        ),
    ],
)
def test_children_that_were_recorded_and_not_delivered_are_lost(defect, lost, tmp_path):
    """Whether they are asked for no more, or asked for and left out."""
    nested = judged_by_the_recording_of_the_good_one(defect, tmp_path, clauses=["pagination.nested"])[
        "pagination.nested"
    ]
    assert (nested.outcome, nested.evidence) == (Outcome.FAILED, Evidence.REPLAY)
    assert re.search(lost, nested.message or "")


@pytest.mark.parametrize(
    ("children", "outcome", "why"),
    [
        (
            "[each for each in {} if not each['private']]",
            Outcome.SKIPPED,
            "leaves out the children whose private is True",
        ),
        ("sorted({}, key=lambda each: -each['no'])", Outcome.PASSED, ""),
        ("[each for each in {} if each['no'] % 3]", Outcome.PASSED, ""),
    ],
    ids=["marked", "sorted", "selected"],
)
def test_children_that_the_connector_selects_are_not_judged(children, outcome, why, tmp_path):
    """Whether it should, no recording says. The watchers, which it does not select, are judged as ever."""
    file = paged_by("cursor_children")
    record(docket_of(file), tmp_path)
    path = tmp_path / "issues.yaml"
    documents = yaml.safe_load(path.read_text("utf-8"))
    for each in documents["interactions"]:
        if each["request"]["uri"].partition("?")[0].endswith("/worklogs"):
            body = json.loads(each["response"]["body"]["string"])
            numbers = [int(row["id"].rpartition("-")[2]) for row in body["worklogs"]]
            issue = each["request"]["uri"].partition("/worklogs")[0]
            private = int(issue.rpartition("/r")[2]) % 2 == 0
            body["worklogs"] = [{"id": f"{issue}-{no}", "no": no, "private": private} for no in numbers]
            each["response"]["body"]["string"] = json.dumps(body)
    path.write_text(yaml.safe_dump(documents), "utf-8")
    source = tmp_path / "selecting.py"
    source.write_text(
        "from tests.good.cursor_children import Source as Good\n\n\n"
        "class Source(Good):\n"
        "    def worklogs(self, issue):\n"
        f"        return {children.format('super().worklogs(issue)')}\n"
    )
    [nested] = verdicts(file, tmp_path, source=source, clauses=["pagination.nested"])
    assert nested.outcome is outcome, nested.message
    assert why in (nested.message or "")


ENGINE = {"profile": "standard", "clauses": ["engine.*"]}


def test_bizons_engine_runs_against_the_draft(tmp_path):
    """A recording is enough to kill and resume a pipeline."""
    record(docket_of(paged_by("cursor_session")), tmp_path)
    found = {each.clause: each.outcome for each in verdicts(paged_by("cursor_session"), tmp_path, **ENGINE)}
    assert found.pop("engine.processes") is Outcome.SKIPPED
    assert set(found.values()) == {Outcome.PASSED}


def test_what_goes_wrong_in_bizons_engine_shows_in_the_draft(tmp_path):
    """bizon counts and reads with one source: that shows in its engine alone."""
    found = judged_by_the_recording_of_the_good_one("engine/counts_a_page_ahead", tmp_path, **ENGINE)
    resumed = found["engine.resumes"]
    assert (resumed.outcome, resumed.evidence) == (Outcome.FAILED, Evidence.DRAFT)


def test_what_fails_in_the_draft_says_what_it_was_judged_by(tmp_path):
    """A failure in an API that nobody described names its recordings."""
    found = judged_by_the_recording_of_the_good_one("pagination/fails_on_an_empty_collection", tmp_path)
    failed = found["pagination.empty_collection"]
    assert (failed.outcome, failed.evidence) == (Outcome.FAILED, Evidence.DRAFT)
    assert failed.message.endswith("(the API as its recordings show it)")


@pytest.mark.parametrize(
    ("pages", "limit", "what"),
    [(1, 100, "one page only; record at least 3"), (2, 100, "2 pages only; record at least 3"), (4, 3, "to its end")],
)
def test_what_a_recording_cannot_show_is_skipped_with_what_to_record(pages, limit, what, tmp_path):
    """Too few pages, or no end: nothing is judged by a guess."""
    record(docket_of(paged_by("cursor_session")), tmp_path, pages, limit=limit)
    skipped = [each for each in verdicts(paged_by("cursor_session"), tmp_path) if each.outcome is Outcome.SKIPPED]
    by_clause = {each.clause: each.message for each in skipped}
    assert what in by_clause["pagination.empty_collection"]
    assert "`bizon-contract infer`" in by_clause["pagination.filters"]
    replayed_only = [
        each.message for each in skipped if each.evidence is Evidence.REPLAY and each.chapter != "recording"
    ]
    assert all("record at least 3" in each or "describe the API" in each for each in replayed_only)
    assert pages > 1 or replayed_only


@pytest.mark.parametrize("defect", ["pagination/drops_the_last_page", "field/pagination_12"])
def test_records_that_were_recorded_and_not_delivered_are_lost(defect, tmp_path):
    """The recorded pages are the truth: what stands on them has to arrive, also what is not asked for any more."""
    file = HERE.parent / "defects" / f"{defect}.py"
    assert from_recordings(file, profile="quick").caught == ("pagination.complete",)


def test_a_connector_that_leaves_out_what_is_marked_is_not_accused(tmp_path):
    """Deleted records on a page may be none: whether they should come, a recording cannot say."""
    record(docket_of(paged_by("cursor_session")), tmp_path)
    (tmp_path / "invoices.yaml").unlink()
    source = tmp_path / "filtering.py"
    source.write_text(
        "from tests.good.cursor_session import Source as Good\n\n\n"
        "class Source(Good):\n"
        "    def get(self, pagination=None):\n"
        "        page = super().get(pagination)\n"
        "        page.records = [each for each in page.records if {'name', 'amount'} & set(each.data)]\n"
        "        return page\n"
    )
    found = {each.clause: each for each in replayed(paged_by("cursor_session"), tmp_path, source=source)}
    assert found["pagination.complete"].outcome is Outcome.SKIPPED
    assert "leaves out the records that have no name" in found["pagination.complete"].message


def test_acme_is_judged_by_its_cassettes_alone(tmp_path):
    """The class, its config and its recordings: nothing is broken, and most is judged."""
    contract = read(ROOT / "acme_connector" / "contract.yml").contract
    path = tmp_path / "contract.yml"
    source, cassettes = ROOT / "acme_connector" / "source.py", ROOT / "cassettes" / "acme"
    path.write_text(
        json.dumps({"source": f"{source}:AcmeSource", "config": contract.config, "cassettes": str(cassettes)})
    )
    [connector] = check(path).connectors
    assert accusations(connector.results) == []
    assert sum(each.outcome is Outcome.PASSED for each in connector.results) > 195
    runs = {each.stream: each for each in connector.results if each.clause == "incremental.window"}
    assert [runs[name].outcome for name in ("customers", "orders")] == [Outcome.PASSED] * 2
    assert {each.evidence for each in runs.values()} == {Evidence.DRAFT, None}


@pytest.mark.parametrize("stem", ["cursor_incremental", "cursor_newest_first", "next_url_own_state", "offset_windows"])
def test_incremental_runs_are_judged_by_the_recording_of_one(stem, tmp_path):
    """Where a run is recorded beside the sync; where none is, that is said."""
    file = paged_by(stem)
    record(docket_of(file), tmp_path)
    judged = {each.clause for each in replayed(file, tmp_path) if each.outcome is Outcome.PASSED}
    assert {"incremental.window", "incremental.tiles", "incremental.paging", "incremental.ties"} <= judged
    [run] = tmp_path.glob("*.incremental.yaml")
    run.unlink()
    [window] = [each for each in verdicts(file, tmp_path) if each.clause == "incremental.window"]
    assert window.outcome is Outcome.SKIPPED
    assert window.message.endswith(
        "no incremental run of it is recorded: `bizon-contract record` records one beside the sync"
    )
