"""`bizon-contract record`: one sync of each stream, over real TLS on loopback, without its secrets."""

from __future__ import annotations

import datetime as dt
import re
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path

import pytest
import yaml
from click.testing import CliRunner

from acme_connector.source import AcmeSource
from contract.cli.main import main
from contract.recording.cassette import load
from contract.simulation.faults import Rule, Schedule, Status
from contract.subject.leaks import find_secrets
from tests.recording.record_acme import COLLECTIONS, acme

ROOT = Path(__file__).parents[2]
TOKEN = "acme-test-token"
CONTRACT = """\
source: acme_connector.source:AcmeSource
config: {name: acme, page_size: 10, authentication: {type: api_key, params: {token: not-the-real-one}}}
"""
REAL = """\
name: a pipeline
source: {name: acme, authentication: {type: api_key, params: {token: "env://ACME_TOKEN"}}}
"""


def run(*words: object):
    return CliRunner().invoke(main, ["record", *map(str, words)])


@pytest.fixture
def schedule() -> Schedule:
    """What goes wrong meanwhile."""
    return Schedule()


@pytest.fixture
def folder(tmp_path: Path, schedule: Schedule, monkeypatch: pytest.MonkeyPatch) -> Iterator[Path]:
    """A contract, the pipeline with the real credentials, and the API."""
    monkeypatch.setenv("ACME_TOKEN", TOKEN)
    (tmp_path / "contract.yml").write_text(CONTRACT, "utf-8")
    (tmp_path / "real.yml").write_text(REAL, "utf-8")
    with acme(schedule):
        yield tmp_path


def record(folder: Path, *words: object):
    return run(folder / "contract.yml", "--config", folder / "real.yml", *words)


def test_each_stream_is_recorded(folder: Path):
    """The check, the count and all pages, beside the contract, without the token; an incremental run where there is one; and `infer` reads them."""
    ran = record(folder)
    assert ran.exit_code == 0, ran.output
    assert sorted(path.name for path in (folder / "cassettes").iterdir()) == [
        "customers.incremental.yaml",
        "customers.yaml",
        "orders.incremental.yaml",
        "orders.yaml",
        "products.yaml",
    ]
    assert re.search(r"customers.yaml: 3 pages, 26 records, to its end \(\d+ kB\)", ran.stderr)
    for path in (folder / "cassettes").iterdir():
        assert not find_secrets(path.read_text("utf-8"), [TOKEN])
    inferred = CliRunner().invoke(main, ["infer", str(folder / "contract.yml")])
    assert inferred.exit_code == 0, inferred.output
    assert yaml.safe_load((folder / "contract.yml").read_text("utf-8"))["api"]["streams"].keys() == {
        "customers",
        "orders",
        "products",
    }


def test_as_many_pages_as_are_wanted(folder: Path):
    """Of the streams that are wanted."""
    ran = record(folder, "--stream", "orders", "--pages", 2)
    assert "orders.yaml: 2 pages, 20 records, so far" in ran.stderr
    assert "orders.incremental.yaml: 2 pages, 17 records, so far" in ran.stderr
    assert {path.name for path in (folder / "cassettes").iterdir()} == {"orders.yaml", "orders.incremental.yaml"}


def test_an_incremental_run_begins_among_the_records(folder: Path):
    """Right behind the time of change of one of them; what changed later comes; what bizon handed over is in the file."""
    record(folder, "--stream", "customers")
    found = load(folder / "cassettes" / "customers.incremental.yaml")
    assert found.since.last_run == dt.datetime(2024, 1, 17, 9, 30, 1, 123456, tzinfo=dt.UTC)
    assert found.since.run_started_at == dt.datetime(2026, 1, 1, tzinfo=dt.UTC)
    pages = [each for each in found.interactions if "updated_since" in each.request.url]
    came = [row["id"] for page in pages for row in page.response.json["results"]]
    assert came == [f"cus_{number:03}" for number in range(1, 27) if number > 17 or number % 5 == 0]


def test_a_stream_without_increments_is_recorded_all_the_same(folder: Path):
    """In full; that there is no incremental run of it is said, in the words of the connector."""
    ran = record(folder, "--stream", "products")
    assert ran.exit_code == 0, ran.output
    assert [path.name for path in (folder / "cassettes").iterdir()] == ["products.yaml"]
    assert "no incremental run: products: get_records_after() number 1 raised AcmeError: products cannot" in ran.stderr


def test_what_was_recorded_is_not_replaced_without_being_told_to(folder: Path):
    """Its age is said; --again replaces it."""
    record(folder, "--stream", "orders", "--pages", 1)
    path = folder / "cassettes" / "orders.yaml"
    old = path.read_text("utf-8")
    written = re.search(r"recorded_at: '(.*)'", old)[1]
    past = dt.datetime.fromisoformat(written) - dt.timedelta(days=12)
    path.write_text(old.replace(written, past.isoformat()), "utf-8")
    ran = record(folder)
    assert ran.exit_code == 2
    assert "orders.yaml (12 days ago); --again records anew, --refresh also shows what has changed" in ran.stderr
    assert not (folder / "cassettes" / "customers.yaml").exists()
    assert record(folder, "--stream", "orders", "--pages", 1, "--again").exit_code == 0
    assert path.read_text("utf-8") == old


def test_refresh_shows_what_has_changed(folder: Path):
    """In the shape of the API: here a key that the older recording did not have, and one that was a number."""
    record(folder, "--stream", "products")
    path = folder / "cassettes" / "products.yaml"
    text = path.read_text("utf-8")
    path.write_text(re.sub(r'"in_stock": (true|false)', '"stock": 1', text), "utf-8")
    ran = record(folder, "--stream", "products", "--refresh")
    assert ran.exit_code == 0, ran.output
    assert "streams.products.record.in_stock is new: {'type': 'boolean'}" in ran.stderr
    assert "streams.products.record.stock is gone; it was {'type': 'integer'}" in ran.stderr
    assert "the shape of the API is as it was" in record(folder, "--stream", "products", "--refresh").stderr


@pytest.mark.parametrize("schedule", [Schedule((Rule(Status(429, (("Retry-After", "3"),)), kind="list", at=1),))])
def test_retries_under_way_are_kept(folder: Path, schedule: Schedule):
    """The 429 and what came when the page was asked again."""
    record(folder, "--stream", "orders")
    statuses = [each.response.status for each in load(folder / "cassettes" / "orders.yaml").interactions]
    assert statuses.count(429) == 1


def test_personal_data_is_replaced(folder: Path):
    """The same in all streams; what was replaced is summed up without the values, and the recordings say what they said before."""
    record(folder)
    before = {path.stem: load(path) for path in (folder / "cassettes").iterdir()}
    ran = record(folder, "--again", "--anonymise", "--anonymise-key", "note")
    assert ran.exit_code == 0, ran.output
    assert "replaced: 1 city, 20 email, 5 name, 1 note, 18 street\n" in ran.stderr
    assert "replays as" not in ran.stderr
    text = "".join(path.read_text("utf-8") for path in (folder / "cassettes").iterdir())
    for value in ("Lovelace", "Washburne", "customer.1@", "Main Street", "Paris", "leave it"):
        assert value not in text + ran.stderr
    for stream, recording in before.items():
        now = load(folder / "cassettes" / f"{stream}.yaml")
        assert [each.request.url for each in now.interactions] == [each.request.url for each in recording.interactions]
    inferred = CliRunner().invoke(main, ["infer", str(folder / "contract.yml")])
    assert inferred.exit_code == 0, inferred.output


def test_a_recording_that_no_longer_replays_is_said(folder: Path, monkeypatch: pytest.MonkeyPatch):
    """Here the connector compares what is replaced with what it knows."""
    get = AcmeSource.get

    def strict(source, pagination=None):
        iteration = get(source, pagination)
        if unknown := {record.data["currency"] for record in iteration.records} - {"EUR", "USD", "JPY"}:
            raise ValueError(f"{len(unknown)} unknown currencies")
        return iteration

    monkeypatch.setattr(AcmeSource, "get", strict)
    ran = record(folder, "--stream", "orders", "--anonymise-key", "currency")
    assert ran.exit_code == 0, ran.output
    assert "orders.yaml: 4 pages, 28 records, to its end" in ran.stderr
    assert (
        "orders: without personal data it replays as 0 pages, 0 records: 3 unknown currencies; does the" in ran.stderr
    )


@pytest.fixture
def telling(monkeypatch: pytest.MonkeyPatch) -> None:
    """Customers have a tag of which only the products tell that it is a name."""
    for stream, more in {"customers": {"tags": ["Hopper"]}, "products": {"owner_name": "Hopper"}}.items():
        monkeypatch.setitem(COLLECTIONS, stream, [(name, data | more) for name, data in COLLECTIONS[stream]])


def test_what_a_later_stream_tells_is_replaced_in_all(telling: None, folder: Path):
    """Although that recording was written before."""
    ran = record(folder, "--anonymise")
    assert ran.exit_code == 0, ran.output
    products, customers = (load(folder / "cassettes" / f"{name}.yaml") for name in ("products", "customers"))
    made = products.interactions[-1].response.json["items"][0]["owner_name"]
    assert made != "Hopper"
    assert customers.interactions[-1].response.json["results"][0]["tags"] == [made]


def test_wrong_credentials_are_said(folder: Path, monkeypatch: pytest.MonkeyPatch):
    """As the connection check says them; nothing is kept, and an older recording stays."""
    record(folder, "--stream", "orders", "--pages", 1)
    path = folder / "cassettes" / "orders.yaml"
    old = path.read_text("utf-8")
    monkeypatch.setenv("ACME_TOKEN", "wrong-token")
    ran = record(folder, "--stream", "orders", "--again")
    assert ran.exit_code == 2
    assert "orders: check_connection() says no: " in ran.stderr
    assert "nothing of it is kept" in ran.stderr
    assert path.read_text("utf-8") == old


@pytest.mark.parametrize("schedule", [Schedule((Rule(Status(404), kind="list", at=1, phase=None),))])
def test_a_sync_that_fails_is_not_kept(folder: Path, schedule: Schedule):
    """The page and the error are named."""
    ran = record(folder, "--stream", "products")
    assert ran.exit_code == 2
    assert "products: get() number 2 raised HTTPError: 404" in ran.stderr
    assert not (folder / "cassettes").exists() or not list((folder / "cassettes").iterdir())


def test_ctrl_c_keeps_what_came(folder: Path, monkeypatch: pytest.MonkeyPatch):
    """Whole pages, in a whole file."""
    from contract.recording import capture

    one_turn = capture.one_turn
    turns = iter(range(2))

    def interrupted(source, pagination, *, call):
        if next(turns, None) is None:
            raise KeyboardInterrupt
        return one_turn(source, pagination, call=call)

    monkeypatch.setattr(capture, "one_turn", interrupted)
    ran = record(folder, "--stream", "orders")
    assert ran.exit_code == 130
    assert "orders.yaml: 2 pages, 20 records, interrupted; what came is kept" in ran.stderr
    assert len(load(folder / "cassettes" / "orders.yaml").interactions) == 4  # with the check and the count


@pytest.mark.parametrize(
    ("real", "message"),
    [
        ("- a list\n", "it has to be a bizon pipeline, or its `source:` mapping"),
        ("a: [\n", "cannot be read"),
        ("source: {authentication: {type: api_key, params: {token: 'env://NOBODY_SET_THIS'}}}\n", "NOBODY_SET_THIS"),
    ],
)
def test_a_config_that_cannot_be_used_is_said(folder: Path, real: str, message: str):
    """Before anything is asked."""
    (folder / "real.yml").write_text(real, "utf-8")
    ran = record(folder)
    assert ran.exit_code == 2
    assert message in ran.stderr
    assert not (folder / "cassettes").exists()


def test_an_unknown_stream_is_said(folder: Path):
    """With the nearest name."""
    ran = record(folder, "--stream", "order")
    assert ran.exit_code == 2
    assert "did you mean orders?" in ran.stderr


@pytest.mark.parametrize("command", ["record", "infer"])
def test_a_missing_vcrpy_is_said(tmp_path: Path, command: str):
    """With what to type."""
    (tmp_path / "contract.yml").write_text(CONTRACT, "utf-8")
    program = "import sys; sys.modules['vcr'] = None; from contract.cli.main import main; main()"
    words = [sys.executable, "-c", program, command, str(tmp_path / "contract.yml")]
    ran = subprocess.run(words, capture_output=True, text=True, check=False, cwd=ROOT)
    assert ran.returncode == 2
    assert ran.stderr == "this needs vcr: pip install 'bizon-contract[record]'\n"
