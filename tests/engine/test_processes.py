"""Acme under bizon's process runner, over real TLS, where engine.processes judges it in the simulated world."""

import pytest

from contract.description.document import read
from contract.docket import Docket
from contract.strategies import Case
from contract.trial.pipeline import Piped
from tests.engine._crash import PAGE_SIZE, ROOT, STREAMS, Came, Crashes
from tests.engine._process import PRODUCER, Kill

PAGES = 4
SIZE = 2 * PAGE_SIZE + 2


@pytest.mark.parametrize("stream", STREAMS)
def test_both_ways_deliver_what_the_api_holds(tmp_path, stream):
    """Over a line to the simulated world and over TLS, the processes that bizon starts deliver the same, whole and in order."""
    document = read(ROOT / "acme_connector" / "contract.yml")
    with Docket(document).undisturbed(stream, Case(size=SIZE, page_size=PAGE_SIZE)) as trial:
        piped = Piped(trial, tmp_path, apart=True)
        pipeline = piped.pipeline(sync_mode="full_refresh")
        ended = piped.run(pipeline)
        over_the_line = pipeline.delivered()
        held = [(each.id, each.data) for each in trial.world.collection.held]
    with Crashes(PAGES, stream=stream, runner="process") as crashes:
        over_tls = crashes.delivered(held)
    assert ended.success, ended.said
    assert over_tls == over_the_line
    assert [(record.id, record.data) for record in over_tls] == held


@pytest.mark.parametrize("stream", ["customers", "orders"])
def test_an_increment_arrives_once(stream):
    """The second run of bizon's process runner brings what has changed since the first one began."""
    with Crashes(PAGES, stream=stream, runner="process") as crashes:
        assert crashes.crash("incremental", None) == Came(killed=False, lost=0, duplicated=0, torn=0, starts=0)


@pytest.mark.parametrize(
    ("stream", "mode", "kill"),
    [
        ("customers", "full_refresh", Kill("request", 5)),
        ("products", "incremental, first run", Kill("request", 5)),
        ("orders", "incremental, first run", Kill(PRODUCER, 6)),
        ("customers", "incremental, first run", Kill("checkpoint", 2)),
    ],
    ids=str,
)
def test_killed_processes_lose_nothing(stream, mode, kill):
    """All of them, the producer or the consumer are killed; started once more, the pipeline has every record delivered."""
    with Crashes(PAGES, stream=stream, runner="process") as crashes:
        came = crashes.crash(mode, kill)
    assert (came.killed, came.lost, came.torn, came.starts, came.stuck) == (True, 0, 0, 1, "")
