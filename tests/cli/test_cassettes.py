"""`bizon-contract cassettes`: what each recording holds, whether it is too old, and whether it still fits."""

from __future__ import annotations

import datetime as dt
import re
import shutil
import subprocess
from pathlib import Path

import pytest
from click.testing import CliRunner

from contract.cli.main import main

ROOT = Path(__file__).parents[2]
CONTRACT = """\
source: acme_connector.source:AcmeSource
config: {name: acme, page_size: 10, authentication: {type: api_key, params: {token: not-the-real-one}}}
"""
NOW = dt.datetime.now(dt.UTC)


def run(folder: Path, *words: object):
    return CliRunner().invoke(main, ["cassettes", str(folder / "contract.yml"), *map(str, words)])


def git(folder: Path, *words: str) -> None:
    settings = ("-c", "user.name=a", "-c", "user.email=a@test", "-c", "commit.gpgsign=false")
    subprocess.run(["git", "-C", folder, *settings, *words], check=True, capture_output=True)


def changed(path: Path, old: str, new: str) -> None:
    text = path.read_text("utf-8")
    assert old in text
    path.write_text(text.replace(old, new), "utf-8")


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    """A contract with Acme's recordings, made ten days ago."""
    (tmp_path / "contract.yml").write_text(CONTRACT, "utf-8")
    shutil.copytree(ROOT / "cassettes" / "acme", tmp_path / "cassettes")
    then = (NOW - dt.timedelta(days=10, hours=1)).isoformat(timespec="seconds")
    for path in (tmp_path / "cassettes").iterdir():
        path.write_text(re.sub("recorded_at: '.*'", f"recorded_at: '{then}'", path.read_text("utf-8")), "utf-8")
    return tmp_path


def test_each_cassette_is_told(folder: Path):
    """Its age, what it holds, what was masked; one that is good is no error."""
    ran = run(folder)
    assert ran.exit_code == 0, ran.output
    assert "orders.yaml: 10 days old, 4 pages, 28 records, to its end" in ran.stdout
    assert "requests: 8 of api.acme.com; answers: 6 x 200, 1 x 429, 1 x 503" in ran.stdout
    assert "masked: header Authorization" in ran.stdout
    assert "customers.incremental.yaml: 10 days old, 2 pages, " in ran.stdout
    assert " records changed since 2024-01-17T09:30:01, to its end" in ran.stdout
    assert "record it anew" not in ran.stdout


def test_an_incremental_run_that_does_not_fit_any_more_is_told(folder: Path):
    """As a sync is; one that cannot be read is told as well."""
    path = folder / "cassettes" / "orders.incremental.yaml"
    changed(path, "offset=10", "offset=11")
    ran = run(folder, "--stream", "orders")
    assert ran.exit_code == 0, ran.output
    assert re.search(r"orders.incremental.yaml: 10 days old, 1 pages, 10 records changed since \S+\n", ran.stdout)
    path.write_text("cut off", "utf-8")
    ran = run(folder, "--stream", "orders")
    assert ran.exit_code == 1
    assert "orders.yaml: 10 days old, 4 pages" in ran.stdout
    assert "orders.incremental.yaml: not a cassette that vcrpy can read" in ran.stdout


def test_masked_places_and_suspects_are_told(folder: Path):
    """Also in URLs and bodies; what looks like a key is shown by its beginning alone."""
    path = folder / "cassettes" / "orders.yaml"
    key = "sk4Vq9ZtLp2XwB7nRc8KdYf3HmJ5"
    changed(path, '"data": [', f'"access_token": "REDACTED",\n          "jwt": "{key}",\n          "data": [')
    ran = run(folder, "--stream", "orders")
    assert "access_token in what was answered" in ran.stdout
    assert "look at it: sk4Vq9ZtLp2X… (28 characters), jwt of answer" in ran.stdout
    assert key not in ran.stdout


@pytest.mark.parametrize(("days", "status"), [(10, 0), (9, 1)])
def test_an_old_cassette_is_told(folder: Path, days: int, status: int):
    """By an option, or by the contract; with one that does not say its age."""
    ran = run(folder, "--stream", "orders", "--max-age", days)
    assert (ran.exit_code, "record it anew: 10 days old, 9 are allowed" in ran.stdout) == (status, bool(status))
    (folder / "contract.yml").write_text(f"{CONTRACT}cassettes_max_age: {days}\n", "utf-8")
    assert run(folder).exit_code == status
    assert run(folder, "--max-age", 11).exit_code == 0


def test_a_cassette_that_does_not_fit_any_more_is_told(folder: Path):
    """The connector asks for what was not recorded; or the file is none."""
    path = folder / "cassettes" / "orders.yaml"
    changed(path, "/v2/orders?", "/v1/orders?")
    ran = run(folder, "--stream", "orders")
    assert ran.exit_code == 1
    assert "record it anew: it does not fit the connector any more: GET /v2/orders" in ran.stdout
    path.write_text("cut off", "utf-8")
    ran = run(folder, "--stream", "orders")
    assert ran.exit_code == 1
    assert "not a cassette that vcrpy can read" in ran.stdout


def test_what_has_changed_since_a_revision_is_told(folder: Path):
    """In the shape of the API."""
    git(folder, "init", "-q")
    git(folder, "add", ".")
    git(folder, "commit", "-qm", "recorded")
    changed(folder / "cassettes" / "orders.yaml", '"currency":', '"coin":')
    ran = run(folder, "--stream", "orders", "--against", "HEAD")
    assert ran.exit_code == 0, ran.output
    assert "since HEAD: streams.orders.record.currency is gone" in ran.stdout
    assert "since HEAD: streams.orders.record.coin is new" in ran.stdout
    ran = run(folder, "--stream", "customers", "--against", "HEAD")
    assert "since HEAD: the shape of the API is as it was" in ran.stdout
    assert run(folder, "--stream", "orders", "--against", "nothing").exit_code == 2


def test_what_is_not_there_is_said(folder: Path):
    """A stream without a cassette, a stream that there is none of, and no cassette at all."""
    (folder / "cassettes" / "orders.yaml").unlink()
    assert "orders.yaml" not in run(folder).output
    for words in (("--stream", "orders"), ("--stream", "oders")):
        ran = run(folder, *words)
        assert ran.exit_code == 2
        assert "orders" in ran.stderr
    shutil.rmtree(folder / "cassettes")
    ran = run(folder)
    assert ran.exit_code == 2
    assert "record it with `bizon-contract record`" in ran.stderr
