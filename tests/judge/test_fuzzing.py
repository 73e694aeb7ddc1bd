"""Descriptions that are accepted can be judged, however odd: never a traceback of ours, never a hang."""

import copy
from pathlib import Path

from hypothesis import HealthCheck, assume, given, settings
from hypothesis import strategies as st
from pydantic import ValidationError

from contract.description.connector import Contract
from contract.description.document import Document
from contract.errors import UsageError
from contract.judge import judge_contract
from contract.results import Outcome
from tests.support.connectors import loaded

GOOD = sorted(
    path for path in Path(__file__).parents[1].joinpath("good").glob("[a-z]*_*.py") if "test_" not in path.name
)
CLAUSES = [
    "pagination.complete",
    "pagination.short_pages",
    "retry.transient_status",
    "records.payload",
    "incremental.window",
]


def parts(value, path=()):
    """Every part of a description: where it is, and what."""
    yield path, value
    inner = value.items() if isinstance(value, dict) else enumerate(value) if isinstance(value, list) else ()
    for key, each in inner:
        yield from parts(each, (*path, key))


PARTS = [(str(path[-1]), value) for file in GOOD for path, value in parts(loaded(file).CONTRACT["api"]) if path]
"""The parts of all good descriptions, each under its key."""


@settings(deadline=None, max_examples=25, suppress_health_check=list(HealthCheck))
@given(st.sampled_from(GOOD), st.data())
def test_an_odd_description_is_judged_or_refused(file, data):
    """One part of a good description is replaced by the same part, or any part, of another one."""
    described = copy.deepcopy(loaded(file).CONTRACT)
    places = [path for path, _ in parts(described["api"]) if path and isinstance(path[-1], str)]
    for _ in range(data.draw(st.integers(1, 2))):
        *way, key = data.draw(st.sampled_from(places))
        alike = [value for name, value in PARTS if name == key]
        put = data.draw(st.sampled_from(alike) | st.sampled_from([value for _, value in PARTS]))
        holder = described["api"]
        for step in way:
            assume(isinstance(holder, dict | list))
            holder = holder[step] if isinstance(holder, dict) and step in holder else None
        assume(isinstance(holder, dict))
        holder[key] = copy.deepcopy(put)
    try:
        contract = Contract.model_validate(described | {"source": f"{file}:Source"})
    except ValidationError:
        return
    try:
        results = judge_contract(Document(file, contract), clauses=CLAUSES)
    except UsageError:
        return
    errors = {each.name: each.message or "" for each in results if each.outcome is Outcome.ERROR}
    assert {name: message for name, message in errors.items() if "is not described" not in message} == {}


HARMLESS = {
    "order": ["oldest_change", "newest_change", "ties"],
    "phantom_next": [True],
    "included": [{"also": {"id": "{id}"}}],
    "totals": [{"when_paged": True}],
    "paging": [{"foreign": "refuse"}, {"foreign": "wrong"}, {"unknown": "restart"}, {"stale": "restart"}],
    "page_size": [{"over": "serve"}, {"zero": "everything"}, {"zero": "fail"}],
}
"""What an API may do that no correct connector has to know, by the key of a stream."""

UNNOTICED = {
    "limits": [{"second": 3}, {"minute": 20, "at_once": 1}, {"hour": 300, "counts_refused": True}],
    "bad_request": [422, 500],
    "not_found": [400],
    "failure_body": ["<html>{status}</html>", "down"],
}
"""The same of the API as a whole."""


@settings(deadline=None, max_examples=12, suppress_health_check=list(HealthCheck))
@given(st.sampled_from(GOOD), st.data())
def test_no_correct_connector_is_accused_under_an_odd_api(file, data):
    """Two oddities of the streams and one of the API, which a connector need not know of."""
    described = copy.deepcopy(loaded(file).CONTRACT)
    for key in data.draw(st.lists(st.sampled_from(sorted(HARMLESS)), min_size=1, max_size=2, unique=True)):
        put = data.draw(st.sampled_from(HARMLESS[key]), label=key)
        for stream in described["api"]["streams"].values():
            if key not in ("paging", "page_size"):
                stream[key] = put
            elif key in stream:
                stream[key] = stream[key] | put
    key = data.draw(st.sampled_from(sorted(UNNOTICED)))
    described["api"][key] = data.draw(st.sampled_from(UNNOTICED[key]), label=key)
    try:
        contract = Contract.model_validate(described | {"source": f"{file}:Source"})
    except ValidationError:  # it makes no sense in this style
        assume(False)
    clauses = [*CLAUSES, "pagination.live_changes", "pagination.resume", "retry.rate_limited_api", "incremental.tiles"]
    results = judge_contract(Document(file, contract), clauses=clauses)
    bad = {Outcome.FAILED, Outcome.ERROR}
    assert {each.name: each.message for each in results if each.outcome in bad} == {}
