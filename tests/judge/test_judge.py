"""The judge: which clauses apply, and what becomes of each."""

from __future__ import annotations

import datetime as dt
import json
import subprocess
import sys
from collections.abc import Callable, Sequence
from dataclasses import replace
from pathlib import Path
from typing import Any

import pytest

import contract
from contract.clauses import CHAPTERS, Clause, by_id
from contract.description.document import Document, read
from contract.docket import Docket, Settings
from contract.errors import SubjectLoadError, UnknownNameError, UsageError
from contract.hearing import judge
from contract.judge import judge_contract, run
from contract.planning import Item, plan
from contract.results import Began, Evidence, Judged, Outcome, Planned, Report, Result, Severity
from contract.strategies import Case, Domain, boundaries, several
from contract.trial import Trial
from tests.support.tiny import CONTRACT, SOURCE, write

CLAUSES = by_id(CHAPTERS)
WITH_AUTH = CONTRACT.replace(
    "  streams:\n",
    """\
  auth:
    - {type: bearer, token: acme-test-token}
    - {type: basic, username: ada, password: acme-test-password}
  streams:
""",
)


def named(path: Path, clauses: Sequence[str] = (), streams: Sequence[str] = ()) -> list[str]:
    """The items of a contract.yml."""
    return [item.name for item in plan(read(path).contract, clauses, streams)]


def judged(path: Path, *clauses: str, **options: Any) -> dict[str, Result]:
    """The results of some clauses on the stream `things`, by name."""
    report = contract.check(path, clauses=clauses, streams=["things"], profile="quick", **options)
    return {result.name: result for result in report.results}


def clause(check: Callable[[Trial], None], **changes: Any) -> Clause:
    """A clause that is judged by ``check``."""
    made = Clause(
        id="pagination.mine",
        chapter="pagination",
        severity=Severity.MUST,
        evidence=(Evidence.API,),
        sentence="Mine holds.",
        cost="It costs.",
        fix="Mend it.",
        check=check,
        over=Domain(lambda limits: [Case(3, 2, 1)]),
        per="stream",
        variants="none",
        needs_sync=True,
        of_runs=False,
    )
    return replace(made, **changes)


def verdict(path: Path, mine: Clause, **settings: Any) -> Result:
    """What becomes of a clause of one's own on the stream `things`."""
    return judge(Docket(read(path), Settings("quick", **settings)), Item(mine, "things"))


# -- the plan


def test_planning_imports_neither_bizon_nor_the_connector(tmp_path: Path) -> None:
    """The items of a contract are known without loading anything: a connector that cannot be imported has its plan."""
    path = write(tmp_path, source="raise RuntimeError('imported')")
    code = f"""
import json, sys
from contract.description.document import read
from contract.planning import plan
items = [item.name for item in plan(read({str(path)!r}).contract)]
print(json.dumps([len(items), sorted(sys.modules)]))
"""
    done = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True, timeout=60)
    items, imported = json.loads(done.stdout)
    assert items > 50
    assert not [
        name for name in imported if name.partition(".")[0] in ("bizon", "source") or name.startswith("connector_")
    ]


def test_recordings_without_vcrpy_are_no_evidence(tmp_path: Path) -> None:
    """The base install judges what it can where nothing is described, and says what a recording would take."""
    path = write(tmp_path, contract=CONTRACT.partition("api:")[0])
    (tmp_path / "cassettes").mkdir()
    (tmp_path / "cassettes" / "things.yaml").write_text("not read", "utf-8")
    code = f"""
import json, sys
sys.modules["vcr"] = None
from contract.judge import check
results = check({str(path)!r}, profile="quick").results
print(json.dumps([[result.clause, str(result.outcome), result.message] for result in results]))
"""
    done = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True, timeout=60)
    found = {clause: (outcome, message) for clause, outcome, message in json.loads(done.stdout)}
    assert found["interface.instantiates"] == ("passed", None)
    assert "with the extra `record`" in found["retry.transient_status"][1]
    assert "error" not in {outcome for outcome, _ in found.values()}


def test_each_clause_is_planned_for_each_stream(tmp_path: Path) -> None:
    """Clauses come in the order of the specification, each for every described stream, or once for the connector."""
    names = named(write(tmp_path))
    assert names[:2] == ["interface.instantiates[things]", "interface.instantiates[others]"]
    assert "auth.unsupported_type" in names
    order = [name.partition("[")[0] for name in names]
    assert list(dict.fromkeys(order)) == list(CLAUSES)
    assert len(set(names)) == len(names)


def test_clauses_of_credentials_are_planned_for_each_type(tmp_path: Path) -> None:
    """A clause about credentials is judged under each of bizon's names for what the API accepts."""
    names = named(write(tmp_path, contract=WITH_AUTH), ["auth.dispatch"], ["things"])
    assert names == ["auth.dispatch[things-api_key]", "auth.dispatch[things-bearer]", "auth.dispatch[things-basic]"]


def test_without_a_description_one_item_stands_for_all_streams(tmp_path: Path) -> None:
    """As long as nothing says which streams there are, a clause is one item; with the connector's own, one for each."""
    path = write(tmp_path, contract=CONTRACT.partition("api:")[0])
    assert named(path, ["interface.instantiates"]) == ["interface.instantiates"]
    items = plan(read(path).contract, ["interface.instantiates"], found=["a", "b"])
    assert [item.name for item in items] == ["interface.instantiates[a]", "interface.instantiates[b]"]


@pytest.mark.parametrize(
    ("patterns", "found"),
    [
        (["pagination.complete"], ["pagination.complete[things]", "pagination.complete[others]"]),
        (["pagination.complete[others]"], ["pagination.complete[others]"]),
        (["pagination.comp*[thi*]"], ["pagination.complete[things]"]),
        (["auth.unsupported*", "pagination.total[things]"], ["pagination.total[things]", "auth.unsupported_type"]),
    ],
)
def test_clauses_are_chosen_by_id_or_glob(tmp_path: Path, patterns: list[str], found: list[str]) -> None:
    """An id, an id with its stream, or a glob of either chooses items; their order stays that of the specification."""
    assert named(write(tmp_path), patterns) == found


def test_a_stream_of_brackets_is_no_character_class(tmp_path: Path) -> None:
    """Brackets in a glob are those of the id: `*[things]` does not mean ids that end in a letter of it."""
    assert all(name.endswith("[things]") for name in named(write(tmp_path), ["*[things]"]))


def test_a_clause_of_the_connector_has_no_stream(tmp_path: Path) -> None:
    """`*[*]` means what is judged for a stream, and nothing else."""
    assert "auth.unsupported_type" not in named(write(tmp_path), ["*[*]"])
    assert "auth.unsupported_type" in named(write(tmp_path), streams=["things"])


@pytest.mark.parametrize(
    ("more", "clauses", "streams", "said"),
    [
        (
            "",
            ["pagination.completes"],
            [],
            "no clause matches 'pagination.completes'; did you mean pagination.complete",
        ),
        (
            "",
            ["pagination.complete[thing]"],
            [],
            "no clause matches 'pagination.complete[thing]'; did you mean pagination",
        ),
        ("", ["qqq*"], [], "no clause matches 'qqq*'; `bizon-contract clauses` lists them"),
        ("", [], ["thing"], "no stream matches 'thing'; did you mean things?"),
        (
            "expected_failures: {auth.unsuported_type: {reason: later}}",
            [],
            [],
            "expected_failures: no clause matches 'auth.unsuported_type'; did you mean auth.unsupported_type",
        ),
        (
            "not_applicable: {'pagination.total[oders]': never}",
            [],
            [],
            "not_applicable: no clause matches 'pagination.total[oders]'; did you mean ",
        ),
    ],
)
def test_a_name_that_means_nothing_is_refused(
    tmp_path: Path, more: str, clauses: list[str], streams: list[str], said: str
) -> None:
    """An id, glob or stream that matches nothing is refused with the nearest name, wherever it stands."""
    with pytest.raises(UnknownNameError) as refused:
        named(write(tmp_path, more=more), clauses, streams)
    assert str(refused.value).startswith(said)


# -- the run


def test_a_run_yields_its_results_as_they_come(tmp_path: Path) -> None:
    """First what is planned, then each item as it begins and as it ended, and the whole report last."""
    wanted = ["interface.instantiates", "pagination.complete"]
    events = list(run([write(tmp_path)], clauses=wanted, streams=["things"], profile="quick"))
    assert [type(event) for event in events] == [Planned, Began, Judged, Began, Judged, Report]
    planned, began, first, *_, report = events
    assert planned == Planned(("tiny",), 2)
    assert began == Began("tiny", "interface.instantiates[things]")
    assert isinstance(first, Judged)
    assert isinstance(report, Report)
    assert first.result == report.results[0]
    assert report.connectors[0].streams == ("things", "others")
    assert (report.profile, report.seed, report.version) == ("quick", 0, contract.__version__)


def test_a_right_connector_passes(tmp_path: Path) -> None:
    """A clause that holds is passed, and says over what it was judged."""
    result = judged(write(tmp_path), "pagination.complete")["pagination.complete[things]"]
    assert (result.outcome, result.message, result.evidence) == (Outcome.PASSED, None, Evidence.API)
    assert result.judged["records"] > 100
    assert result.requests >= result.examples > 10


def test_a_broken_connector_fails_with_the_smallest_sync(tmp_path: Path) -> None:
    """A broken clause fails with what is lost, its cost, its remedy, and the requests of the smallest sync that shows it."""
    result = judged(write(tmp_path, defect="loses"), "pagination.complete")["pagination.complete[things]"]
    assert (result.outcome, result.severity) == (Outcome.FAILED, Severity.MUST)
    assert result.message == "of 1 records that the API holds, 0 arrived: 1 lost: r00000"
    assert (result.cost, result.fix) == (CLAUSES["pagination.complete"].cost, CLAUSES["pagination.complete"].fix)
    assert [step.request for step in result.story] == ["GET /things?size=1"]


def test_several_contracts_are_one_report(tmp_path: Path) -> None:
    """Folders are searched; each contract.yml is a connector of the report, and one that fails spoils no other."""
    write(tmp_path / "a", defect="one page")
    write(tmp_path / "b")
    report = contract.check(tmp_path, clauses=["pagination.complete"], profile="quick")
    assert [(Path(each.file).parent.name, each.results[0].outcome) for each in report.connectors] == [
        ("a", Outcome.FAILED),
        ("b", Outcome.PASSED),
    ]
    assert report.summary["failed"] == report.summary["passed"] == 2
    assert not report.passed()


@pytest.mark.parametrize("defect", ["", "loses"])
def test_the_same_seed_gives_the_same_report(tmp_path: Path, defect: str) -> None:
    """Two runs with one seed agree in everything but the seconds they took."""
    path = write(tmp_path, defect=defect)

    def once(seed: int) -> list[dict[str, Any]]:
        report = contract.check(path, clauses=["pagination.*"], streams=["things"], profile="quick", seed=seed)
        results = report.to_json()["connectors"][0]["results"]
        return [{key: value for key, value in result.items() if key != "seconds"} for result in results]

    assert once(3) == once(3)


def test_a_contract_built_in_python_is_judged(tmp_path: Path) -> None:
    """A document need not have been read from a file."""
    read_one = read(write(tmp_path))
    built = Document(read_one.path, read_one.contract)
    [result] = judge_contract(built, clauses=["pagination.terminates[things]"])
    assert result.outcome is Outcome.PASSED


# -- what cannot be judged at all


def test_a_connector_that_cannot_be_imported_is_a_wrong_call(tmp_path: Path) -> None:
    """A connector whose import fails is no verdict: nothing is judged, and the reason is said."""
    path = write(tmp_path, source="raise RuntimeError('not on a Sunday')")
    with pytest.raises(SubjectLoadError, match="not on a Sunday"):
        contract.check(path)


def test_a_described_stream_that_the_connector_lacks_is_a_wrong_description(tmp_path: Path) -> None:
    """A stream under `api.streams` that the class does not name is refused, with those that it does."""
    path = write(tmp_path, contract=CONTRACT.replace("    others:", "    other:"))
    with pytest.raises(
        UsageError, match="api.streams: no stream of the connector matches 'other'; did you mean others"
    ):
        contract.check(path)


def test_a_profile_that_is_not_known_is_refused(tmp_path: Path) -> None:
    """A profile has one of four names."""
    with pytest.raises(UsageError, match="profile 'slow' is not known; it is one of quick, standard, thorough, soak"):
        contract.check(write(tmp_path), profile="slow")


# -- outcomes


def test_what_is_not_applicable_is_skipped(tmp_path: Path) -> None:
    """An exemption is a skip with its reason, also where the clause would fail, and nothing is asked for it."""
    path = write(tmp_path, defect="loses", more="not_applicable: {'pagination.complete[things]': it is a sample}")
    result = judged(path, "pagination.complete", "pagination.terminates")["pagination.complete[things]"]
    assert (result.outcome, result.message) == (Outcome.SKIPPED, "not applicable: it is a sample")
    assert result.requests == 0


def test_a_known_failure_is_expected(tmp_path: Path) -> None:
    """A failure that is listed is xfailed, with the reason and what happened."""
    path = write(tmp_path, defect="loses", more="expected_failures: {pagination.complete: {reason: 'ticket 7'}}")
    result = judged(path, "pagination.complete")["pagination.complete[things]"]
    assert result.outcome is Outcome.XFAILED
    assert result.message == "ticket 7: of 1 records that the API holds, 0 arrived: 1 lost: r00000"
    assert not result.breaks(strict=True)


def test_a_known_failure_that_is_mended_is_told(tmp_path: Path) -> None:
    """A clause that was expected to fail and passes is xpassed: the entry can go."""
    path = write(tmp_path, more="expected_failures: {'pagination.comp*': {reason: 'ticket 7'}}")
    result = judged(path, "pagination.complete")["pagination.complete[things]"]
    assert (result.outcome, result.message) == (Outcome.XPASSED, "expected to fail (ticket 7), and passes")


def test_an_expected_failure_excuses_no_error(tmp_path: Path) -> None:
    """What is expected is a failure of the connector; a skip stays a skip, and our own error an error."""
    more = "expected_failures: {pagination.filters: {reason: x}, 'pagination.complete[things]': {reason: x}}"
    path = write(tmp_path, more=more)
    assert judged(path, "pagination.filters")["pagination.filters[things]"].outcome is Outcome.SKIPPED
    broken = clause(lambda trial: {}["key"], id="pagination.complete")  # type: ignore[func-returns-value]
    assert verdict(path, broken).outcome is Outcome.ERROR


@pytest.mark.parametrize(("days", "outcome"), [(1, Outcome.XFAILED), (0, Outcome.FAILED), (-1, Outcome.FAILED)])
def test_an_expected_failure_is_outdated_one_day(tmp_path: Path, days: int, outcome: Outcome) -> None:
    """From the day in `until` on, the failure counts again, and the message says why."""
    until = dt.datetime.now(dt.UTC).date() + dt.timedelta(days=days)
    more = f"expected_failures: {{pagination.complete: {{reason: 'ticket 7', until: {until}}}}}"
    result = judged(write(tmp_path, defect="loses", more=more), "pagination.complete")["pagination.complete[things]"]
    assert result.outcome is outcome
    assert result.message is not None
    assert ("which is over" in result.message) is (outcome is Outcome.FAILED)
    if outcome is Outcome.FAILED:
        assert result.message.endswith(f"1 lost: r00000; expected to fail until {until} (ticket 7), which is over")
        assert result.story


def test_one_entry_that_lasts_is_enough(tmp_path: Path) -> None:
    """Where two entries mean the same clause, it is expected to fail as long as one of them says so."""
    more = "expected_failures: {pagination.complete: {reason: a, until: 2020-01-01}, 'pagination.c*': {reason: b}}"
    path = write(tmp_path, defect="loses", more=more)
    assert judged(path, "pagination.complete")["pagination.complete[things]"].outcome is Outcome.XFAILED


def test_absent_evidence_is_a_skip_that_says_what_to_provide(tmp_path: Path) -> None:
    """A clause whose evidence is not there is skipped, and says what would have to be given."""
    path = write(tmp_path, contract=CONTRACT.partition("api:")[0])
    results = judged(path, "pagination.complete", "pagination.first_page", "interface.instantiates")
    assert results["pagination.complete[things]"].message == (
        "needs a description of what its API does (`api:` in contract.yml) or a recording of the stream "
        "(`bizon-contract record`, with the extra `record`)"
    )
    assert results["pagination.first_page[things]"].message == (
        "needs a description of what its API does (`api:` in contract.yml) or a recording of the stream "
        "(`bizon-contract record`, with the extra `record`) or the connector as it is (`--live`)"
    )
    assert results["interface.instantiates[things]"].outcome is Outcome.PASSED


def test_what_did_not_happen_is_skipped(tmp_path: Path) -> None:
    """A clause about something that the stream does not have is skipped, never passed."""
    result = judged(write(tmp_path), "pagination.filters")["pagination.filters[things]"]
    assert result.outcome is Outcome.SKIPPED
    assert str(result.message).startswith("nothing to judge: ")


@pytest.mark.parametrize(
    ("check", "message"),
    [
        (lambda trial: None, "nothing to judge: the described paging and options have nothing of the kind"),
        (lambda trial: trial.judged(pages=0), "nothing to judge: the described paging and options have nothing"),
        (lambda trial: trial.need(False, "there is no moon"), "nothing to judge: there is no moon"),
    ],
)
def test_a_clause_that_judged_nothing_did_not_pass(
    tmp_path: Path, check: Callable[[Trial], None], message: str
) -> None:
    """Only what was judged can pass."""
    result = verdict(write(tmp_path), clause(check))
    assert result.outcome is Outcome.SKIPPED
    assert str(result.message).startswith(message)


def test_a_clause_without_cases_is_skipped(tmp_path: Path) -> None:
    """Where the domain has nothing for the stream, nothing is judged."""
    mine = clause(lambda trial: trial.judged(x=1), over=several.each(lambda case, limits: []))
    assert verdict(write(tmp_path), mine).outcome is Outcome.SKIPPED


@pytest.mark.parametrize("over", [Domain(lambda limits: [Case(3, 2, 1)]), boundaries], ids=["enumerated", "drawn"])
def test_a_crash_of_a_clause_is_our_error(tmp_path: Path, over: Domain) -> None:
    """An exception of a clause itself is never the connector's failure, and spoils no other item."""

    def crash(trial: Trial) -> None:
        if trial.case.size == 3:
            raise ZeroDivisionError("by nothing")

    path = write(tmp_path)
    result = verdict(path, clause(crash, over=over))
    assert result.outcome is Outcome.ERROR
    assert str(result.message).startswith("ZeroDivisionError: by nothing (at test_judge.py:")
    assert str(result.message).endswith("a defect of bizon-contract or of the description")
    assert result.breaks(strict=False)


def test_a_drawn_failure_is_shrunk(tmp_path: Path) -> None:
    """What only a drawn case shows is told by the smallest one, and by that case's own story."""

    def check(trial: Trial) -> None:
        sync = trial.sync()
        trial.expect(trial.case.seed == 1 or trial.case.size < 2, f"{trial.case}")
        trial.judged(records=len(sync.records))

    result = verdict(write(tmp_path), clause(check, over=boundaries))
    assert (result.outcome, result.message) == (Outcome.FAILED, "2 records, 1 a page")
    assert [step.request.split("?")[0] for step in result.story] == ["GET /things"] * 2


def test_a_sync_that_does_not_begin_fails_once(tmp_path: Path) -> None:
    """Where `get({})` raises, interface.dispatch fails; the clauses that need a sync are skipped and point there."""
    results = judged(write(tmp_path, defect="raises"), "interface.dispatch", "pagination.complete")
    assert results["interface.dispatch[things]"].outcome is Outcome.FAILED
    skipped = results["pagination.complete[things]"]
    assert skipped.outcome is Outcome.SKIPPED
    assert "get({}) raised ValueError: not today" in str(skipped.message)
    assert "see interface.dispatch" in str(skipped.message)


@pytest.mark.parametrize("page_size", ["option: page_size, ", ""])
def test_a_source_that_cannot_be_built_fails_once(tmp_path: Path, page_size: str) -> None:
    """Where the class raises, interface.instantiates fails and the rest is skipped, whatever options are described."""
    path = write(tmp_path, defect="never built", contract=CONTRACT.replace("option: page_size, ", page_size))
    results = judged(path, "interface.*", "pagination.*")
    assert results["interface.instantiates[things]"].outcome is Outcome.FAILED
    assert not [result for result in results.values() if result.outcome is Outcome.ERROR]
    assert {results[name].outcome for name in results if name.startswith("pagination.")} == {Outcome.SKIPPED}


def test_a_page_size_that_cannot_be_chosen_is_found_out(tmp_path: Path) -> None:
    """Without an option for it, the page size that the connector asks for is that of every case."""
    path = write(tmp_path, contract=CONTRACT.replace("option: page_size, ", ""))
    limits = Docket(read(path)).limits("things")
    assert (limits.smallest, limits.largest, limits.fixed) == (2, 2, True)
    unasked = SOURCE.replace('params = {"size": self.config.page_size} | (', "params = (")
    path = write(tmp_path / "unasked", source=unasked, contract=CONTRACT.replace("option: page_size, ", ""))
    assert Docket(read(path)).limits("things").largest == 20


def test_limits_are_those_of_api_and_connector(tmp_path: Path) -> None:
    """A case asks for no page size that the API or the connector's own bounds refuse."""
    bounded = SOURCE.replace("page_size: int = 10", "page_size: int = pydantic.Field(10, ge=5, le=80)")
    limits = Docket(read(write(tmp_path, source=f"import pydantic\n{bounded}"))).limits("things")
    assert (limits.smallest, limits.largest, limits.style) == (5, 50, "cursor")


def test_variants_need_their_credentials(tmp_path: Path) -> None:
    """A clause about OAuth is skipped where none is described, and says so."""
    results = judged(write(tmp_path, contract=WITH_AUTH), "auth.oauth*", "auth.*token*")
    assert results
    assert {result.outcome for result in results.values()} == {Outcome.SKIPPED}
    assert {result.message for result in results.values()} == {"the description lists no oauth credentials"}


ACME = Path(__file__).parents[2] / "acme_connector" / "contract.yml"


def test_quick_tries_every_type_of_credentials_on_the_first_stream_and_every_stream_with_one() -> None:
    items = plan(read(ACME).contract, ["security.off_origin"])
    kept = [item.name.partition("[")[2].rstrip("]") for item in items if item.in_quick]
    first, *others = dict.fromkeys(item.stream for item in items)
    types = list(dict.fromkeys(item.variant for item in items))
    assert len(types) > 1
    assert kept == [f"{first}-{each}" for each in types] + [f"{other}-{types[0]}" for other in others]


def test_quick_says_which_profile_judges_the_other_pairs() -> None:
    quick = contract.check(ACME, clauses=["security.errors"], profile="quick")
    left_out = {result.name for result in quick.results if result.outcome is Outcome.SKIPPED}
    assert left_out == {item.name for item in plan(read(ACME).contract, ["security.errors"]) if not item.in_quick}
    standard = contract.check(ACME, clauses=["security.errors"], profile="standard")
    assert {result.outcome for result in standard.results} == {Outcome.PASSED}


def test_quick_draws_for_a_clause_on_one_stream_and_the_seed_chooses_it() -> None:
    items = plan(read(ACME).contract, ["pagination.*"])

    def drawn(seed: int) -> list[str]:
        docket = Docket(read(ACME), Settings(profile="quick", seed=seed))
        return [item.name for item in items if docket.draws(item)]

    assert len(drawn(0)) == len({item.clause.id for item in items})
    assert drawn(0) != drawn(1)
    assert all(Docket(read(ACME), Settings(profile="standard")).draws(item) for item in items)
