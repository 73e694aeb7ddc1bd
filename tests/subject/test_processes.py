"""bizon's pipeline in processes of its own, with sources that do everything right, such that cannot be built, and such that die."""

import os
from dataclasses import dataclass

import pytest

from contract.simulation.clock import VirtualClock
from contract.subject.pipeline import RightSources
from contract.subject.processes import ProcessPipeline

PAGES = [[("a", {"n": "\u2028"}), ("b", {"n": 2})], [("c", {"n": 3}), ("d", {"n": 4})], [("e", {"n": 5})]]


@dataclass(frozen=True)
class NeverBuilt:
    """Cannot be built in another process than this one."""

    here: int

    def __call__(self, mapping):
        assert os.getpid() == self.here, "only there"


def nothing(line):
    """What a process has to do first."""


def pipeline(folder, *, there=None, fails_from=None, **options):
    here = RightSources(PAGES, None, fails_from)
    source = {"name": "right", "stream": "things", "sync_mode": "full_refresh"} | options
    return ProcessPipeline(folder, source, here, there=there or here, arrange=nothing, answers={})


def ids(run):
    return [record.id for record in run.delivered()]


def test_all_records_arrive_as_they_are(tmp_path):
    """bizon 0.6.4 runs a source in processes of its own; no virtual clock runs away meanwhile."""
    run = pipeline(tmp_path)
    with VirtualClock().installed() as clock:
        ended = run.run()
    assert (ended.success, ended.pages, clock.elapsed) == (True, 3, 0)
    assert [(record.id, record.data) for record in run.delivered()] == [each for page in PAGES for each in page]


def test_a_failing_source_fails_the_run(tmp_path):
    """The reason comes from the process in which it was met."""
    failing = pipeline(tmp_path, fails_from=1)
    ended = failing.run()
    assert not ended.success
    assert "the API is down" in ended.said
    assert ids(failing) == []


def test_a_source_that_cannot_be_built_there_ends_the_run(tmp_path):
    """bizon's consumer would wait for it for ever."""
    ended = pipeline(tmp_path, there=NeverBuilt(os.getpid())).run()
    assert not ended.success
    assert "AssertionError: only there" in ended.said


@pytest.mark.parametrize(("sync_mode", "came"), [("incremental", "abcde"), ("full_refresh", "abcdabcde")])
def test_a_killed_pipeline_goes_on_or_begins_anew(tmp_path, sync_mode, came):
    """Both processes die before the third page, and the rest comes when it is started again."""
    run = pipeline(tmp_path, sync_mode=sync_mode)
    assert run.run(killed_before=3).killed
    assert not run.delivered()
    assert run.run().success
    assert "".join(ids(run)) == came
