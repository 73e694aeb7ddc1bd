"""Correct connectors are judged fairly under APIs of other behaviours than those they were written against."""

import copy
from pathlib import Path
from typing import Any

import pytest

from contract.results import Outcome, Result
from tests.support.connectors import judged_as, loaded

HERE = Path(__file__).parent


def judged_under(
    name: str,
    *clauses: str,
    stream: dict[str, Any] | None = None,
    api: dict[str, Any] | None = None,
    profile: str = "quick",
) -> tuple[Result, ...]:
    """What ``clauses`` say of the connector ``name`` where the description of its streams and its API is another."""
    contract = copy.deepcopy(loaded(HERE / f"{name}.py").CONTRACT)
    contract["api"] |= api or {}
    for described in contract["api"]["streams"].values():
        for key, value in (stream or {}).items():
            known = described.get(key)
            described[key] = known | value if isinstance(known, dict) and isinstance(value, dict) else value
    return judged_as(HERE / f"{name}.py", contract, profile, clauses=clauses)


def wrong(results: tuple[Result, ...]) -> dict[str, str | None]:
    """What is held against it."""
    bad = {Outcome.FAILED, Outcome.ERROR}
    return {result.name: result.message for result in results if result.outcome in bad}


LIMITS = [
    ({"second": 5, "at_once": 2}, {}),
    ({"second": 3, "minute": 10}, {"retry_after": "date"}),
    ({"minute": 4, "counts_refused": True}, {"status": 503, "retry_after": "seconds"}),
    ({"second": 2, "counts_refused": True}, {}),
]


@pytest.mark.parametrize(("limits", "said"), LIMITS)
@pytest.mark.parametrize("name", ["cursor_session", "page_thread_pool", "offset_requests"])
def test_limits_are_lived_with(name: str, limits: dict[str, Any], said: dict[str, Any]):
    """By the second, the minute or at once; with Retry-After in seconds or as a date, beside 429 or 503, or without."""
    results = judged_under(name, "retry.rate_limit*", api={"limits": limits, "rate_limit": said})
    assert wrong(results) == {}
    assert any(result.judged.get("refused") for result in results)


@pytest.mark.parametrize("name", ["link_header_session", "relay_variables"])
def test_a_limit_in_words_of_its_own_is_lived_with(name: str):
    """403 with X-RateLimit-Reset; 200 with an error in the body."""
    results = judged_under(name, "retry.rate_limit*", api={"limits": {"second": 3, "minute": 30}})
    assert wrong(results) == {}
    assert any(result.judged.get("refused") for result in results)


def test_an_hour_is_longer_than_a_connector_has_to_wait():
    """An error that speaks of the limit is right as well."""
    assert wrong(judged_under("cursor_session", "retry.rate_limited_api", api={"limits": {"hour": 2}})) == {}


ORDERS = ["fixed", "oldest_change", "newest_change", "ties"]


@pytest.mark.parametrize("order", ORDERS)
@pytest.mark.parametrize("name", ["cursor_session", "relay_variables"])
def test_only_what_the_order_promises_is_expected(name: str, order: str):
    """What an API loses by its order is not the connector's fault, whatever changes under way."""
    results = judged_under(name, "pagination.*", stream={"order": order})
    assert wrong(results) == {}
    assert any(result.judged.get("pages") for result in results if result.clause == "pagination.live_changes")


@pytest.mark.parametrize("order", ORDERS)
@pytest.mark.parametrize("name", ["offset_requests", "page_thread_pool", "next_header_pages"])
def test_numbers_are_judged_where_nothing_is_taken_out_of_what_was_read(name: str, order: str):
    """Offsets and page numbers lose a row for each that is deleted before them; for what is inserted, none."""
    results = judged_under(name, "pagination.live_changes", stream={"order": order})
    assert wrong(results) == {}
    assert all(result.judged.get("pages") for result in results)


@pytest.mark.parametrize("order", ORDERS)
def test_increments_are_judged_fairly_in_every_order(order: str):
    """What a run loses by the order, the next one brings."""
    results = judged_under(
        "cursor_incremental", "incremental.*", stream={"order": order, "incremental": {"order": "none"}}
    )
    assert wrong(results) == {}


@pytest.mark.parametrize("order", ["newest_change"])
def test_histories_are_judged_fairly_in_every_order(order: str):
    """Whatever happens, in whatever order it is read."""
    changes = {"order": order, "incremental": {"order": "none"}}
    assert wrong(judged_under("cursor_incremental", "stateful.*", stream=changes, profile="thorough")) == {}


HTML = "<html><body>{status}</body></html>"
ERRORS = [
    {"bad_request": 500, "not_found": 400},
    {"bad_request": 200, "not_found": 200},
    {"bad_request": 200, "error_body": "<error>{reason}</error>"},
    {"failure_body": HTML, "error_body": HTML},
]


@pytest.mark.parametrize("errors", ERRORS)
@pytest.mark.parametrize("name", ["cursor_session", "page_bare_array"])
def test_errors_in_other_words_are_told_as_errors(name: str, errors: dict[str, Any]):
    """500 for a mistake, 200 with an envelope or with XML, HTML from a proxy: an error is an error."""
    chapters = ("connection.*", "integrity.*", "auth.*", "retry.*", "pagination.expired*", "pagination.*cursor")
    assert wrong(judged_under(name, *chapters, api=errors)) == {}


@pytest.mark.parametrize(
    "name",
    [
        "cursor_session",
        "next_url_requests",
        "link_header_session",
        "relay_inlined",
        "next_header_tokens",
        "offset_own_session",
        "page_thread_pool",
        "keyset_post_body",
    ],
)
def test_a_phantom_next_page_is_asked_for(name: str):
    """The empty page behind a full last one is no fault of who asks for it."""
    assert wrong(judged_under(name, "pagination.*", stream={"phantom_next": True})) == {}


ODDITIES = [
    {"paging": {"foreign": "refuse", "unknown": "restart"}, "page_size": {"over": "serve", "zero": "everything"}},
    {"paging": {"foreign": "wrong", "unknown": "nothing"}, "page_size": {"over": "cap", "zero": "fail"}},
    {"included": {"included": {"id": "a-{id}"}, "meta.authors": {"id": "{id}"}}, "totals": {"when_paged": True}},
]


@pytest.mark.parametrize("stream", ODDITIES)
def test_odd_cursors_sizes_and_neighbours_change_nothing(stream: dict[str, Any]):
    """A connector that sends its filters with each page, and reads the records only, is right here, too."""
    chapters = ("pagination.*", "records.*", "integrity.*", "interface.bounds")
    assert wrong(judged_under("cursor_session", *chapters, stream=stream)) == {}
