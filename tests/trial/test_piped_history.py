"""Histories in bizon's engine: every step does what its word says, and the model knows what the destination must hold."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import pytest

from contract.description.connector import Contract
from contract.description.document import Document
from contract.docket import Docket, patient_with_bizon
from contract.planning import plan
from contract.results import Evidence
from contract.strategies import Case, Limits, of_a_pipeline
from contract.trial import MODES, Piped, PipelineHistory, Told
from tests.support.connectors import loaded

TESTS = Path(__file__).parents[1]
CURSORS = TESTS / "good" / "cursor_incremental.py"
NUMBERS = TESTS / "good" / "page_since_day.py"


@contextmanager
def history_of(
    file: Path, mode: str, folder: Path, *, size: int = 5, page_size: int = 2, instead_of: Piped | None = None
) -> Iterator[PipelineHistory]:
    """A pipeline around a connector, or ``instead_of`` one around a right source; over five records in pages of two."""
    contract = Contract.model_validate(loaded(file).CONTRACT | {"source": f"{file}:Source"})
    docket = Docket(Document(file, contract))
    [item] = plan(contract, ["stateful.engine"])
    stream = contract.streams[0]
    case = Case(size, page_size, 1, steps=("run",) * 9)
    with (
        patient_with_bizon(),
        docket.trial(item, Evidence.API, stream, case, Told(), docket.limits(stream)) as trial,
        Piped(trial, folder, instead_of=instead_of).on_backend() as piped,
    ):
        yield PipelineHistory(piped, mode)


def delivered(history: PipelineHistory) -> list[str]:
    return history.piped.keys(history.pipeline.delivered())


@pytest.mark.parametrize("mode", MODES)
@pytest.mark.parametrize("file", [CURSORS, NUMBERS], ids=lambda file: file.stem)
def test_a_good_connector_takes_everything_that_may_happen_to_its_pipeline(
    file: Path, mode: str, tmp_path: Path
) -> None:
    """Behind a run, and behind each other."""
    with history_of(file, mode, tmp_path) as history:
        words = [word for word in of_a_pipeline(Limits("cursor")) if not word.startswith(("kill 3", "down 2"))]
        for word in ("run", *words):
            assert history._happen(word) is None
            assert not history._over
        assert history._conclude() is None
        assert set(history.trial.held) <= set(delivered(history))


def test_a_full_refresh_leaves_what_the_api_holds(tmp_path: Path) -> None:
    """Also what has come, and without what has gone."""
    with history_of(CURSORS, "full_refresh", tmp_path) as history:
        assert history.tell(["run", "insert", "delete", "run"]) is None
        assert delivered(history) == history.trial.held
        assert len(history.trial.held) == 5


def test_what_is_killed_and_what_fails_publishes_nothing(tmp_path: Path) -> None:
    """The destination holds what it did; it is the next run that counts."""
    with history_of(CURSORS, "full_refresh", tmp_path) as history:
        assert history._happen("kill 2") is None
        assert delivered(history) == []
        assert history._happen("run") is None
        published = delivered(history)
        assert set(published) == set(history.trial.held)
        assert history._happen("down 1") is None
        assert delivered(history) == published


def test_an_increment_goes_on_where_it_was_killed(tmp_path: Path) -> None:
    """The killed run had read a page, which the next one does not read again."""
    with history_of(CURSORS, "incremental", tmp_path) as history:
        assert history._happen("run") is None
        assert history._happen("kill 2") is None
        before = len(history.trial.calls("sync", "list"))
        assert history._happen("run") is None
        assert "cursor=" in history.trial.calls("sync", "list")[before].request.url
        assert history._conclude() is None


def test_an_increment_that_ended_before_it_could_be_killed_ends_the_history(tmp_path: Path) -> None:
    """bizon cannot resume it. Nothing is known of what follows: with a right source that is no sign of innocence."""
    its: Piped | None = None
    for name, said in (("connector", None), ("right", "the pipeline cannot go on")):
        folder = tmp_path / name
        folder.mkdir()
        with history_of(CURSORS, "incremental", folder, instead_of=its) as history:
            history._prepare = lambda pages: None  # type: ignore[method-assign]
            assert history.tell(["kill 9", "run", "run"]) == said
            assert history.piped.runs == 1
            its = history.piped


@pytest.mark.parametrize(
    ("defect", "mode", "steps", "wrong"),
    [
        ("engine/skips_a_page_when_resumed", "incremental", ["kill 2"], "in the end 2 of 9 records are not at the destination"),
        ("engine/takes_a_failing_page_for_the_end", "full_refresh", ["down 1"], "the API answers 500 from page 2 of a run on"),
        ("stateful/takes_the_check_for_the_start", "incremental", ["run", "kill 2", "insert"], "records are not at the destination as"),
    ],
)  # fmt: skip
def test_the_model_knows_what_is_lost(defect: str, mode: str, steps: list[str], wrong: str, tmp_path: Path) -> None:
    """Defective connectors, each under a history that shows what it does."""
    with history_of(TESTS / "defects" / f"{defect}.py", mode, tmp_path) as history:
        said = history.tell(steps)
        assert said is not None
        assert wrong in said


def test_one_fault_is_no_reason_for_a_run_to_fail(tmp_path: Path) -> None:
    """A connector that does not recover from it is told so."""
    with history_of(TESTS / "defects/retry/does_not_retry_broken_connections.py", "full_refresh", tmp_path) as history:
        assert history._happen("reset 0") is None
        said = history._happen("run")
        assert said is not None
        assert said.startswith("run 1 fails: ")
        assert said.endswith("one fault was in its way")


@pytest.mark.parametrize(("size", "page_size"), [(0, 1), (1, 3)])
def test_an_increment_of_which_an_empty_page_is_left_ends_the_history(
    tmp_path: Path, size: int, page_size: int
) -> None:
    """bizon does not finish it, although it says so: the records of this increment and of all that follow are never published."""
    with history_of(NUMBERS, "incremental", tmp_path, size=size, page_size=page_size) as history:
        assert history.tell(["run", "kill 1", "reset 0", "down 2"]) is None
        assert [(run.success, run.records > 0) for run in history.piped.ends] == [
            (True, True),
            (False, False),
            (False, True),
            (True, False),
        ]
        assert len(history.pipeline.delivered()) == history.piped.ends[0].records


def test_a_right_source_pages_and_fails_as_the_connector_did(tmp_path: Path) -> None:
    """Whatever size the case says, and behind requests that failed: else it is cleared, or blamed, by what it did not meet."""
    its: Piped | None = None
    came = []
    for name in ("connector", "right"):
        folder = tmp_path / name
        folder.mkdir()
        with history_of(NUMBERS, "full_refresh", folder, size=9, page_size=1, instead_of=its) as history:
            assert history.tell(["run", "reset 0", "down 2"]) is None
            its = history.piped
            came.append([(run.success, run.records) for run in its.ends])
    assert came[0] == came[1]
    assert [success for success, _ in came[0]] == [True, False, True]
    assert 0 < came[0][1][1] < came[0][0][1]
