"""Histories acted out: every step does what its word says, and the model knows what must have come."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager, suppress
from pathlib import Path
from typing import Any

import pytest
import requests

from contract.clauses import CHAPTERS, by_id
from contract.clauses.incremental import pipeline
from contract.description.connector import Contract
from contract.description.document import Document
from contract.docket import Docket
from contract.errors import ClauseBroken
from contract.planning import plan
from contract.results import Evidence
from contract.strategies import FAULTS, Case, Limits, of_a_sync, of_runs
from contract.trial import RunsHistory, SyncHistory, Told, Trial
from tests.support.connectors import loaded

GOOD = Path(__file__).parents[1] / "good"
CURSORS, OAUTH = GOOD / "cursor_incremental.py", GOOD / "next_url_oauth.py"


@contextmanager
def trial_of(file: Path, size: int = 5, *steps: str) -> Iterator[Trial]:
    """A trial of a good connector's first stream, under `stateful.sync`."""
    contract = Contract.model_validate(loaded(file).CONTRACT | {"source": f"{file}:Source"})
    docket = Docket(Document(file, contract))
    item = plan(contract, ["stateful.sync"])[0]
    stream = contract.streams[0]
    case = Case(size, 2, 1, steps=steps)
    with docket.trial(item, Evidence.API, stream, case, Told(), docket.limits(stream)) as made:
        yield made


def told(trial: Trial) -> str:
    """The whole story of a trial, as it would be told of a failure."""
    with pytest.raises(ClauseBroken) as broken:
        trial.fail("")
    return "\n".join(f"{step.request} {step.answer}" for step in broken.value.failure.story)


@pytest.mark.parametrize("word", of_a_sync(Limits("cursor", opaque=True)))
@pytest.mark.parametrize("file", [CURSORS, OAUTH], ids=lambda file: file.stem)
def test_a_good_connector_takes_everything_that_may_happen_to_a_sync(file: Path, word: str) -> None:
    """Before, between and behind its pages."""
    with trial_of(file) as trial:
        history = SyncHistory(trial)
        for step in (word, "page", word, "page", word):
            history.happen(step)
        history.conclude()
        assert history.ended or history.failed


@pytest.mark.parametrize("word", of_runs(Limits("cursor")))
def test_a_good_connector_takes_everything_that_may_happen_to_runs(word: str) -> None:
    """Before, between and behind the runs."""
    with trial_of(CURSORS) as trial:
        history = RunsHistory(trial, pipeline(trial, newcomers=160))
        for step in (word, "run", word, "run", word):
            history.happen(step)
        history.conclude()


def test_the_next_page_is_asked_from_the_checkpoint_by_a_new_process() -> None:
    """After a crash, and after one in which the page that had come was not kept, which is then read again."""
    with trial_of(CURSORS) as trial:
        history = SyncHistory(trial)
        for step in ("page", "crash", "page", "kill"):
            history.happen(step)
        assert history.delivered == trial.held[:4]
        history.conclude()
        assert history.delivered == trial.held
        assert told(trial).count("killed; a new process goes on from") == 2


def test_faults_queue_up_for_the_requests_to_come() -> None:
    """Two of them hit two requests, and one call of get() may then raise; a single one must be recovered from."""
    with trial_of(CURSORS) as trial:
        history = SyncHistory(trial)
        for step in ("503", "reset", "page"):
            history.happen(step)
        assert [call.fault for call in trial.struck()] == [FAULTS["503"], FAULTS["reset"]]


@pytest.mark.parametrize(("faults", "may"), [(1, False), (2, True)])
def test_one_fault_is_no_reason_to_raise(faults: int, may: bool) -> None:
    """An exception is right where two things went wrong within one call, and bizon then resumes."""
    with trial_of(CURSORS) as trial:
        history = SyncHistory(trial)
        history.happen("page")
        history.source = Impatient(history.source, trial, faults)
        if may:
            history.happen("page")
            assert not history.failed
            history.conclude()
            assert history.delivered == trial.held
        else:
            with pytest.raises(ClauseBroken, match=r"get\(\) raised RuntimeError: enough; one fault was in its way"):
                history.happen("page")


class Impatient:
    """Asks until so many faults have come, and raises then."""

    def __init__(self, source: Any, trial: Trial, faults: int) -> None:
        self.source, self.trial, self.faults = source, trial, faults

    def get(self, pagination: Any) -> Any:
        for _ in range(self.faults):
            self.trial.disturb(FAULTS["503"], kind="list")
            with suppress(requests.HTTPError):
                self.source.session.get("https://desk.acme.test/v3/tickets")
        raise RuntimeError("enough")

    def get_records_after(self, *args: Any) -> None: ...


@pytest.mark.parametrize(
    ("change", "message"),
    [
        (lambda came: came[1:], "1 lost: r00000"),
        (lambda came: [*came, came[0]], "1 delivered more than once: r00000"),
        (lambda came: came[::-1], "another order than the API's"),
        (lambda came: [*came, "made up"], "1 never held by the API: made up"),
    ],
)
def test_the_model_knows_what_must_have_come(change: Any, message: str) -> None:
    """Once, in order, and nothing that the API never held."""
    with trial_of(CURSORS) as trial:
        history = SyncHistory(trial)
        while not history.ended:
            history.happen("page")
        history.delivered = change(history.delivered)
        with pytest.raises(ClauseBroken, match=message):
            history.conclude()


def test_records_that_come_and_go_may_come_and_need_not() -> None:
    """One that is deleted before its page, and one that appears behind it, are nobody's fault; those that stay must come."""
    with trial_of(CURSORS) as trial:
        history = SyncHistory(trial)
        for step in ("page", "delete 0", "insert 0", "delete 3", "insert 5"):
            history.happen(step)
        history.conclude()
        stayed = ["r00001", "r00002", "r00004"]
        assert [name for name in history.delivered if name in history.constant] == stayed
        assert len(history.ever) == 7


def test_an_expired_cursor_may_fail_the_pipeline_but_not_end_it() -> None:
    """It fails for good, and says so; a sync that ended there instead is broken."""
    with trial_of(CURSORS) as trial:
        history = SyncHistory(trial)
        for step in ("page", "expire", "page"):
            history.happen(step)
        assert history.failed
        history.conclude()
        history.failed, history.ended = False, True
        with pytest.raises(ClauseBroken, match="3 lost"):
            history.conclude()


def test_tokens_end_where_there_are_any() -> None:
    """The next page is refused once, and a new token is fetched."""
    with trial_of(OAUTH) as trial:
        history = SyncHistory(trial)
        for step in ("page", "revoke", "page"):
            history.happen(step)
        assert len(trial.calls(kind="token")) == 2


def test_a_pipeline_that_lost_a_change_is_told() -> None:
    """In the end the newest version of every record has to have come."""
    with trial_of(CURSORS) as trial:
        history = RunsHistory(trial, pipeline(trial, newcomers=160))
        for step in ("run", "update", "run"):
            history.happen(step)
        history.runs._delivered.clear()
        with pytest.raises(ClauseBroken, match="4 of 5 records have not come as they are now"):
            history.conclude()


def test_steps_that_go_wrong_alone_are_left_out() -> None:
    """What a crash does to a connector is told by pagination.resume; its history is performed without it."""
    skips_when_resumed = GOOD.parent / "defects" / "engine" / "skips_a_page_when_resumed.py"
    with trial_of(skips_when_resumed, 5, "page", "crash", "503", "page") as trial:
        by_id(CHAPTERS)["stateful.sync"].check(trial)
        assert trial.told.judged == {"steps": 1}


def test_steps_are_left_out_only_where_a_history_goes_wrong() -> None:
    """A history that goes well needs no other ones."""
    with trial_of(CURSORS, 5, "page", "crash", "503", "page") as trial:
        by_id(CHAPTERS)["stateful.sync"].check(trial)
        assert trial.told.judged == {"steps": 2}
        assert not trial.told.known
