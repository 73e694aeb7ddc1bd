"""The pytest plugin: options, the collection of contracts, and fixtures. It costs nothing until a contract is collected.

Three ways in::

    TestAcme = contract_suite("acme_connector/contract.yml")     # in a test module
    pytest acme_connector/contract.yml                           # no Python at all
    def test_mine(api, source, clock): ...                       # fixtures for tests of one's own
    def test_recorded(cassette, source, clock): ...              # the same against a recording
"""

from __future__ import annotations

import os
from collections.abc import Iterable, Iterator
from pathlib import Path
from typing import TYPE_CHECKING, Any

import pytest

if TYPE_CHECKING:
    from bizon.source.source import AbstractSource
    from vcr.cassette import Cassette

    from contract.clauses import Clause
    from contract.description.document import Document
    from contract.docket import Docket
    from contract.planning import Item
    from contract.results import Result
    from contract.trial import World

CHAPTERS = (
    "interface",
    "pagination",
    "records",
    "retry",
    "auth",
    "connection",
    "integrity",
    "security",
    "incremental",
    "engine",
    "checkpoints",
    "recording",
    "footprint",
    "stateful",
)
"""The names of the chapters: importing them here would cost every pytest session half a second."""

DOCKETS = pytest.StashKey[dict[tuple[Path, str, int], "Docket"]]()


def pytest_addoption(parser: pytest.Parser) -> None:
    """Options and ini keys of contracts."""
    group = parser.getgroup("contract", "bizon connectors under contract")
    group.addoption(
        "--contract-profile",
        choices=("quick", "standard", "thorough"),
        default="standard",
        help="how much Hypothesis draws for each clause (default: standard)",
    )
    group.addoption("--contract-seed", type=int, default=0, metavar="N", help="the same seed judges the same cases")
    group.addoption("--contract-strict", action="store_true", help="a broken `should` clause fails its test too")
    parser.addini("contract_file", "the contract.yml that the fixtures api, source and clock use")


def pytest_configure(config: pytest.Config) -> None:
    """Markers of collected items."""
    config.addinivalue_line("markers", "contract: a clause of a connector's contract")
    config.addinivalue_line("markers", "must: a clause that loses data, hangs, crashes or leaks when it is broken")
    config.addinivalue_line("markers", "should: a clause that a careful connector keeps")
    for chapter in CHAPTERS:
        config.addinivalue_line("markers", f"{chapter}: a clause of the chapter {chapter}")


def pytest_collect_file(file_path: Path, parent: pytest.Collector) -> ContractFile | None:
    """A contract.yml that was named on the command line is collected without any Python."""
    named = file_path.name == "contract.yml" or file_path.name.endswith(".contract.yml")
    if named and parent.session.isinitpath(file_path):
        return ContractFile.from_parent(parent, path=file_path)
    return None


def pytest_pycollect_makeitem(collector: pytest.Module | pytest.Class, name: str, obj: object) -> ContractSuite | None:
    """What `contract_suite` left in a test module is collected as its items."""
    bases = obj.__mro__ if isinstance(obj, type) else ()  # not getattr: a metaclass may have an answer to everything
    suite = next((vars(base)["__contract_suite__"] for base in bases if "__contract_suite__" in vars(base)), None)
    if suite is None:
        return None
    return ContractSuite.from_parent(collector, name=name, suite=suite)


def items_of(
    collector: pytest.Collector, path: Path, suite: Any = None, beside: Iterable[object] = ()
) -> Iterator[ClauseItem | Unusable]:
    """One item per clause, stream and authentication type. Only the file is read, and those with the author's clauses.

    A file that cannot be used is one failing item that says why.
    """
    from contract.description.document import read
    from contract.errors import UsageError
    from contract.planning import own_clauses, plan

    try:
        document = read(path)
        own = [*own_clauses(document.contract, document.folder), *_own_of(beside)]
        planned = plan(document.contract, suite.clauses if suite else (), suite.streams if suite else (), own=own)
    except UsageError as error:
        yield Unusable.from_parent(collector, name=path.name, reason=str(error))
        return
    profile = (suite.profile if suite else None) or collector.config.getoption("contract_profile")
    if profile == "soak":
        why = "profile soak goes on until its time is over, which no test does: `bizon-contract check --profile soak`"
        yield Unusable.from_parent(collector, name=path.name, reason=why)
        return
    for item in planned:
        yield ClauseItem.from_parent(collector, name=item.name, document=document, item=item, profile=profile)
    if not planned:
        yield Unusable.from_parent(collector, name=path.name, reason=f"{path}: no clause of the contract applies")


def _own_of(values: Iterable[object]) -> list[Clause]:
    from contract.clauses.own import clauses_in

    return clauses_in(values)


class ContractFile(pytest.File):
    """A contract.yml."""

    def collect(self) -> Iterator[ClauseItem | Unusable]:
        """Its items."""
        return items_of(self, self.path)


class ContractSuite(pytest.Collector):
    """A `contract_suite(...)` in a test module."""

    def __init__(self, *, suite: Any, **kwargs: Any) -> None:
        super().__init__(**kwargs)
        self.suite = suite

    def collect(self) -> Iterator[ClauseItem | Unusable]:
        """Its items."""
        path = self.suite.path if self.suite.path.exists() else self.config.rootpath / self.suite.path
        module = self.getparent(pytest.Module)
        return items_of(self, path, self.suite, vars(module.obj).values() if module else ())


class Unusable(pytest.Item):
    """Stands for the items of a file that cannot be used, and fails with the reason."""

    def __init__(self, *, reason: str, **kwargs: Any) -> None:
        super().__init__(**kwargs)
        self.reason = reason

    def runtest(self) -> None:
        """Fail."""
        pytest.fail(self.reason, pytrace=False)

    def reportinfo(self) -> tuple[Path, None, str]:
        """Where it is reported."""
        return self.path, None, self.name


class ClauseItem(pytest.Item):
    """One clause on one stream."""

    def __init__(self, *, document: Document, item: Item, profile: str, **kwargs: Any) -> None:
        super().__init__(**kwargs)
        self.document = document
        self.item = item
        self.profile = profile
        chapter = item.clause.chapter
        if chapter not in CHAPTERS:
            self.config.addinivalue_line("markers", f"{chapter}: a clause of the author's chapter {chapter}")
        for marker in ("contract", str(item.clause.severity), chapter):
            self.add_marker(marker)

    def runtest(self) -> None:
        """Judge it."""
        from contract.errors import UsageError
        from contract.hearing import judge

        try:
            result = judge(self._docket(), self.item)
        except UsageError as error:
            pytest.fail(str(error), pytrace=False)
        self.user_properties.append(("contract", {"clause": result.clause, "judged": result.judged}))
        self._conclude(result)

    def _docket(self) -> Docket:
        """The connector, loaded once for all of its items in this process."""
        from contract.docket import Docket, Settings

        seed = self.config.getoption("contract_seed")
        dockets = self.session.stash.setdefault(DOCKETS, {})
        key = (self.document.path, self.profile, seed)
        if key not in dockets:
            dockets[key] = Docket(self.document, Settings(self.profile, seed))
        return dockets[key]

    def _conclude(self, result: Result) -> None:
        from contract.report.text import story_lines
        from contract.results import Outcome

        strict = self.config.getoption("contract_strict")
        match result.outcome:
            case Outcome.SKIPPED:
                pytest.skip(result.message or "")
            case Outcome.XFAILED:
                pytest.xfail(result.message or "")
            case Outcome.XPASSED if not strict:
                self.add_marker(pytest.mark.xfail(reason=result.message or "", strict=False))
            case Outcome.XPASSED:
                pytest.fail(f"[XPASS(strict)] {result.message}", pytrace=False)
            case Outcome.FAILED if not result.breaks(strict=strict):
                pytest.xfail(f"should: {result.message}")
            case Outcome.FAILED | Outcome.ERROR:
                pytest.fail("\n".join(story_lines(result, os.path.relpath(self.document.path))), pytrace=False)

    def reportinfo(self) -> tuple[Path, None, str]:
        """Where it is reported, and as what: the connector and the item.

        Not as the end of the node id: of that pytest shows the dots as `::`.
        """
        return self.path, None, f"{self.document.contract.name}: {self.name}"


@pytest.fixture
def contract_file(request: pytest.FixtureRequest) -> Path:
    """The contract.yml that the fixtures use. Override it, or set the ini key `contract_file`.

    Default: the nearest contract.yml in the test's folder or one above it.
    """
    configured = request.config.getini("contract_file")
    if configured:
        return request.config.rootpath / str(configured)
    for folder in request.path.parents:
        if (folder / "contract.yml").is_file():
            return folder / "contract.yml"
    pytest.fail(
        f"no contract.yml in the folder of {request.path.name} or above it: set `contract_file` in the pytest "
        "configuration, or override the fixture contract_file",
        pytrace=False,
    )


@pytest.fixture
def contract_stream(contract_docket: Docket) -> str:
    """The stream that the fixtures use: the first described one, or of the class. Override it for another."""
    return (contract_docket.contract.streams or contract_docket.subject.streams())[0]


@pytest.fixture
def contract_docket(contract_file: Path) -> Docket:
    """The connector of the contract.yml, loaded."""
    from contract.description.document import read
    from contract.docket import Docket

    return Docket(read(contract_file))


@pytest.fixture
def world(contract_docket: Docket, contract_stream: str) -> Iterator[World]:
    """The simulated world: five records, every connection of the process, and the time."""
    from contract.strategies import Case
    from contract.trial import World

    if contract_docket.contract.api is None:
        pytest.skip(f"{contract_docket.path} has no `api:`: describe what the API does")
    made = World(contract_docket.contract.api, contract_stream, Case(), handlers=contract_docket.handlers)
    with made.entered():
        yield made


@pytest.fixture
def api(world: World) -> Any:
    """The simulated API: its collections, its manners."""
    return world.api


@pytest.fixture
def clock(request: pytest.FixtureRequest) -> Any:
    """The virtual clock: what was slept, and a way to let time pass."""
    if "cassette" in request.fixturenames:
        return request.getfixturevalue("_cassette_clock")
    return request.getfixturevalue("world").clock


@pytest.fixture
def source(request: pytest.FixtureRequest, contract_docket: Docket, contract_stream: str) -> AbstractSource:
    """The connector's source for `contract_stream`: with its cassette in a test that takes one, else in the simulated world."""
    request.getfixturevalue("cassette" if "cassette" in request.fixturenames else "world")
    return contract_docket.subject.build(contract_stream)


@pytest.fixture
def cassette(
    request: pytest.FixtureRequest, contract_docket: Docket, contract_stream: str, _cassette_clock: Any
) -> Iterator[Cassette]:
    """The recording of `contract_stream`, replayed by vcrpy in virtual time: `<cassettes>/<stream>.yaml`.

    Each recorded exchange is played once, and nothing is recorded. It takes the place of the simulated world:
    `source` and `clock` follow it, `world` and `api` do not go with it.
    """
    from contract.errors import UsageError

    if "world" in request.fixturenames:
        pytest.fail(
            "`cassette` replays a recording, `world` and `api` simulate the API: a test takes one of them",
            pytrace=False,
        )
    folder = contract_docket.contract.cassettes
    if folder is None:
        pytest.skip(f"{contract_docket.path} has no `cassettes:`: name the folder of its recordings")
    try:
        from contract.recording.replay import replaying
    except ModuleNotFoundError as error:
        if (error.name or "").partition(".")[0] != "vcr":
            raise
        pytest.skip("vcrpy is not installed: pip install 'bizon-contract[record]'")
    path = contract_docket.folder / folder / f"{contract_stream}.yaml"
    try:
        with replaying(path, contract_docket.subject.secrets()) as played:
            yield played
    except UsageError as error:
        pytest.fail(str(error), pytrace=False)


@pytest.fixture
def _cassette_clock() -> Iterator[Any]:
    from contract.simulation.clock import VirtualClock

    with VirtualClock().installed() as made:
        yield made
