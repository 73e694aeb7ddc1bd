"""Acme's pipeline, killed for real; all places and both backends are tried by `make crash`."""

import json
import signal
from contextlib import ExitStack
from dataclasses import replace

import orjson
import pytest
from sqlalchemy import Engine, create_engine, event, inspect, make_url

from contract.description.document import read
from contract.errors import UsageError
from contract.judge import judge_contract
from contract.results import Outcome
from contract.subject.backends import configured, postgres
from tests.engine._crash import PAGE_SIZE, POSTGRES, ROOT, Crashes
from tests.engine._process import Kill
from tests.engine._torn import whole

PAGES = 6
KILLS = [
    ("full_refresh", Kill("request", 5)),
    ("full_refresh", Kill("checkpoint", 2)),
    ("incremental, first run", Kill("checkpoint", 3)),
    ("incremental", Kill("request", 6)),
]


@pytest.fixture(scope="module")
def crashes():
    with Crashes(PAGES) as made:
        yield made


@pytest.mark.parametrize(("mode", "kill"), KILLS, ids=str)
def test_a_killed_pipeline_loses_nothing(crashes, mode, kill):
    """It is killed, started once more, and the destination has every record that the API holds."""
    came = crashes.crash(mode, kill)
    assert (came.killed, came.lost, came.starts, came.stuck) == (True, 0, 1, "")


@pytest.mark.parametrize("right", [False, True], ids=["Acme", "a right source"])
def test_a_torn_line_is_bizons_and_hides_nothing(crashes, right):
    """Killed in the middle of a write, bizon appends to the piece of a row; what stands whole behind it is read."""
    came = crashes.crash("incremental, first run", Kill("write", 2), right=right)
    assert (came.killed, came.lost, came.duplicated, came.torn, came.starts) == (True, 0, 1, 1, 1)


@pytest.mark.parametrize(
    ("stream", "mode", "kill"),
    [
        ("customers", "full_refresh", Kill("write", 3)),
        ("customers", "incremental, first run", Kill("success", 2)),
        ("orders", "incremental, first run", Kill("success", 2)),
        ("products", "incremental, first run", Kill("publish", 1)),
    ],
    ids=str,
)
def test_a_right_source_fares_no_better(stream, mode, kill):
    """What comes twice, is torn, lost or stuck is the same with a source that does everything right: it is bizon's."""
    with Crashes(3, stream=stream) as crashes:
        acme, right = crashes.crash(mode, kill), crashes.crash(mode, kill, right=True)
    assert replace(acme, stuck=bool(acme.stuck)) == replace(right, stuck=bool(right.stuck))
    assert acme.duplicated + acme.lost + bool(acme.stuck)


@pytest.mark.parametrize("stream", ["orders", "products"])
@pytest.mark.parametrize("kill", [Kill("request", 6), Kill("checkpoint", 3)], ids=str)
def test_other_ways_of_paging_resume_too(stream, kill):
    """By offset and by the URL of the next page, a killed pipeline goes on where it was."""
    with Crashes(PAGES, stream=stream) as crashes:
        came = crashes.crash("incremental, first run", kill)
    assert (came.killed, came.lost, came.starts, came.stuck) == (True, 0, 1, "")
    assert came.duplicated <= 2 * PAGE_SIZE


def test_what_is_whole_is_read_from_torn_lines(tmp_path):
    """Pieces of rows, however short and in the middle of a letter, cost no whole row of their line."""
    a, b, c, d = (row(name) for name in "abcd")
    pieces = [a, b"\n", b[:5], b[:40], b, b"\n", c, d[: d.index("ë".encode()) + 1], d, b"\n", d, a, b"\n", b[:-1]]
    (tmp_path / "records.json").write_bytes(b"".join(pieces))
    found, torn = whole(tmp_path / "records.json")
    assert [(each.id, each.data["name"]) for each in found] == [(name, f'Zoë "{name}"') for name in "abcdda"]
    assert torn == 4


def test_a_file_without_torn_lines_has_none(tmp_path):
    """Quotes and the names of bizon's columns inside a record are no beginning of a row."""
    data = json.dumps({"name": 'a{"bizon_id":1}', "key": "{"})
    rows = [row("a"), orjson.dumps({"bizon_id": "{", "source_record_id": "b", "source_data": data})]
    (tmp_path / "records.json").write_bytes(b"\n".join([*rows, b""]))
    found, torn = whole(tmp_path / "records.json")
    assert ([each.id for each in found], torn) == (["a", "b"], 0)
    assert whole(tmp_path / "none.json") == ([], 0)


def row(name):
    """A row as bizon's file destination writes it."""
    data = json.dumps({"name": f'Zoë "{name}"'}, ensure_ascii=False)
    return orjson.dumps({"bizon_id": "0f", "source_record_id": name, "source_data": data})


def test_what_bizon_does_not_publish_is_bizons_fault(crashes):
    """Killed between the end of its job and the publication, bizon 0.6.4 loses what any source delivers."""
    kill = Kill("publish", 1)
    assert crashes.crash("incremental", kill).lost == crashes.crash("incremental", kill, right=True).lost == PAGES * 5


@pytest.fixture
def backend():
    """A schema of our own in Postgres, which is removed afterwards."""
    with ExitStack() as stack:
        try:
            made = stack.enter_context(postgres(POSTGRES))
        except UsageError as error:
            pytest.skip(
                f"{error}. Start one (`docker run -p 5432:5432 -e POSTGRES_PASSWORD=postgres postgres`), or name it in "
                "BIZON_CONTRACT_POSTGRES"
            )
        yield made


def test_a_pipeline_on_postgres_loses_nothing(backend):
    """The same with Postgres as bizon's backend."""
    with Crashes(PAGES, backend) as crashes:
        came = crashes.crash("incremental", Kill("checkpoint", 3))
    assert (came.killed, came.lost, came.starts, came.stuck) == (True, 0, 1, "")


def test_the_chapter_runs_on_postgres(backend, monkeypatch):
    """With a Postgres named in the environment, bizon keeps its state there, in its process runner too, and Acme keeps the chapter."""
    monkeypatch.setenv("BIZON_CONTRACT_POSTGRES", POSTGRES)
    document = read(ROOT / "acme_connector" / "contract.yml")
    results = judge_contract(document, profile="thorough", clauses=["engine.*"], streams=["customers"])
    assert {result.clause: result.message for result in results if result.outcome is not Outcome.PASSED} == {}


@pytest.mark.parametrize("statement", ["CREATE SCHEMA", "DROP SCHEMA"])
def test_no_schema_is_left_in_postgres_by_ctrl_c(backend, statement):
    """Not even by one that comes while the schema is made, or removed."""
    schemas = []

    def interrupt(connection, cursor, executed, *about):
        if executed.startswith(statement):
            schemas.append(executed.split()[2])
            signal.raise_signal(signal.SIGINT)

    event.listen(Engine, "before_cursor_execute", interrupt)
    try:
        with pytest.raises(KeyboardInterrupt), postgres(POSTGRES):
            pass
    finally:
        event.remove(Engine, "before_cursor_execute", interrupt)
    engine = create_engine(make_url(POSTGRES).set(drivername="postgresql+psycopg2"))
    assert set(schemas).isdisjoint(inspect(engine).get_schema_names())
    assert len(schemas) == 1
    engine.dispose()


def test_a_postgres_that_does_not_answer_is_said(monkeypatch):
    """A clause is not judged on sqlite where Postgres was asked for."""
    monkeypatch.setenv("BIZON_CONTRACT_POSTGRES", "postgresql://postgres@127.0.0.1:1/postgres")
    with pytest.raises(UsageError, match="BIZON_CONTRACT_POSTGRES"), configured():
        pass
