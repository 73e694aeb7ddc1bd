"""bizon's own pipeline, with sources that do everything right, and such that die."""

import pytest
from bizon.source.config import SourceConfig
from loguru import logger

from contract.simulation.clock import VirtualClock
from contract.subject.pipeline import Pipeline, RightSource

PAGES = [[("a", {"n": "\u2028"}), ("b", {"n": 2})], [("c", {"n": 3}), ("d", {"n": 4})], [("e", {"n": 5})]]
SOURCE = {"name": "right", "stream": "things", "sync_mode": "full_refresh"}


def pipeline(folder, *, pages=PAGES, total=None, fails_from=None, source=RightSource, **options):
    def build(mapping):
        return source(SourceConfig.model_validate(mapping), pages, total, fails_from)

    return Pipeline(folder, SOURCE | options, build)


def ids(run):
    return [record.id for record in run.delivered()]


def test_all_records_arrive_as_they_are(tmp_path):
    """What the source returned is at the destination, in order."""
    run = pipeline(tmp_path)
    assert run.run().success
    assert [(record.id, record.data) for record in run.delivered()] == [each for page in PAGES for each in page]


def test_a_virtual_clock_does_not_run_away(tmp_path):
    """Bizon's threads wait for each other without virtual time."""
    with VirtualClock().installed() as clock:
        assert pipeline(tmp_path).run().success
    assert clock.elapsed == 0


def test_a_total_of_zero_is_bizons_fault(tmp_path):
    """bizon 0.6.4 divides by the total that a source rightly returns; the reason is told."""
    ended = pipeline(tmp_path, pages=[], total=0).run()
    assert not ended.success
    assert "division by zero" in ended.said


def test_an_interrupted_incremental_run_goes_on(tmp_path):
    """What was written before it was killed is there once, and so is the rest."""
    run = pipeline(tmp_path, sync_mode="incremental")
    assert run.run(killed_before=3).killed
    assert not run.delivered()
    ended = run.run()
    assert (ended.success, ended.pages) == (True, 1)
    assert ids(run) == ["a", "b", "c", "d", "e"]


def test_an_interrupted_full_refresh_begins_anew(tmp_path):
    """It reads every page again; what was staged before stands twice in bizon's file."""
    run = pipeline(tmp_path)
    run.run(killed_before=3)
    assert run.run().pages == 3
    assert ids(run) == ["a", "b", "c", "d", "a", "b", "c", "d", "e"]


def test_a_source_that_asks_itself_is_asked_once(tmp_path):
    """`get_records_after` by `get`: its second page is its second call."""
    run = pipeline(tmp_path, sync_mode="incremental")
    assert run.run().success
    ended = run.run(killed_before=2)
    assert (ended.killed, ended.pages) == (True, 1)


def test_a_failing_source_fails_the_run(tmp_path):
    """What the destination held before stays."""
    assert pipeline(tmp_path).run().success
    failing = pipeline(tmp_path, fails_from=1)
    ended = failing.run()
    assert not ended.success
    assert "the API is down" in ended.said
    assert ids(failing) == ["a", "b", "c", "d", "e"]


@pytest.mark.parametrize("death", [SystemExit("enough"), KeyError("page")])
def test_a_producer_that_dies_ends_the_run(tmp_path, death):
    """bizon's consumer would wait for it for ever."""

    class Dying(RightSource):
        def __init__(self, *arguments):
            super().__init__(*arguments)
            built.append(self)
            if len(built) == 2:  # the first one checks the connection, the second one is the producer's
                raise death

    built = []
    ended = pipeline(tmp_path, source=Dying).run()
    assert not ended.success
    assert type(death).__name__ in ended.said


def test_handlers_of_the_user_are_kept(tmp_path):
    """bizon's runner removes every handler of loguru, and adds one that prints."""
    heard = []
    number = logger.add(heard.append, format="{message}")
    try:
        pipeline(tmp_path).run()
        before = len(heard)
        logger.warning("still here")
        assert before == 0
        assert heard == ["still here\n"]
    finally:
        logger.remove(number)
