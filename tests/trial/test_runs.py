"""Runs one after another: what they note as delivered, lost and old, and the world in which they happen."""

from __future__ import annotations

import os
import time
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest

from contract.clauses import CHAPTERS, by_id
from contract.description.document import read
from contract.docket import Docket
from contract.errors import ClauseBroken, NothingToJudge
from contract.hearing import judge
from contract.planning import Item
from contract.results import Evidence
from contract.strategies import Case, Limits
from contract.trial import Runs, Told, Trial, host_zone
from tests.support.tiny import CONTRACT, SOURCE, write

INCREMENTAL = """
    def get_records_after(self, source_state, pagination=None):
        heard.append(source_state)
        since = source_state.state.get("since") or source_state.last_run.isoformat()
        params = {"since": since, "size": 2} | ({"after": pagination["after"]} if pagination else {})
        page = self.session.get(f"{BASE}/{self.config.stream}", params=params).json()
        records = [SourceRecord(id=str(row["id"]), data=row) for row in page["data"][SKIP:]]
        state = STATE if not page["next"] else None
        onward = {"after": page["next"]} if page["next"] else {}
        return SourceIteration(next_pagination=onward, records=records, next_state=state)
"""
DESCRIBED = "      incremental: {send: since, field: meta.at}\n    others:"


@pytest.fixture
def begin(tmp_path: Path) -> Any:
    """A trial of the tiny connector with increments."""

    def made(clause: str = "incremental.window", *, skip: int = 0, state: Any = None, size: int = 5) -> Trial:
        increments = INCREMENTAL.replace("SKIP", str(skip)).replace("STATE", repr(state))
        source = SOURCE.replace("class TinyConfig", "heard = []\n\n\nclass TinyConfig") + increments
        folder = tmp_path / str(len(list(tmp_path.iterdir())))
        docket = Docket(read(write(folder, source=source, contract=CONTRACT.replace("    others:", DESCRIBED))))
        item = Item(by_id(CHAPTERS)[clause], "things")
        return docket.trial(item, Evidence.API, "things", Case(size, 2, 1), Told(), Limits("cursor"))

    return made


def test_what_has_changed_arrives_in_the_next_run(begin: Any) -> None:
    """Nothing is lost, nothing old comes again, and the first run is by get()."""
    with begin() as trial:
        runs = Runs(trial)
        assert runs.run().asked is None
        runs.later()
        changed = [runs.update("r00002"), runs.insert()]
        assert runs.lost == changed
        run = runs.run()
        assert trial.keys(run.sync.records) == changed
        runs.expect_nothing_lost()
        runs.expect_nothing_old(run)


def test_what_is_lost_is_named(begin: Any) -> None:
    """With its time of change, the last runs and the state; what is excused is not."""
    with begin(skip=1) as trial:
        runs = Runs(trial)
        runs.run()
        runs.later()
        name = runs.insert()
        runs.run()
        runs.expect_nothing_lost(name)
        with pytest.raises(ClauseBroken, match=rf"1 of 6 records have not come as they are now: {name} \(2026-01-01T"):
            runs.expect_nothing_lost()


def test_what_is_old_is_named(begin: Any) -> None:
    """Records that changed long before what the state can know."""
    with begin(state={"since": "2000-01-01T00:00:00Z"}) as trial:
        runs = Runs(trial)
        runs.insert()
        runs.run()
        runs.later()
        runs.run()
        assert runs.state == {"since": "2000-01-01T00:00:00Z"}
        with pytest.raises(ClauseBroken, match="delivered again what changed long before: r00000"):
            runs.expect_nothing_old(runs.settle())


def test_a_run_that_fails_breaks_the_clause(begin: Any) -> None:
    """In the words of bizon's call; where the plainest run fails as well, one clause tells it for all."""
    for clause, error in (("incremental.window", ClauseBroken), ("incremental.ties", NothingToJudge)):
        with begin(clause, state=[]) as trial:
            runs = Runs(trial)
            runs.run()
            runs.later()
            with pytest.raises(error, match=r"get_records_after\(\) number 1 raised ValidationError"):
                runs.run()


def test_a_run_that_died_is_resumed_or_begun_anew(begin: Any) -> None:
    """Resumed it goes on from the checkpoint with the same times; anew it begins from the first page."""
    for resumed, pages in ((True, 3), (False, 4)):
        with begin() as trial:
            runs = Runs(trial)
            runs.run()
            runs.later()
            for name in trial.held:
                runs.update(name)
            before = len(trial.calls())
            run = runs.run_interrupted(1, resumed=resumed)
            assert len(trial.calls()) - before == pages
            assert len(run.sync.turns) == (2 if resumed else 3)
            runs.expect_nothing_lost()


def test_a_run_that_is_cut_short_leaves_records(begin: Any) -> None:
    """What has not come is lost so far; a run that ends before says nothing."""
    with begin() as trial:
        runs = Runs(trial)
        runs.run()
        runs.later()
        for name in trial.held:
            runs.update(name)
        runs.run_cut_short(1)
        assert runs.lost == trial.held[2:]
        with pytest.raises(NothingToJudge, match="ended before it was cut short"):
            runs.run_cut_short(9)


def test_the_world_moves_on_behind_each_page(begin: Any) -> None:
    """Time passes, and what happens there is told the number of the page."""
    with begin() as trial:
        runs = Runs(trial)
        pages: list[int] = []
        started = runs.now
        runs.run(pages.append)
        assert pages == [0, 1, 2]
        assert runs.now - started == 80_000_000


def test_another_world_begins_anew(begin: Any) -> None:
    """Nothing that happens there is seen in the trial's own world; both are counted."""
    with begin() as trial:
        trial.sync()
        with trial.elsewhere():
            assert trial.calls() == []
            trial.world.collection.delete("r00000")
            trial.sync()
        assert len(trial.held) == 5
        assert len(trial.calls()) == 3
        trial.forget()
        assert trial.calls() == []
        trial.sync()
    assert trial.told.requests == 8


@pytest.fixture
def utc(monkeypatch: pytest.MonkeyPatch) -> Iterator[None]:
    monkeypatch.setenv("TZ", "UTC")
    time.tzset()
    yield
    monkeypatch.undo()
    time.tzset()


@pytest.mark.usefixtures("utc")
def test_the_host_s_zone_is_another_one_inside() -> None:
    """And the same as before afterwards; an unknown one is told."""
    with host_zone("Pacific/Kiritimati") as known:
        assert known
        assert time.localtime(0).tm_gmtoff != 0
    with host_zone("No/Where") as known:
        assert not known
    assert os.environ["TZ"] == "UTC"
    assert time.localtime(0).tm_gmtoff == 0


def test_a_connector_that_reads_in_full_only_is_told(tmp_path: Path) -> None:
    """So is a description that does not say how to ask for changes."""
    said = []
    for source, contract in ((SOURCE, CONTRACT), (SOURCE + INCREMENTAL, CONTRACT)):
        folder = tmp_path / str(len(said))
        docket = Docket(read(write(folder, source=source, contract=contract)))
        said.append(judge(docket, Item(by_id(CHAPTERS)["incremental.window"], "things")).message)
    assert "get_records_after() is not overridden" in said[0]
    assert "does not say how to ask" in said[1]
