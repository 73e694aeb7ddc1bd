"""The incremental clauses accuse no correct connector, whatever is described of its API."""

import copy
from pathlib import Path

import pytest

from contract.description.connector import Contract
from contract.description.document import Document
from contract.judge import judge_contract
from contract.results import Outcome
from tests.support.apis import STYLES
from tests.support.connectors import loaded

WINDOWS = {"until": "until", "window_limit": 172800}
MANNERS = [
    ("cursor", False, {"bound": "exclusive", "format": "iso_z", "resolution": "second", "order": "ascending"}),
    ("cursor", True, {"format": "epoch_ms", "resolution": "millisecond", "order": "descending"} | WINDOWS),
    ("next_url", True, {"bound": "exclusive", "format": "date", "order": "ascending"}),
    (
        "next_url",
        False,
        {"format": "iso", "resolution": "second", "lag": 600, "until": "until", "until_bound": "inclusive"},
    ),
    ("offset", False, {"format": "epoch", "order": "ascending", "bound": "exclusive"}),
    ("offset", True, {"format": "iso", "order": "descending", "lag": 5, "until_bound": "inclusive"} | WINDOWS),
    ("page", True, {"format": "iso_z", "resolution": "microsecond", "order": "none", "complete_until": "until"}),
    ("page", False, {"format": "date", "order": "descending", "until": "until", "window_limit": 864000}),
    ("keyset", True, {"format": "epoch", "bound": "exclusive", "lag": 60, "complete_until": "header:X-Until"}),
    ("keyset", False, {"format": "epoch_ms", "bound": "exclusive", "until": "until"}),
    ("none", True, {"format": "iso", "order": "descending", "resolution": "second"} | WINDOWS),
    ("none", False, {"format": "date"}),
    ("cursor", False, {"zone": "-07:30", "order": "ascending"}),
    ("next_url", True, {"zone": "+02:00", "format": "date", "bound": "exclusive"}),
    ("offset", True, {"ignored": True, "order": "ascending"}),
]
"""The paging style, whether the connector has a state of its own, and what is described."""


@pytest.mark.parametrize(("style", "own_state", "manners"), MANNERS)
def test_a_correct_connector_keeps_every_clause(style, own_state, manners):
    """By last_run or by a state of its own, with either bound, in every form, order and style."""
    incremental = {"send": "since", "field": "changed_at", "resolution": "microsecond"} | manners
    options = {
        key: value
        for key, value in incremental.items()
        if key in ("bound", "format", "resolution", "lag", "window_limit", "until_bound")
    }
    paging = {"style": style} if style in ("next_url", "none") else STYLES[style] | {"send": "place"}
    paging |= {"next": "next"} if style == "next_url" else {}
    stream = {"path": "/things", "records": "data", "paging": paging, "incremental": incremental}
    if style != "none":
        stream["page_size"] = {"send": "size", "option": "page_size", "max": 100}
    contract = Contract.model_validate(
        {
            "source": "tests.support.increments:Source",
            "config": {"name": "changes", "style": style, "own_state": own_state, "until": "until" in manners}
            | options,
            "api": {"base_url": "https://api.changes.test", "streams": {"things": stream}},
        }
    )
    results = judge_contract(Document(Path("contract.yml"), contract), clauses=["incremental.*"])
    bad = {Outcome.FAILED, Outcome.ERROR}
    assert {result.name: result.message for result in results if result.outcome in bad} == {}
    assert sum(result.outcome is Outcome.PASSED for result in results) >= 8


@pytest.mark.parametrize("name", ["page_since_day", "offset_windows"])
@pytest.mark.parametrize("cap", [8, 12, 18, 50])
def test_a_cap_on_depth_accuses_nobody(name, cap):
    """A connector that raises where the API pages no deeper is judged on collections that it can read."""
    file = Path(__file__).with_name(f"{name}.py")
    described = copy.deepcopy(loaded(file).CONTRACT)
    for stream in described["api"]["streams"].values():
        stream["depth_cap"] = cap
    contract = Contract.model_validate(described | {"source": f"{file}:Source"})
    results = judge_contract(Document(file, contract))
    bad = {Outcome.FAILED, Outcome.ERROR}
    assert {result.name: result.message for result in results if result.outcome in bad} == {}
