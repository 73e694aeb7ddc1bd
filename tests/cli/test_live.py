"""`check --live`: what only reads is judged by the real API, one request at a time, and no more than were allowed."""

from __future__ import annotations

import json
import shutil
import threading
import time
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

import pytest
import urllib3
import yaml
from click.testing import CliRunner

from contract.cli.main import main
from contract.simulation.faults import Schedule
from contract.simulation.metered import Meter, Spent
from tests.recording.record_acme import acme

ROOT = Path(__file__).parents[2]


@pytest.fixture(autouse=True)
def api() -> Iterator[None]:
    """The described Acme API at its own address, over TLS on loopback."""
    with acme(Schedule()):
        yield


def check(*words: object):
    return CliRunner().invoke(main, ["check", str(ROOT / "acme_connector"), *map(str, words)])


def judged(tmp_path: Path, *words: object) -> dict[str, dict[str, str]]:
    """The results by the name of clause and stream."""
    report = tmp_path / "report.json"
    check("--live", "--json", report, *words)
    [connector] = json.loads(report.read_text("utf-8"))["connectors"]
    return {f"{each['clause']}[{each['stream']}]": each for each in connector["results"]}


def test_what_only_reads_is_judged_by_the_real_api(tmp_path: Path):
    """Although the API is described as well; the other clauses are judged as ever."""
    found = judged(tmp_path, "--clause", "pagination.terminates", "--clause", "pagination.total", "--stream", "orders")
    assert {name: (each["evidence"], each["outcome"]) for name, each in found.items()} == {
        "pagination.terminates[orders]": ("live", "passed"),
        "pagination.total[orders]": ("api", "passed"),
    }


def test_no_more_requests_than_allowed(tmp_path: Path):
    """Six are a sync of three pages and one from each of its two checkpoints; what would need more is skipped, and says why."""
    found = judged(tmp_path, "--clause", "pagination.resume", "--clause", "records.identity", "--max-requests", 6)
    outcomes = [(each["outcome"], each["message"]) for each in found.values()]
    assert outcomes == [("passed", None), *5 * [("skipped", "the 6 requests of --max-requests are spent")]]


@pytest.mark.parametrize(
    ("words", "message"),
    [
        (("--live", "-n", "2"), "--live asks one request at a time: leave out -n"),
        (("--max-requests", "9"), "--max-requests says how much --live may ask: give both"),
        (("--config", "real.yml"), "--config has the credentials for --live: give both"),
        (("--live", "--config", "real.yml", "tests/shipped"), "--config is that of one connector, and there are"),
        (("--live", "--config", "nowhere.yml"), "nowhere.yml: cannot be read"),
    ],
)
def test_options_that_contradict_are_refused(words: tuple[str, ...], message: str):
    """Nothing is parsed and ignored."""
    ran = check(*words)
    assert ran.exit_code == 2
    assert message in ran.output


# bizon raises on 401 before the body is read, which leaves the connection to the garbage collector.
@pytest.mark.filterwarnings("ignore::pytest.PytestUnraisableExceptionWarning")
def test_the_real_credentials_come_from_a_pipeline(tmp_path: Path, monkeypatch: pytest.MonkeyPatch):
    """The contract.yml has another token than the API accepts; a reference in the pipeline is resolved, and the token not shown."""
    token = "acme-test-token"
    folder = shutil.copytree(ROOT / "acme_connector", tmp_path / "acme_connector")
    contract = folder / "contract.yml"
    contract.write_text(contract.read_text("utf-8").replace(token, "not-the-real-one"), "utf-8")
    pipeline = {"source": {"authentication": {"type": "api_key", "params": {"token": "env://ACME_TOKEN"}}}}
    real = tmp_path / "real.yml"
    real.write_text(yaml.safe_dump(pipeline), "utf-8")
    monkeypatch.setenv("ACME_TOKEN", token)
    words = ["check", folder, "--live", "--clause", "pagination.terminates", "--stream", "orders"]
    without = CliRunner().invoke(main, [*map(str, words)])
    assert (without.exit_code, "401" in without.output) == (2, True)
    ran = CliRunner().invoke(main, [*map(str, words), "--config", str(real)])
    assert (ran.exit_code, token in ran.output) == (0, False), ran.output


def test_requests_take_turns(monkeypatch: pytest.MonkeyPatch):
    """Whatever the threads of a connector do; and one too many is no answer, but the end."""
    under_way, most = 0, 0
    counting = threading.Lock()

    def urlopen(pool: urllib3.HTTPConnectionPool, *args: object, **kwargs: object) -> str:
        nonlocal under_way, most
        with counting:
            under_way += 1
            most = max(most, under_way)
        time.sleep(0.002)
        with counting:
            under_way -= 1
        return "an answer"

    monkeypatch.setattr(urllib3.HTTPConnectionPool, "urlopen", urlopen)
    pool, meter = urllib3.HTTPConnectionPool("api.acme.test"), Meter(8)
    with meter.reading(), ThreadPoolExecutor(4) as threads:
        assert list(threads.map(lambda _: pool.urlopen("GET", "/"), range(8))) == ["an answer"] * 8
        with pytest.raises(Spent, match="the 8 requests"):
            pool.urlopen("GET", "/")
    assert (most, meter.made) == (1, 8)
