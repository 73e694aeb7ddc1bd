"""`bizon-contract infer`: a description is drafted from recordings, written with its evidence, and tried."""

from __future__ import annotations

from pathlib import Path

import pytest
import yaml
from click.testing import CliRunner

from contract.cli.main import main
from contract.description.document import read
from contract.judge import check
from contract.results import Outcome

ROOT = Path(__file__).parents[2]
ACME = f"""\
source: acme_connector.source:AcmeSource
config: {{name: acme, authentication: {{type: api_key, params: {{token: acme-test-token}}}}, page_size: 10}}
cassettes: {ROOT / "cassettes" / "acme"}
"""


def run(*words: str):
    return CliRunner().invoke(main, list(words))


@pytest.fixture
def file(tmp_path: Path) -> Path:
    path = tmp_path / "contract.yml"
    path.write_text(ACME, "utf-8")
    return path


def test_a_contract_is_whole_behind_it(file: Path):
    """Three streams from three recordings; what was in the file stays, each fact has its evidence, and all clauses hold."""
    ran = run("infer", str(file))
    assert ran.exit_code == 0, ran.output
    assert "3 recordings" in ran.stderr
    assert [f"{name}: syncs from the draft" in ran.stderr for name in ("customers", "orders", "products")] == [True] * 3
    text = file.read_text("utf-8")
    assert text.startswith(ACME)
    assert "paging: {style: offset, send: offset}" in text
    assert "# offset grew by the number of records that had come, 3 times out of 3" in text
    assert {name: stream.paging.style for name, stream in read(file).contract.api.streams.items()} == {
        "customers": "cursor",
        "orders": "offset",
        "products": "next_url",
    }
    results = check(file, profile="quick", clauses=["pagination.*", "integrity.*"]).results
    assert {result.outcome for result in results} == {Outcome.PASSED, Outcome.SKIPPED}


def test_print_leaves_the_file_alone(file: Path):
    """The draft is on standard output, alone."""
    ran = run("infer", str(file), "--print")
    assert ran.exit_code == 0
    assert file.read_text("utf-8") == ACME
    assert yaml.safe_load(ran.stdout)["api"]["base_url"] == "https://api.acme.com/v2"


def test_a_description_that_is_there_stays(file: Path):
    """It may have been written by hand."""
    run("infer", str(file))
    before = file.read_text("utf-8")
    ran = run("infer", str(file))
    assert ran.exit_code == 2
    assert "has an `api:` already: it stays as it is; `--print` shows the draft" in ran.stderr
    assert file.read_text("utf-8") == before
    assert run("infer", str(file), "--print").exit_code == 0


@pytest.mark.parametrize(
    ("change", "message"),
    [
        (("cassettes: ", "# "), "/cassettes: no recording of a stream"),
        (
            ("acme\n", "none\n"),
            "no recording of a stream (customers.yaml, orders.yaml, products.yaml); `bizon-contract record`",
        ),
        (("page_size: 10", "page_size: 9"), "page_size is '9', recorded '1"),
    ],
)
def test_what_cannot_be_inferred_is_said(file: Path, change: tuple[str, str], message: str):
    """No folder, no recording, a recording of another config."""
    file.write_text(ACME.replace(*change), "utf-8")
    ran = run("infer", str(file))
    assert ran.exit_code == 2
    assert message in " ".join(ran.stderr.split())
