"""Handlers: what YAML cannot say of an API is answered by functions, with its records, credentials and errors at hand."""

from __future__ import annotations

import json
from pathlib import Path

import pytest

from contract import Visit, handles
from contract.errors import HandlerError, SubjectLoadError, UnknownNameError, UsageError
from contract.judge import check
from contract.messages import Request, origin_of
from contract.results import Outcome
from contract.simulation.api import Endpoint, SimulatedApi
from contract.simulation.clock import VirtualClock
from contract.simulation.collection import Collection
from contract.simulation.handlers import Handler
from contract.simulation.manners import Manners
from tests.cli.test_lock import CONTRACT, NOTES
from tests.support.apis import ask, described, rows, stream

TOKEN = {"type": "bearer", "token": "a-test-token"}
KEY = {"Authorization": "Bearer a-test-token"}
FILES = "https://files.things.test"


@handles("GET /reports/{report}/rows", serves="things")
def paged(visit: Visit):
    """Pages in an envelope of its own: text of JSON in JSON."""
    [cursor] = visit.request.query.get("from", [None])
    page = visit.page("things", cursor=cursor)
    return visit.answer({"of": visit.named["report"], "inner": json.dumps([page.rows, page.cursor])}, page=page)


@handles("POST /reports")
def create(visit: Visit):
    visit.memory["asked"] = visit.memory.get("asked", 0) + 1
    if visit.request.json is None:
        visit.refuse(422, "no JSON")
    return visit.answer("made", status=201, media_type="text/plain", headers=(("X-Asked", str(visit.memory["asked"])),))


@handles(f"GET {FILES}/{{name}}.csv", public=True)
def download(visit: Visit):
    return visit.answer(b"id\n1\n", media_type="text/csv")


@handles("POST https://tokens.things.test/token", token=True)
def issue(visit: Visit):
    return visit.answer({"access_token": "a-test-token"})


@handles("POST /exports")
def start(visit: Visit):
    return visit.answer({"job": visit.start_job()})


@handles("GET /exports/{job}")
def poll(visit: Visit):
    return visit.answer({"state": visit.job_state(visit.named["job"], polls=3)})


def simulated(*handlers: Handler, auth=(TOKEN,)) -> SimulatedApi:
    api = described(*auth)
    return SimulatedApi(api, {"things": Collection(rows(7))}, VirtualClock(), handlers=handlers)


def test_pages_by_a_cursor_that_the_handler_reads():
    """The handler finds every record once, as large a page as the description says, and tells the judge what it served."""
    api = simulated(paged)
    found, cursor, answers = [], None, []
    while not answers or cursor:
        answer = ask(api, "/reports/a%20b/rows", headers=KEY, **({"from": cursor} if cursor else {}))
        answers.append(answer)
        served, cursor = json.loads(answer.json["inner"])
        found += [row["id"] for row in served]
    assert found == [row["id"] for _, row in rows(7)]
    assert [len(answer.page.ids) for answer in answers] == [3, 3, 1]
    assert [answer.page.last for answer in answers] == [False, False, True]
    assert answers[0].json["of"] == "a b"


def test_a_cursor_that_was_never_issued_is_refused():
    """As that of any stream."""
    answer = ask(simulated(paged), "/reports/x/rows", headers=KEY, **{"from": "made-up"})
    assert (answer.status, answer.page) == (400, None)


def test_credentials_are_looked_at_first():
    """But at a place that is public, which may be on another host."""
    api = simulated(create, download)
    assert ask(api, "/reports", "POST", body={}).status == 401
    assert api.memory == {}
    answer = ask(api, f"{FILES}/one.csv")
    assert (answer.status, answer.body, answer.header("Content-Type")) == (200, b"id\n1\n", "text/csv")
    assert api.hosts[origin_of(FILES)] is api
    assert api.file_hosts == {origin_of(FILES)}


@pytest.mark.parametrize("fail", [False, True])
def test_a_job_is_polled_until_it_is_done_or_has_failed(fail: bool):
    """Each is counted for itself, and stays what it came to; one that was never started is not there."""
    api = SimulatedApi(described(TOKEN), {}, VirtualClock(), manners=Manners(jobs_fail=fail), handlers=(start, poll))
    jobs = [ask(api, "/exports", "POST", headers=KEY, body={}).json["job"] for _ in range(2)]
    assert len(set(jobs)) == 2
    end = "failed" if fail else "done"
    for job in jobs:
        states = [ask(api, f"/exports/{job}", headers=KEY).json["state"] for _ in range(4)]
        assert states == ["running", "running", end, end]
    assert api.jobs.told_failed == 4 * fail
    assert ask(api, "/exports/made-up", headers=KEY).status == 404


def test_a_handler_may_issue_tokens():
    """To whoever asks; its host keeps no files, and what it is asked is neither a page nor a step."""
    api = simulated(issue, download)
    request = Request("POST", "https://tokens.things.test/token")
    assert api.respond(request).json == {"access_token": "a-test-token"}
    assert api.kind(request) == "token"
    assert api.file_hosts == {origin_of(FILES)}


def test_what_a_handler_says():
    """A status, headers and a type of its own; errors in the API's own body."""
    api = simulated(create)
    for number in ("1", "2"):
        answer = ask(api, "/reports", "POST", headers=KEY, body={})
        assert (answer.status, answer.body, answer.header("X-Asked")) == (201, b"made", number)
    refused = ask(api, "/reports", "POST", headers=KEY)
    assert (refused.status, refused.json) == (422, {"error": {"message": "no JSON"}})


def test_what_no_handler_answers_the_description_does():
    """Another method, another path; and what a request is for is known before it is answered."""
    api = simulated(paged, create)
    assert len(ask(api, headers=KEY).json["data"]) == 3
    assert ask(api, "/reports", headers=KEY).status == 404
    journal = [ask_for(api, "POST", "/reports"), ask_for(api, "GET", "/reports/x/rows"), ask_for(api, "GET", "/things")]
    assert journal == [Endpoint("step"), Endpoint("list", "things"), Endpoint("list", "things")]


def test_a_segment_may_name_the_stream():
    """One handler for all streams; what is none of them is not handled."""
    every = handles("GET /v2/{name}", serves="{name}")(lambda visit: visit.answer(visit.page(visit.named["name"]).rows))
    api = simulated(every)
    assert ask_for(api, "GET", "/v2/things") == Endpoint("list", "things")
    assert [row["id"] for row in ask(api, "/v2/things", headers=KEY).json] == [row["id"] for _, row in rows(3)]
    assert ask(api, "/v2/others", headers=KEY).status == 404
    with pytest.raises(UsageError, match=r"`serves` names \{stream\}, which is no segment"):
        handles("GET /v2/{name}", serves="{stream}")


def test_records_belong_to_those_of_another_stream():
    """To each about as many, one after the other; a record keeps its parent, and a page may be of some of them."""

    @handles("GET /boxes/{box}/things", serves="things")
    def in_box(visit: Visit):
        [cursor] = visit.request.query.get("from", [None])
        page = visit.page("things", cursor=cursor, among=visit.share("things", "boxes", visit.named["box"]))
        return visit.answer([[row["id"] for row in page.rows], page.cursor], page=page)

    streams = {"things": stream(), "boxes": stream(path="/boxes")}
    records = {"things": Collection(rows(7)), "boxes": Collection(rows(2))}
    api = SimulatedApi(described(streams=streams), records, VirtualClock(), handlers=[in_box])
    names = [name for name, _ in rows(7)]
    first, cursor = ask(api, "/boxes/r00000/things").json
    assert (first, cursor is not None) == (names[:3], True)
    assert ask(api, "/boxes/r00000/things", **{"from": cursor}).json == [names[3:4], None]
    assert ask(api, "/boxes/r00001/things").json == [names[4:], None]
    records["things"].delete("r00000")
    records["things"].insert("new", {"id": "new"}, 1.5)
    assert ask(api, "/boxes/r00000/things").json[0] == ["r00001", "new", "r00002"]
    assert ask(api, "/boxes/none/things").status == 404
    assert api.by_parent("things", ["r00005", "r00002", "r00004", "r00001"]) == ["r00002", "r00001", "r00005", "r00004"]
    assert api.by_parent("boxes", ["r00001", "r00000"]) == ["r00001", "r00000"]


@pytest.mark.parametrize(
    ("focus", "endpoint", "named"),
    [
        (None, Endpoint("list", "things"), "things"),
        ("things", Endpoint("list", "things"), "things"),
        ("boxes", Endpoint("list", "boxes"), "boxes"),
        ("shelves", Endpoint("step"), "things"),
    ],
)
def test_a_place_that_several_streams_pass(focus: str | None, endpoint: Endpoint, named: str):
    """It is a page of the stream that a sync is about, and for a sync of another one a step on its way."""
    place = handles("GET /things", serves=("things", "boxes"))(lambda visit: visit.answer(str(visit.stream)))
    streams = {name: stream(path=f"/{name}") for name in ("things", "boxes", "shelves")}
    api = SimulatedApi(described(streams=streams), {}, VirtualClock(), handlers=[place], focus=focus)
    assert ask_for(api, "GET", "/things") == endpoint
    assert ask(api, "/things").body == named.encode()


def ask_for(api: SimulatedApi, method: str, path: str) -> Endpoint:
    return api.endpoint(Request(method, api.described.root + path))


@pytest.mark.parametrize("route", ["/reports", "FETCH /reports", "GET reports", "GET /reports?all=1", "GET  /reports"])
def test_a_route_that_is_none_is_refused(route: str):
    """Before anything is judged, with what to write."""
    with pytest.raises(UsageError, match="write a method and a path"):
        handles(route)


@pytest.mark.parametrize(
    ("body", "what"),
    [("return 1 / 0", "raised ZeroDivisionError"), ("return {'rows': []}", "returned dict: return `visit")],
)
def test_a_handler_that_fails_is_an_error_of_the_description(tmp_path: Path, body: str, what: str):
    """Not a failure of the connector's, even where that hides what it met."""
    hiding = NOTES.replace("def get(", "def get_(") + (
        "\n    def get(self, pagination=None):\n        try:\n            return self.get_(pagination)\n"
        "        except Exception:\n            return SourceIteration(next_pagination={}, records=[])\n"
    )
    found = with_handlers(
        tmp_path, f"import contract\n\n@contract.handles('GET /notes')\ndef notes(visit):\n    {body}\n", hiding
    )
    assert {result.outcome for result in found} <= {Outcome.ERROR, Outcome.SKIPPED, Outcome.PASSED}
    [told] = {result.message for result in found if result.outcome is Outcome.ERROR}
    assert told.startswith(f"the handler of GET /notes {what}")


def with_handlers(folder: Path, text: str, source: str = NOTES):
    (folder / "source.py").write_text(source, "utf-8")
    (folder / "api.py").write_text(text, "utf-8")
    contract = CONTRACT.replace("\napi:\n", "\napi:\n  handlers: [api.py]\n", 1)
    assert contract != CONTRACT
    (folder / "contract.yml").write_text(contract, "utf-8")
    return check(
        folder / "contract.yml", clauses=["pagination.complete", "pagination.terminates"], profile="quick"
    ).results


def test_a_file_without_handlers_is_refused(tmp_path: Path):
    with pytest.raises(SubjectLoadError, match=r"api\.handlers: api\.py holds no handler: decorate a function"):
        with_handlers(tmp_path, "x = 1\n")


def test_a_handler_of_a_stream_that_is_not_described_is_refused(tmp_path: Path):
    text = "import contract\n\n@contract.handles('GET /x', serves='nots')\ndef x(visit):\n    pass\n"
    with pytest.raises(UnknownNameError, match="GET /x serves a stream that is not described.*did you mean notes"):
        with_handlers(tmp_path, text)


def test_the_error_is_one_of_ours():
    """And keeps its cause."""
    broken = handles("GET /x")(lambda visit: {}["key"])
    api = simulated(broken)
    with pytest.raises(HandlerError, match="KeyError: 'key'") as raised:
        ask(api, "/x", headers=KEY)
    assert isinstance(raised.value.__cause__, KeyError)
    assert api.failed is raised.value
