"""Cassettes are read as vcrpy reads them, ours without YAML; what is no cassette is refused with what to do."""

from __future__ import annotations

import datetime as dt
import json
from pathlib import Path
from types import SimpleNamespace
from typing import Any

import pytest
import vcr
from hypothesis import example, given
from hypothesis import strategies as st
from vcr.request import Request
from vcr.serialize import deserialize, serialize
from vcr.serializers import jsonserializer, yamlserializer

from contract.errors import UsageError
from contract.recording import cassette
from contract.recording.cassette import Recording, load
from contract.recording.inference.pages import Found, Spot
from contract.recording.layout import Since, by_emitter, written
from tests.support.drawing import few

NOW = dt.datetime(2026, 1, 2, 3, 4, 5, tzinfo=dt.UTC)
ROOT = Path(__file__).parents[2]
ACME = sorted((ROOT / "cassettes" / "acme").glob("*.yaml"))

lines = st.text(st.characters(codec="utf-8", exclude_characters="\r"), max_size=40)
names = st.from_regex(r"[A-Z][A-Za-z0-9-]{0,8}", fullmatch=True) | st.sampled_from(["No", "X" * 119, "X" * 130])
values = st.one_of(
    st.text(st.characters(min_codepoint=32, max_codepoint=126), max_size=20),
    st.text("a1:#-.?'\"*~= ", max_size=5),
    st.sampled_from(["null", "18", "*/*", 'W/"x"', '"x"', "Fri, 02 Jan 2026 03:04:05 GMT", "1e5", "0x1f", "12:30:45"]),
    st.sampled_from(["2026-01-01", "<<", "---", "...", "é", "application/json; charset=utf-8", "no", "x" * 130]),
)
texts = st.text(st.sampled_from("ab '\"\\é日😀\n\t\x7f\x85\ufeff\u2028:#"), max_size=6)
json_values = st.recursive(
    st.one_of(st.none(), st.integers(), texts),
    lambda inside: st.lists(inside, max_size=3) | st.dictionaries(texts, inside),
)
bodies = st.one_of(
    st.builds(json.dumps, json_values, ensure_ascii=st.booleans(), indent=st.sampled_from([None, 2])),
    st.builds(json.dumps, json_values, ensure_ascii=st.booleans(), indent=st.sampled_from([None, 2])).map(str.encode),
    st.none(),
    lines,
    st.lists(lines, max_size=4).map("\n".join),
    st.sampled_from(
        ['{\n  "id": "me"\n}', "string:", "\n      string: x", "\n- request:\n", " a\n b\n", "a\n\n\n", "~", "1"]
    ),
    st.binary(max_size=8),
)
answers = st.fixed_dictionaries(
    {
        "status": st.fixed_dictionaries(
            {"code": st.integers(100, 599), "message": st.sampled_from(["OK", "", "Not Found", None])}
        ),
        "headers": st.dictionaries(names, st.lists(values, min_size=1, max_size=2), max_size=3),
        "body": st.fixed_dictionaries({"string": bodies.filter(lambda body: body is not None)}),
    }
)
requests = st.builds(
    Request,
    st.sampled_from(["GET", "POST"]),
    st.sampled_from(["https://api.test/v1?a=b%20c&d=1#e", "https://api.test", "http://127.0.0.1:8000/x?q='y'"]),
    bodies,
    st.dictionaries(names, values, max_size=3),
)


def by_vcrpy(text: str) -> Recording:
    return cassette._by_vcrpy(Path("some.yaml"), text)


@pytest.mark.parametrize("path", ACME, ids=lambda path: path.stem)
def test_our_own_files_are_read_by_their_layout(path):
    """Without YAML, and as vcrpy reads them."""
    text = path.read_text("utf-8")
    assert cassette._by_layout(text.encode()) == by_vcrpy(text) == load(path)


def exchange(body):
    answer = {"status": {"code": 200, "message": "OK"}, "headers": {}, "body": {"string": body}}
    return Request("POST", "https://api.test/", body, {}), answer


@few(150)
@given(st.lists(st.tuples(requests, answers), min_size=1, max_size=3))
@example([exchange("\n"), exchange("a\n\n"), exchange("a\n"), exchange("\n")])
def test_whatever_we_write_is_read_as_vcrpy_reads_it(exchanges):
    """Bodies of several lines, of bytes, of nothing; headers that look like numbers; text that looks like our layout."""
    text = written(exchanges, NOW)
    found = cassette._by_layout(text.encode())
    assert found is None or found == by_vcrpy(text)
    assert len(by_vcrpy(text).interactions) == len(exchanges)


@few(150)
@given(st.lists(st.tuples(requests, answers), min_size=1, max_size=3))
def test_what_is_written_is_yaml_as_its_emitter_writes_it(exchanges):
    """Whatever is written without asking the emitter: names, values, bodies, however odd."""
    known = {
        "requests": [asked for asked, _ in exchanges],
        "responses": [
            {
                key: dict(sorted(each[key].items())) if key != "headers" else each[key]
                for key in ("status", "headers", "body")
            }
            for _, each in exchanges
        ],
        "metadata": {"recorded_at": NOW.isoformat()},
    }
    by_yaml = serialize(known, SimpleNamespace(serialize=by_emitter))
    assert written(exchanges, NOW) == by_yaml


@pytest.mark.parametrize("serializer", [yamlserializer, jsonserializer])
def test_a_file_of_vcrpy_s_own_is_read(tmp_path, serializer):
    """In its YAML and in its JSON."""
    requests, responses, *_ = deserialize(ACME[-1].read_text("utf-8"), yamlserializer)
    path = tmp_path / "some.yaml"
    path.write_text(serialize({"requests": requests, "responses": responses}, serializer), "utf-8")
    assert cassette._by_layout(path.read_bytes()) is None
    assert load(path).interactions == load(ACME[-1]).interactions


def test_what_framed_the_recorded_body_is_left_out(tmp_path):
    """The body is served again in its whole length, and neither in chunks nor compressed."""
    answer: dict[str, Any] = {
        "status": {"code": 200, "message": "OK"},
        "headers": {"Transfer-Encoding": ["chunked"], "Content-Encoding": ["gzip"], "X-Id": ["7", "8"]},
        "body": {"string": "größer"},
    }
    path = tmp_path / "some.yaml"
    path.write_text(written([(Request("GET", "https://api.test/", None, {}), answer)], NOW), "utf-8")
    [found] = load(path).interactions
    assert found.response.headers == (("X-Id", "7"), ("X-Id", "8"), ("Content-Length", "8"))
    assert found.response.body == "größer".encode()


@pytest.mark.parametrize(
    ("text", "message"),
    [
        ("", "empty; record it anew"),
        ("interactions: []\nversion: 1\n", "holds no exchange; record it anew"),
        ("version: 1\ninteractions: []\nmetadata:\n  recorded_at: '2026-01-01'\n", "holds no exchange; record it anew"),
        ("interactions: []\n", "cut off, it has no `version`; record it anew"),
        ("version: 1\ninteractions: []\n", "cut off, it does not end with `metadata`"),
        ("version: 1\ninteractions:\n- request:\n    method: GET\n", "record it anew"),
        ("just text\n", "not a cassette that vcrpy can read"),
        ("a: [1, 2\n", r"some.yaml:2: not YAML .*; cut off\? record it anew"),
        ("- request: {method: GET}\n", "not a cassette that vcrpy can read"),
        ("interactions:\n- request:\n    method: GET\nversion: 1\n", "not a cassette that vcrpy can read"),
        ("{", "not a cassette that vcrpy can read"),
        ("interactions: !!python/object/apply:os.getcwd []\nversion: 1\n", "not a cassette that vcrpy can read"),
    ],
)
def test_what_is_no_cassette_is_refused(tmp_path, text, message):
    """The file, what is wrong with it, and what to do."""
    path = tmp_path / "some.yaml"
    path.write_text(text, "utf-8")
    with pytest.raises(UsageError, match=message):
        load(path)


@few(60)
@given(st.integers(0, 10_000), st.sampled_from([None, yamlserializer, jsonserializer]))
def test_a_file_that_was_cut_off_is_refused(tmp_path_factory, keep, serializer):
    """Wherever it was cut, whoever wrote it."""
    text = ACME[0].read_text("utf-8")
    if serializer is not None:
        requests, responses, *_ = deserialize(text, yamlserializer)
        text = serialize({"requests": requests, "responses": responses}, serializer)
    path = tmp_path_factory.mktemp("cut") / "some.yaml"
    path.write_text(text[: min(keep, len(text) - 3)], "utf-8")
    with pytest.raises(UsageError, match="record it anew"):
        load(path)


def test_when_it_was_recorded_is_known(tmp_path):
    """Of our own files, however they are read; vcrpy's own do not say it."""
    text = ACME[0].read_text("utf-8")
    assert load(ACME[0]).recorded_at == by_vcrpy(text).recorded_at
    assert load(ACME[0]).recorded_at.tzinfo is not None


RUN = Since(NOW - dt.timedelta(days=3, microseconds=1), NOW)


def test_since_when_an_incremental_run_read_is_known(tmp_path):
    """However the file is read, and vcrpy replays it as any other."""
    text = written([exchange("a")], NOW, RUN)
    assert cassette._by_layout(text.encode()) == by_vcrpy(text)
    assert by_vcrpy(text).since == RUN
    assert by_vcrpy(written([exchange("a")], NOW)).since is None
    path = tmp_path / "things.incremental.yaml"
    path.write_text(text, "utf-8")
    with vcr.use_cassette(str(path), record_mode="none") as replayed:
        assert len(replayed.responses) == 1


FOUND = [
    Found(Spot(("data", "items")), (("id",),)),
    Found(Spot(None), (("ref", "no"), ("of: é",))),
    Found(Spot(("edges",), "node"), (("id",),)),
    Found(Spot(("by_id",), keyed=True), (("id",),)),
]


@pytest.mark.parametrize("found", FOUND)
def test_where_the_records_stand_is_known(found):
    """However the file is read."""
    text = written([exchange("a")], NOW, RUN, found)
    assert cassette._by_layout(text.encode()) == by_vcrpy(text)
    assert by_vcrpy(text).found == found


@pytest.mark.parametrize("told", ["{}", "{nothing}", '{"at": 1, "id": 2}', "7"])
def test_a_place_of_the_records_that_cannot_be_read_is_said(tmp_path, told):
    """Somebody has changed the file."""
    text = written([exchange("a")], NOW, None, FOUND[0])
    path = tmp_path / "some.yaml"
    path.write_text(text.replace(FOUND[0].to_json(), told), "utf-8")
    with pytest.raises(UsageError, match="record it anew"):
        load(path)


@pytest.mark.parametrize("lines", range(1, 4))
def test_an_incremental_run_that_was_cut_off_is_refused(tmp_path, lines):
    """Also where only what is said behind the exchanges is missing: it would be taken for a sync."""
    path = tmp_path / "some.yaml"
    path.write_text("".join(written([exchange("a")], NOW, RUN).splitlines(keepends=True)[:-lines]), "utf-8")
    with pytest.raises(UsageError, match="record it anew"):
        load(path)


def test_bytes_that_are_no_text_are_refused(tmp_path):
    """With the place."""
    path = tmp_path / "some.yaml"
    path.write_bytes(b"version: 1\n\xff\xfe")
    with pytest.raises(UsageError, match="no UTF-8 at byte 11"):
        load(path)


def test_an_absent_file_is_said(tmp_path):
    """And how to record one."""
    with pytest.raises(UsageError, match=r"none.yaml: cannot be read \(No such file.*bizon-contract record"):
        load(tmp_path / "none.yaml")


def test_a_huge_file_is_refused(tmp_path, monkeypatch):
    """Before it is read."""
    monkeypatch.setattr(cassette, "LARGEST", 100)
    with pytest.raises(UsageError, match="a cassette may have"):
        load(ACME[-1])
