"""The trial: a clause drives the connector with it, judges, and tells."""

from __future__ import annotations

import json
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path
from types import SimpleNamespace
from typing import Any

import pytest

from contract.clauses import CHAPTERS, by_id
from contract.description.document import read
from contract.docket import Docket
from contract.errors import ClauseBroken, NothingToJudge
from contract.planning import Item
from contract.results import Evidence, Failure
from contract.simulation.faults import Status
from contract.strategies import Case, Limits
from contract.trial import Told, Trial, shown
from contract.trial.wording import described, difference
from tests.support.tiny import CONTRACT, SOURCE, write

CLAUSE = by_id(CHAPTERS)["pagination.complete"]
AUTH = "  auth: [{type: bearer, token: acme-test-token}]\n  streams:\n"
FILTERS = (
    "filters: {ids: {send: ids, match: id, separator: ','}, kind: {send: kind, values: [true, b]}}\n      path: /things"
)


@pytest.fixture
def trial(tmp_path: Path) -> Callable[..., Any]:
    """Begins a trial of the connector with a defect, in the world of a case."""

    @contextmanager
    def begin(
        case: Case = Case(5, 2, 1),
        *,
        evidence: Evidence = Evidence.API,
        variant: str | None = None,
        told: Told | None = None,
        **files: Any,
    ) -> Iterator[Trial]:
        docket = Docket(read(write(tmp_path / str(len(list(tmp_path.iterdir()))), **files)))
        item = Item(CLAUSE, "things", variant)
        with docket.trial(item, evidence, "things", case, told or Told(), Limits("cursor")) as made:
            yield made

    return begin


@contextmanager
def fails(message: str) -> Iterator[SimpleNamespace]:
    """The clause is broken inside, with this message; the failure is at hand afterwards."""
    found = SimpleNamespace()
    with pytest.raises(ClauseBroken) as broken:
        yield found
    found.failure = broken.value.failure
    assert isinstance(found.failure, Failure)
    assert found.failure.message.startswith(message), found.failure.message


# -- driving


def test_a_sync_delivers_what_the_api_holds(trial: Any) -> None:
    """A whole sync is driven as bizon does it; records are compared by what the API calls them."""
    with trial(Case(5, 2, 1)) as made:
        sync = made.sync()
        made.expect_delivered(sync)
        assert made.keys(sync.records) == made.held == list(made.world.collection.ids)
        assert [len(turn.records) for turn in sync.turns] == [2, 2, 1]
        assert made.style == "cursor"


def test_the_page_size_of_the_case_is_asked(trial: Any) -> None:
    """The connector's option for the page size is set to that of the case."""
    with trial(Case(5, 3, 1)) as made:
        made.sync()
        assert [call.request.query["size"] for call in made.calls("sync", "list")] == [["3"], ["3"]]


def test_a_fresh_sync_builds_a_source_for_each_page(trial: Any) -> None:
    """With `fresh`, each call of get() is in a new process, as far as the source can tell."""
    source = SOURCE.replace("super().__init__(config)", "super().__init__(config); print('built')")
    with trial(source=source) as made:
        made.expect_delivered(made.sync(fresh=True))
        assert len(made.sync(limit=2).turns) == 2


def test_a_sync_goes_on_from_a_pagination(trial: Any) -> None:
    """A sync may begin where another one stopped."""
    with trial() as made:
        first = made.sync(limit=1)
        rest = made.sync(first=first.paginations[0])
        assert [*made.keys(first.records), *made.keys(rest.records)] == made.held


def test_one_call(trial: Any) -> None:
    """One call of get() has a turn, with a pagination or without any."""
    with trial() as made:
        source = made.source()
        assert made.turn(source, None).records == made.turn_without_arguments(source).records
        assert len(made.calls("sync")) == 2


def test_check_and_count_are_phases_of_their_own(trial: Any) -> None:
    """What check_connection and the count ask is told apart from the sync; an exception is an answer."""
    source = SOURCE.replace("return True, None", "return self.session.get(BASE + '/things').ok, None").replace(
        "return None\n\n    def get(", "raise ValueError('uncounted')\n\n    def get("
    )
    with trial(source=source) as made:
        assert made.check().value == (True, None)
        assert shown(made.count().error) == "ValueError: uncounted"
        assert len(made.calls("check")) == len(made.calls()) == 1


def test_a_fault_can_be_added_under_way(trial: Any) -> None:
    """A clause may disturb a phase, and sees which calls were hit."""
    with trial() as made:
        made.disturb(Status(503), phase="sync")
        sync = made.sync()
        assert "503" in shown(sync.error)
        assert [call.response.status for call in made.struck()] == [503]


def test_a_source_that_cannot_be_built_is_for_another_clause(trial: Any) -> None:
    """A clause about something else judges nothing where the class raises, and points to the one that tells."""
    with (
        trial(defect="never built") as made,
        pytest.raises(NothingToJudge, match="no source today.*interface.instantiates"),
    ):
        made.source()


def test_credentials_that_build_nothing_break_the_clause(trial: Any) -> None:
    """A source that is built as configured, and not under another authentication type, is what is judged."""
    refusing = SOURCE.replace('config.defect == "never built"', "config.authentication")
    contract = CONTRACT.replace("  streams:\n", AUTH)
    with trial(variant="bearer", source=refusing, contract=contract) as made:
        assert made.variant_name == "bearer"
        with fails("building the source with bearer credentials raised RuntimeError: no source today"):
            made.source()
    with (
        trial(variant="bearer", defect="never built", contract=contract) as made,
        pytest.raises(NothingToJudge, match="interface.instantiates"),
    ):
        made.source()


def test_an_endless_sync_is_cut(trial: Any) -> None:
    """A connector that never ends is stopped, and has not ended."""
    with trial(defect="endless") as made:
        sync = made.sync()
        assert not sync.ended
        with fails("the sync did not end: 32 calls of get() for 5 records, 2 a page"):
            made.expect_finished(sync)


def test_a_connector_that_asks_for_ever_is_stopped(trial: Any) -> None:
    """A get() that never returns is stopped after so many requests, though it catches every exception."""
    source = SOURCE.replace(
        "        rows = page",
        "        while True:\n            try: self.session.get(BASE)\n            except Exception: pass\n        rows = page",
    )
    with trial(source=source) as made:
        made.world.network.most = 50
        with fails("the connector does not stop: it is still asking after 50 requests"):
            made.sync()


# -- judging


@pytest.mark.parametrize(
    ("defect", "message"),
    [
        ("loses", "of 5 records that the API holds, 2 arrived: 3 lost: r00000, r00002, r00004"),
        ("one page", "of 5 records that the API holds, 2 arrived: 3 lost: r00002, r00003, r00004"),
        ("raises", "get() number 1 raised ValueError: not today; the sync should have gone on"),
    ],
)
def test_what_was_not_delivered_is_told(trial: Any, defect: str, message: str) -> None:
    """A sync that ended badly, or lost records, is told in one sentence."""
    with trial(defect=defect) as made:
        with fails(message) as broken:
            made.expect_delivered(made.sync())
        assert broken.failure.clause == "pagination.complete"
        assert (broken.failure.cost, broken.failure.fix) == (CLAUSE.cost, CLAUSE.fix)


def test_a_failure_carries_its_story(trial: Any) -> None:
    """Every request is told with its answer and what get() made of it."""
    with trial() as made:
        made.sync()
        with fails("no") as broken:
            made.expect(False, "no")
    steps = broken.failure.story
    assert [step.answer for step in steps] == [
        "200: r00000, r00001; more",
        "200: r00002, r00003; more",
        "200: r00004; the last page",
    ]
    assert all(step.returned.startswith("2 records, next_pagination {'after': ") for step in steps[:2])
    assert steps[2].returned == "1 record, next_pagination {}"


def test_what_get_raised_is_in_the_story(trial: Any) -> None:
    """A call of get() that raised is told, also where it asked nothing."""
    with trial(defect="raises") as made:
        made.sync()
        with fails("no") as broken:
            made.fail("no")
    assert [(step.request, step.returned) for step in broken.failure.story] == [
        ("(no request)", "raised ValueError: not today")
    ]


def test_what_holds_goes_on(trial: Any) -> None:
    """Nothing happens where the condition holds; what is needed and not there ends the case without a verdict."""
    with trial() as made:
        made.expect(True, "never said")
        made.need(True, "never said")
        with pytest.raises(NothingToJudge, match="no filters"):
            made.need(made.stream.filters, "no filters")


def test_what_was_judged_is_added_up(trial: Any) -> None:
    """Over all its cases, an item counts what it judged and how much it asked."""
    told = Told()
    for _ in range(2):
        with trial(told=told) as made:
            made.sync()
            made.judged(pages=3, records=5)
    assert dict(told.judged) == {"pages": 6, "records": 10}
    assert told.requests == 6


def test_secrets_are_masked(trial: Any) -> None:
    """No message and no story holds a credential of the config or of the description."""
    files = {"contract": CONTRACT.replace("  streams:\n", AUTH)}
    with trial(variant="bearer", **files) as made:
        assert "acme-test-token" in made.secrets
        with fails("the header was") as broken:
            made.fail("the header was Bearer acme-test-token")
        assert "acme-test-token" not in repr(broken.failure)


def test_filters_have_values_to_try(trial: Any) -> None:
    """A filter is tried with one value and with several; those of records select, those of a list are as described."""
    with trial(contract=CONTRACT.replace("path: /things", FILTERS, 1)) as made:
        assert made.filter_values("ids") == [
            (["r00000"], ["r00000"]),
            (["r00000", "r00001", "r00002"], ["r00000", "r00001", "r00002"]),
        ]
        assert made.filter_values("kind") == [(True, ["true"]), ("b", ["b"])]
        assert made.selected("ids", ["r00003", "r00001", "x"]) == ["r00001", "r00003"]
        assert made.selected("kind", ["true"]) == made.held


def test_whether_credentials_are_needed(trial: Any) -> None:
    """A stream is public where the API asks for nothing, or says so of the stream."""
    with_auth = CONTRACT.replace("  streams:\n", AUTH)
    for contract, public in (
        (CONTRACT, True),
        (with_auth, False),
        (with_auth.replace("path: /things", "path: /things\n      public: true", 1), True),
        (with_auth.replace("auth: [", "auth: [{type: none}, "), True),
    ):
        with trial(contract=contract) as made:
            assert made.is_public is public


def test_the_other_streams_have_sources(trial: Any) -> None:
    """A clause may ask what the connector does for the other streams meanwhile."""
    with trial() as made:
        [other] = made.other_sources()
        assert other.config.stream == "others"


def test_without_a_description_nothing_is_reached(trial: Any) -> None:
    """With the class alone as evidence, every request is answered 404 and noted, and no world is at hand."""
    with trial(evidence=Evidence.CLASS) as made:
        turn = made.turn(made.source(), {})
        assert turn.error is not None
        assert [json.loads(call.response.body)["error"]["message"] for call in made.calls()] == [
            "nothing is described here"
        ]
        assert made.other_sources() == []
        with pytest.raises(AssertionError, match="no simulated world"):
            _ = made.world


def test_trials_do_not_touch_each_other(trial: Any) -> None:
    """What one trial inserts or asks, another one does not see."""
    with trial() as made:
        made.world.collection.delete("r00000")
        made.sync()
    with trial() as made:
        assert len(made.held) == 5
        assert made.calls() == []


# -- words


@pytest.mark.parametrize(
    ("expected", "came", "said"),
    [
        ("ab", "a", "of 2 records that the API holds, 1 arrived: 1 lost: b"),
        ("ab", "aab", "of 2 records that the API holds, 3 arrived: 1 delivered more than once: a"),
        ("ab", "abx", "of 2 records that the API holds, 3 arrived: 1 never held by the API: x"),
        ("ab", "ba", "all records were delivered in another order than the API's"),
        ("abcdef", "a", "of 6 records that the API holds, 1 arrived: 5 lost: b, c, d, e, …"),
        (
            "ab",
            "aax",
            "of 2 records that the API holds, 3 arrived: 1 lost: b; 1 delivered more than once: a; 1 never held by the API: x",
        ),
    ],
)
def test_how_what_came_differs(expected: str, came: str, said: str) -> None:
    """The difference between what the API holds and what arrived is one sentence."""
    assert difference(expected, came) == said


def test_exceptions_in_one_line() -> None:
    """An exception is its type and text, in one line of bearable length."""
    assert shown(ValueError("a\n b")) == "ValueError: a b"
    assert shown(KeyError()) == "KeyError"
    assert len(shown(ValueError("x" * 1000))) == 200


def test_what_get_returned_in_one_line() -> None:
    """What get() returned is the number of records and the pagination, or what it was instead."""
    assert described(SimpleNamespace(records=[1], next_pagination={"a": 1})) == "1 record, next_pagination {'a': 1}"
    assert described(SimpleNamespace(records=[], next_pagination={})) == "0 records, next_pagination {}"
    assert described(None) == "returned None"
