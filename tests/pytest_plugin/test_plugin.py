"""Contracts under pytest: real sessions, in processes of their own where it matters what is imported."""

from __future__ import annotations

import re
import xml.etree.ElementTree as ET
from textwrap import dedent

import pytest

import contract.judge
import contract.subject.building  # noqa: F401 - sessions in this process share what is loaded
from tests.support.tiny import CONTRACT, SOURCE, write

FEW = '("interface.instantiates", "interface.bounds[things]", "pagination.complete[things]")'
"""Clauses that judge quickly; the connector breaks the second one, which is a `should`."""

SUITE = f"""\
from contract import contract_suite

TestTiny = contract_suite("contract.yml", profile="quick", clauses={FEW})
"""

ITEMS = [
    "interface.instantiates[things]",
    "interface.instantiates[others]",
    "interface.bounds[things]",
    "pagination.complete[things]",
]


@pytest.fixture(autouse=True)
def quiet(pytester: pytest.Pytester, monkeypatch: pytest.MonkeyPatch) -> None:
    """Sessions inside are those of a user: no options of ours, and of the plugins beside it only what is asked for."""
    for name in ("PYTEST_ADDOPTS", "PYTEST_XDIST_WORKER", "PYTEST_XDIST_WORKER_COUNT", "GITHUB_ACTIONS", "CI"):
        monkeypatch.delenv(name, raising=False)
    pytester.makeini("[pytest]\naddopts = -p no:randomly -p no:benchmark\n")


def ids(result: pytest.RunResult) -> list[str]:
    """The items that were collected, by their last part."""
    return [line.rpartition("::")[2] for line in result.outlines if "::" in line]


def run(pytester: pytest.Pytester, *arguments: str) -> pytest.RunResult:
    """A session in this process, where the libraries are loaded already."""
    return pytester.runpytest_inprocess(*arguments)


def run_apart(pytester: pytest.Pytester, *arguments: str) -> pytest.RunResult:
    """A session in a process of its own, where nothing is."""
    return pytester.runpytest_subprocess(*arguments, timeout=120)


# -- three ways in


def test_a_file_needs_no_python(pytester: pytest.Pytester) -> None:
    """`pytest contract.yml` collects one item per clause and stream."""
    write(pytester.path)
    collected = ids(run(pytester, "contract.yml", "--collect-only", "-q"))
    assert {*ITEMS, "auth.unsupported_type"} <= set(collected)
    assert len(collected) == len(set(collected)) > 100


def test_a_file_is_judged(pytester: pytest.Pytester) -> None:
    """The items of a file are judged under the profile and seed of the command line."""
    write(pytester.path, more="not_applicable: {auth.unsupported_type: it is public}\n")
    arguments = ("contract.yml", "--contract-profile", "quick", "--contract-seed", "7", "-rs", "-v")
    result = run(pytester, *arguments, "-k", "instantiates or unsupported_type")
    outcomes = result.parseoutcomes()
    assert (outcomes["passed"], outcomes["skipped"]) == (2, 1)
    result.stdout.fnmatch_lines(
        ["contract.yml::interface.instantiates?things? PASSED*", "*not applicable: it is public"]
    )


def test_a_soak_is_no_test(pytester: pytest.Pytester) -> None:
    """It goes on until its time is over: the option does not know it, and a suite that asks for it is one failing item."""
    write(pytester.path)
    refused = run(pytester, "contract.yml", "--contract-profile", "soak")
    refused.stderr.fnmatch_lines(["*invalid choice: 'soak'*"])
    pytester.makepyfile(
        test_it='from contract import contract_suite\nTestIt = contract_suite("contract.yml", profile="soak")\n'
    )
    result = run(pytester)
    result.assert_outcomes(failed=1)
    result.stdout.fnmatch_lines(["*profile soak goes on until its time is over*"])


def test_files_are_collected_when_they_are_named(pytester: pytest.Pytester) -> None:
    """A contract.yml that lies about is no test of a session that did not ask for it."""
    write(pytester.path)
    pytester.makepyfile(test_own="def test_own(): pass")
    assert ids(run(pytester, "--collect-only", "-q")) == ["test_own"]
    assert ids(run(pytester, ".", "--collect-only", "-q")) == ["test_own"]
    (pytester.path / "contract.yml").rename(pytester.path / "tiny.contract.yml")
    assert "auth.unsupported_type" in ids(run(pytester, "tiny.contract.yml", "--collect-only", "-q"))


def test_a_suite_is_a_class(pytester: pytest.Pytester) -> None:
    """`contract_suite` in a test module gives its items, of the clauses and streams that it names."""
    write(pytester.path)
    pytester.makepyfile(
        test_it=SUITE + 'TestMore = contract_suite("contract.yml", clauses=("*.instantiates",), streams=("others",))\n'
    )
    result = run(pytester, "--collect-only", "-q")
    found = [line for line in result.outlines if "::" in line]
    assert found == [
        *(f"test_it.py::TestTiny::{name}" for name in ITEMS),
        "test_it.py::TestMore::interface.instantiates[others]",
    ]


def test_a_suite_is_judged(pytester: pytest.Pytester) -> None:
    """Each item of a suite is a test: passed, skipped, or failed with the story of the smallest sync."""
    write(pytester.path, defect="loses")
    pytester.makepyfile(test_it=SUITE)
    result = run(pytester)
    result.assert_outcomes(passed=2, failed=1, xfailed=1)
    result.stdout.fnmatch_lines(
        [
            "*_ tiny: pagination.complete?things? _*",
            "pagination.complete?things? (must): of 1 records that the API holds, 0 arrived: 1 lost: r00000",
            "*1. GET /things?size=1 -> 200: r00000; the last page",
            "*=> 0 records, next_pagination {}",
            "*cost: *",
            "*fix: *",
        ],
        consecutive=False,
    )
    assert "Traceback" not in result.stdout.str()


def test_a_suite_may_be_inherited(pytester: pytest.Pytester) -> None:
    """A class derived from a suite is the suite, and is not left without tests in silence."""
    write(pytester.path)
    suite = SUITE.replace("TestTiny =", "Base =") + "class TestMine(Base):\n    pass\n"
    pytester.makepyfile(test_it=suite)
    assert set(ids(run(pytester, "--collect-only", "-q", "test_it.py::TestMine"))) == set(ITEMS)


def test_a_suite_finds_its_file(pytester: pytest.Pytester) -> None:
    """The path of a suite is relative to its module, or else to pytest's root directory."""
    write(pytester.path / "connectors")
    folder = pytester.mkdir("tests")
    suite = SUITE.replace('"contract.yml"', "{!r}")
    (folder / "test_root.py").write_text(suite.format("connectors/contract.yml"))
    (folder / "test_beside.py").write_text(suite.format("../connectors/contract.yml"))
    assert ids(run(pytester, "tests", "--collect-only", "-q")) == ITEMS * 2


def test_credentials_stand_in_the_id(pytester: pytest.Pytester) -> None:
    """A clause judged for each type of credentials has that type in its id."""
    auth = """\
  auth:
    - {type: bearer, token: acme-test-token}
    - {type: oauth, token_url: https://api.tiny.test/token, client_id: c, client_secret: acme-test-secret}
  streams:
"""
    write(pytester.path, contract=CONTRACT.replace("  streams:\n", auth))
    found = ids(run(pytester, "contract.yml", "--collect-only", "-q", "-k", "dispatch and auth"))
    assert {"auth.dispatch[things-bearer]", "auth.dispatch[things-oauth]"} <= set(found)


# -- choosing


def test_items_are_chosen_by_name_and_marker(pytester: pytest.Pytester) -> None:
    """-k chooses by clause and stream, -m by severity and chapter; a node id is one item."""
    write(pytester.path)
    pytester.makepyfile(test_it=SUITE)

    def chosen(*arguments: str) -> list[str]:
        return ids(run(pytester, "--strict-markers", "--collect-only", "-q", *arguments))

    must, should = chosen("-m", "must"), chosen("-m", "should")
    assert set(must) | set(should) == set(ITEMS)
    assert not set(must) & set(should)
    assert should == [ITEMS[2]]
    assert chosen("-m", "interface") == ITEMS[:3]
    assert chosen("-m", "contract and not interface") == [ITEMS[3]]
    assert chosen("-k", "complete and things") == [ITEMS[3]]
    assert chosen("test_it.py::TestTiny::pagination.complete[things]") == [ITEMS[3]]


def test_every_chapter_has_a_marker(pytester: pytest.Pytester) -> None:
    """All items of a contract are collected under --strict-markers, and the markers are listed."""
    from contract.clauses import CHAPTERS

    write(pytester.path)
    run(pytester, "contract.yml", "--collect-only", "-q", "--strict-markers").stdout.no_fnmatch_line("*not found in*")
    listed = run(pytester, "--markers").stdout.str()
    for name in ("contract", "must", "should", *(chapter.name for chapter in CHAPTERS)):
        assert f"@pytest.mark.{name}:" in listed


def test_a_session_stops_at_the_first_failure(pytester: pytest.Pytester) -> None:
    """-x works as everywhere."""
    write(pytester.path, defect="never built")
    pytester.makepyfile(test_it=SUITE)
    run(pytester, "-x").assert_outcomes(failed=1)


def test_items_are_spread_over_processes(pytester: pytest.Pytester) -> None:
    """Under xdist the same items are judged, with the same outcomes."""
    write(pytester.path, defect="loses")
    pytester.makepyfile(test_it=SUITE)
    run_apart(pytester, "-p", "xdist", "-n", "2").assert_outcomes(passed=2, failed=1, xfailed=1)


def test_reports_hold_the_items(pytester: pytest.Pytester) -> None:
    """JUnit XML has each item under its id, what it judged, and the story of a failure."""
    write(pytester.path, defect="loses")
    pytester.makepyfile(test_it=SUITE)
    run(pytester, "--junitxml", "report.xml", "-o", "junit_family=xunit1")
    cases = {case.get("name"): case for case in ET.parse(pytester.path / "report.xml").iter("testcase")}
    assert set(cases) == set(ITEMS)
    failure = cases["pagination.complete[things]"].find("failure")
    assert failure is not None
    assert "1 lost: r00000" in str(failure.text)
    [judged] = [each.get("value") for each in cases["interface.instantiates[things]"].iter("property")]
    assert "interface.instantiates" in str(judged)


# -- severities and expectations


@pytest.mark.parametrize(("arguments", "failed"), [((), 0), (("--contract-strict",), 1)])
def test_a_broken_should_clause_fails_when_strict(
    pytester: pytest.Pytester, arguments: tuple[str, ...], failed: int
) -> None:
    """A broken `should` clause is an expected failure, and a failure with --contract-strict."""
    write(pytester.path)
    pytester.makepyfile(test_it=SUITE)
    run(pytester, *arguments, "-k", "bounds").assert_outcomes(failed=failed, xfailed=1 - failed, deselected=3)


def test_expected_failures_are_xfailed(pytester: pytest.Pytester) -> None:
    """A known failure is xfailed with its reason; one that is mended is xpassed, and fails when strict."""
    more = "expected_failures: {pagination.complete: {reason: ticket 7}}\n"
    write(pytester.path, defect="loses", more=more)
    pytester.makepyfile(test_it=SUITE)
    result = run(pytester, "-rx", "-k", "complete")
    result.assert_outcomes(xfailed=1, deselected=3)
    result.stdout.fnmatch_lines(["*ticket 7: of 1 records that the API holds*"])
    write(pytester.path, more=more)
    result = run(pytester, "-rX", "-k", "complete")
    result.assert_outcomes(xpassed=1, deselected=3)
    result.stdout.fnmatch_lines(["*expected to fail (ticket 7), and passes"])
    result = run(pytester, "--contract-strict", "-k", "complete")
    result.assert_outcomes(failed=1, deselected=3)
    result.stdout.fnmatch_lines(["*XPASS(strict)* expected to fail (ticket 7), and passes"])


# -- what cannot be used


@pytest.mark.parametrize(
    ("content", "said"),
    [
        (CONTRACT.replace("records:", "recods:"), "*contract.yml:8: *recods: no such key; did you mean `records`?*"),
        ("", "*contract.yml:1: the file is empty*"),
        (CONTRACT + "not_applicable: {pagination.completes: x}\n", "*not_applicable: no clause matches*did you mean*"),
        (None, "*contract.yml: no such file*"),
    ],
)
def test_a_bad_file_is_one_failing_item(pytester: pytest.Pytester, content: str | None, said: str) -> None:
    """A file that cannot be used is one failure that says why, and no error of the collection."""
    path = write(pytester.path)
    path.unlink() if content is None else path.write_text(content)
    pytester.makepyfile(test_it=SUITE, test_own="def test_own(): pass")
    result = run(pytester)
    result.assert_outcomes(passed=1, failed=1)
    result.stdout.fnmatch_lines([said])
    assert "Traceback" not in result.stdout.str()


def test_a_bad_file_on_the_command_line_is_one_failing_item(pytester: pytest.Pytester) -> None:
    """The same holds for a file that is collected by itself."""
    write(pytester.path, contract=CONTRACT.replace("records:", "recods:"))
    run(pytester, "contract.yml").assert_outcomes(failed=1)


def test_a_connector_that_does_not_import_fails_its_items(pytester: pytest.Pytester) -> None:
    """Each item of a connector that cannot be imported fails with the reason; other tests run."""
    write(pytester.path, source="raise RuntimeError('not on a Sunday')")
    pytester.makepyfile(test_it=SUITE, test_own="def test_own(): pass")
    result = run(pytester)
    result.assert_outcomes(passed=1, failed=4)
    result.stdout.fnmatch_lines(["*RuntimeError: not on a Sunday*"])
    assert "Traceback" not in result.stdout.str()


def test_no_clause_is_a_failure(pytester: pytest.Pytester) -> None:
    """A suite that comes to nothing fails: a typo must not look like a contract that holds."""
    write(pytester.path)
    suite = 'from contract import contract_suite\nTestIt = contract_suite("contract.yml", clauses={}, streams={})\n'
    pytester.makepyfile(test_it=suite.format('("pagination.complete[things]",)', '("others",)'))
    result = run(pytester)
    result.assert_outcomes(failed=1)
    result.stdout.fnmatch_lines(["*no clause of the contract applies*"])


def test_collecting_imports_nothing_of_the_connector(pytester: pytest.Pytester) -> None:
    """A connector that cannot be imported is collected like any other, and bizon is not loaded for it."""
    write(pytester.path, source="raise RuntimeError('imported')")
    pytester.makepyfile(test_it=SUITE)
    pytester.makeconftest(
        dedent(
            """
            import sys

            def pytest_sessionfinish(session):
                print("LOADED", sorted(name for name in ("bizon", "vcr") if name in sys.modules))
            """
        )
    )
    result = run_apart(pytester, "--collect-only", "-q", "-s")
    assert result.ret == 0
    assert [line for line in ids(result) if line in ITEMS] == ITEMS
    result.stdout.fnmatch_lines(["*LOADED []*"])


# -- what it costs


def test_warnings_as_errors_are_for_the_users_code(pytester: pytest.Pytester) -> None:
    """Under `-W error` bizon's own deprecations fail nothing, and the session shows no warning of them."""
    write(pytester.path)
    pytester.makepyfile(test_it=SUITE, test_own="def test_own(source): assert source.get().records")
    result = run_apart(pytester, "-W", "error")
    result.assert_outcomes(passed=4, xfailed=1, warnings=0)


def test_a_session_without_contracts_pays_nothing(pytester: pytest.Pytester) -> None:
    """The plugin is loaded with pytest, and neither bizon nor Hypothesis nor vcrpy with it."""
    pytester.makepyfile(
        test_own="""
        import sys

        def test_own(pytestconfig):
            assert pytestconfig.pluginmanager.hasplugin("contract")
            loaded = [name for name in ("bizon", "hypothesis", "vcr", "pydantic", "requests", "yaml") if name in sys.modules]
            assert loaded == []
        """
    )
    run_apart(pytester, "-p", "no:hypothesispytest", "-p", "no:requests_mock").assert_outcomes(passed=1)


# -- fixtures for tests of one's own


def test_the_fixtures_are_one_world(pytester: pytest.Pytester) -> None:
    """`api`, `source` and `clock` belong together: the source asks that API, at that time."""
    write(pytester.path)
    pytester.makepyfile(
        test_own="""
        import time

        def test_a_sync(api, source, clock):
            assert source.config.stream == "things"
            assert source.config.page_size == 2
            pagination, found = {}, []
            while True:
                page = source.get(pagination)
                found += [record.id for record in page.records]
                pagination = page.next_pagination
                if not pagination:
                    break
            assert found == list(api.collections["things"].ids)
            assert len(found) == 5

        def test_time(clock):
            before = time.time()
            time.sleep(1000)
            assert time.time() - before >= 1000
            assert clock.elapsed >= 1000

        def test_each_test_has_its_own(api, clock):
            api.collections["things"].delete("r00000")
            assert clock.elapsed < 1000
            assert len(api.collections["things"]) == 4
        """
    )
    run_apart(pytester).assert_outcomes(passed=3)


def test_the_fixtures_can_be_given_another_stream(pytester: pytest.Pytester) -> None:
    """File and stream are fixtures, and overridden like any other."""
    write(pytester.path / "elsewhere")
    pytester.makepyfile(
        test_own="""
        import pathlib
        import pytest

        @pytest.fixture
        def contract_file():
            return pathlib.Path(__file__).parent / "elsewhere" / "contract.yml"

        @pytest.fixture
        def contract_stream():
            return "others"

        def test_own(source):
            assert [record.data["id"] for record in source.get().records] == ["r00000", "r00001"]
            assert source.config.stream == "others"
        """
    )
    run(pytester).assert_outcomes(passed=1)


def test_the_fixtures_find_their_file(pytester: pytest.Pytester) -> None:
    """The file is the nearest one above the test, or that of the configuration; without any the test errs and says so."""
    own = "def test_own(api): pass"
    folder = pytester.mkdir("deep")
    (folder / "test_deep.py").write_text(own)
    result = run(pytester, "deep")
    result.assert_outcomes(errors=1)
    result.stdout.fnmatch_lines(["*no contract.yml in the folder of test_deep.py or above it: set `contract_file`*"])
    write(pytester.path / "connectors")
    run(pytester, "deep", "-o", "contract_file=connectors/contract.yml").assert_outcomes(passed=1)
    write(pytester.path)
    run(pytester, "deep").assert_outcomes(passed=1)


def test_the_fixtures_need_a_description(pytester: pytest.Pytester) -> None:
    """Without `api:` there is nothing to simulate: the test is skipped and says what to write."""
    write(pytester.path, contract=CONTRACT.partition("api:")[0])
    pytester.makepyfile(test_own="def test_api(api): pass\ndef test_source(source): pass")
    result = run(pytester, "-rs")
    result.assert_outcomes(skipped=2)
    result.stdout.fnmatch_lines(["*has no `api:`*"])


def test_a_connector_that_does_not_import_is_said_by_the_fixture(pytester: pytest.Pytester) -> None:
    """A test with the fixture `source` of a connector that cannot be imported errs with the reason alone."""
    write(pytester.path, source="raise RuntimeError('not on a Sunday')")
    pytester.makepyfile(test_own="def test_own(source): pass")
    result = run(pytester)
    result.assert_outcomes(errors=1)
    result.stdout.fnmatch_lines(["*not on a Sunday*"])


# -- beside Hypothesis


@pytest.mark.parametrize("arguments", [("--hypothesis-seed=3",), ("--hypothesis-profile=theirs",)])
def test_hypothesis_is_left_to_the_user(pytester: pytest.Pytester, arguments: tuple[str, ...]) -> None:
    """A seed or profile of the user's for Hypothesis breaks no clause, and holds in their own tests."""
    write(pytester.path)
    pytester.makeconftest(
        dedent(
            """
            from hypothesis import settings

            settings.register_profile("theirs", derandomize=True, max_examples=2, deadline=1)
            """
        )
    )
    pytester.makepyfile(
        test_it=SUITE,
        test_own="""
        from hypothesis import given, settings, strategies as st

        seen = []

        @settings(database=None)
        @given(st.integers())
        def test_own(number):
            seen.append(number)

        def test_how_many():
            assert len(seen) == settings().max_examples or settings().max_examples > 2
        """,
    )
    run_apart(pytester, *arguments, "-k", "own or complete or how_many").assert_outcomes(passed=3, deselected=3)


def test_sources_are_not_printed_with_secrets(pytester: pytest.Pytester) -> None:
    """What a failing item shows holds no credential of the config."""
    contract = CONTRACT.replace(
        "config: {name: tiny, page_size: 2}",
        "config: {name: tiny, page_size: 2, authentication: {type: api_key, params: {token: acme-test-token}}}",
    ).replace("  streams:\n", "  auth: [{type: bearer, token: acme-test-token}]\n  streams:\n")
    leaking = SOURCE.replace(
        "if defect ==", "raise ValueError(str(self.config.authentication))\n        if defect ==", 1
    )
    write(pytester.path, source=leaking, contract=contract)
    result = run(pytester, "contract.yml", "-k", "interface.dispatch and things")
    assert re.search(r"\d failed", result.stdout.str())
    assert "acme-test-token" not in result.stdout.str()


def test_the_plugin_is_found_by_itself() -> None:
    """The plugin is an entry point of the distribution: nobody has to name it."""
    from importlib.metadata import entry_points

    [found] = entry_points(group="pytest11", name="contract")
    assert found.value == "contract.pytest_plugin"
