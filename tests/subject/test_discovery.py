"""bizon's own discovery and validation are asked, and their answers put into words."""

from __future__ import annotations

from pathlib import Path

import pytest

from contract.subject.discovery import discover, validate_example

BODY = """
    @staticmethod
    def streams():
        return ["customers", "orders"]

    @staticmethod
    def get_config_class():
        return SourceConfig

    def get_authenticator(self):
        return None

    def check_connection(self):
        return True, None

    def get(self, pagination=None):
        return SourceIteration(next_pagination={}, records=[])

    def get_total_records_count(self):
        return None
"""
IMPORTS = """
from __future__ import annotations
import dataclasses
from bizon.source import source
from bizon.source.config import SourceConfig
from bizon.source.models import SourceIteration
from bizon.source.source import AbstractSource
"""
PLAIN = f"{IMPORTS}\nclass AcmeSource(AbstractSource):\n{BODY}"


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    """A folder with a connector in it."""
    (tmp_path / "acme_discovered.py").write_text(PLAIN, encoding="utf-8")
    return tmp_path


def problem(folder: Path, text: str) -> str | None:
    """Why bizon does not find the connector in ``text``."""
    (folder / "acme_odd.py").write_text(text, encoding="utf-8")
    return discover("acme_odd.py:AcmeSource", folder).problem


def test_a_file_is_discovered_with_its_streams(folder: Path, capsys: pytest.CaptureFixture[str]) -> None:
    """Through source_file_path, and without a word."""
    found = discover("acme_discovered.py:AcmeSource", folder)
    assert (found.streams, found.problem) == (("customers", "orders"), None)
    assert capsys.readouterr().err == ""


def test_a_module_is_discovered_through_its_file(folder: Path) -> None:
    """bizon has no other way to a connector that it does not ship."""
    assert discover("acme_discovered:AcmeSource", folder).streams == ("customers", "orders")


def test_a_shipped_connector_is_discovered_by_its_name() -> None:
    """By bizon's own search of its package."""
    found = discover("bizon.connectors.sources.dummy.src.source:DummySource", Path())
    assert (found.streams, found.problem) == (("creatures", "plants"), None)


def test_a_base_that_is_no_plain_name_is_not_discovered(folder: Path) -> None:
    """bizon reads the text of the bases."""
    said = problem(folder, f"{IMPORTS}\nclass AcmeSource(source.AbstractSource):\n{BODY}")
    assert said is not None
    assert "`class AcmeSource(AbstractSource)`" in said


def test_a_dataclass_in_the_file_stops_the_discovery(folder: Path) -> None:
    """With postponed annotations it asks for its module, which bizon does not register."""
    said = problem(folder, f"{PLAIN}\n@dataclasses.dataclass\nclass Page:\n    number: int\n")
    assert said is not None
    assert "dataclasses in another module" in said


def test_a_class_that_stands_before_is_told(folder: Path) -> None:
    """bizon takes the first one that has the stream."""
    said = problem(
        folder, f"{IMPORTS}\nclass OldSource(AbstractSource):\n{BODY}\nclass AcmeSource(OldSource):\n    pass\n"
    )
    assert said == "for the stream customers, bizon finds OldSource, which has it too, before AcmeSource"


EXAMPLE = """
name: acme to a file
source:
  name: acme
  stream: customers
  authentication:
    type: api_key
    params:
      token: <your token>
destination:
  name: logger
  config: {}
"""


def example(folder: Path, text: str) -> Path:
    """An example pipeline file."""
    path = folder / "acme.example.yml"
    path.write_text(text, encoding="utf-8")
    return path


def test_a_valid_example_names_its_stream(folder: Path) -> None:
    """Placeholders are allowed, and the connector's part is handed on."""
    read = validate_example(example(folder, EXAMPLE))
    assert (read.stream, read.problems) == ("customers", ())
    assert read.source["name"] == "acme"


@pytest.mark.parametrize("reference", ["env://ACME_TOKEN", "gsm://acme-token", "BIZON_ENV_ACME_TOKEN"])
def test_references_are_not_resolved(folder: Path, reference: str) -> None:
    """An example is read where neither the variable nor the secret store is."""
    assert validate_example(example(folder, EXAMPLE.replace("<your token>", reference))).problems == ()
    typed = EXAMPLE.replace("stream: customers", f"stream: customers\n  max_iterations: {reference}")
    assert validate_example(example(folder, typed)).problems == ()


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("a: [1", "not readable as YAML"),
        ("- 1", "no `source:`"),
        ("source: acme", "no `source:`"),
        (EXAMPLE.replace("name: logger", "name: nowhere"), "`destination`"),
        (EXAMPLE.replace("type: api_key", "type: magic"), "`source.authentication.type`"),
        (
            EXAMPLE.replace("stream: customers", "source_file_path: no/such/file.py\n  stream: customers"),
            "no/such/file.py",
        ),
    ],
)
def test_what_bizon_refuses_is_a_problem(folder: Path, text: str, expected: str) -> None:
    """With the option that is wrong."""
    problems = validate_example(example(folder, text)).problems
    assert any(expected in said for said in problems), problems


def test_a_source_file_is_looked_for_above_the_example(folder: Path) -> None:
    """A repository's examples are run from its top folder."""
    (folder / "config").mkdir()
    text = EXAMPLE.replace("stream: customers", "source_file_path: acme_discovered.py\n  stream: customers")
    assert validate_example(example(folder / "config", text)).problems == ()
