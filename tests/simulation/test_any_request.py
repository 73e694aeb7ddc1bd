"""Whatever is asked of a described API, it answers with HTTP."""

from __future__ import annotations

import json
from functools import cache
from pathlib import Path
from typing import Any
from urllib.parse import urlencode

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from contract.description.api import Api
from contract.description.auth import OAuth
from contract.messages import Request, Response
from contract.simulation.api import SimulatedApi
from contract.simulation.children import Family
from contract.simulation.clock import VirtualClock
from contract.simulation.collection import Collection
from contract.strategies import records_of
from tests.support.apis import described as described_api
from tests.support.apis import stream
from tests.support.connectors import loaded

GOOD = Path(__file__).parents[1] / "good"
FILES = sorted(path for path in GOOD.glob("*.py") if not path.name.startswith(("_", "test_")))

WORDS = (
    "",
    "0",
    "-1",
    "2",
    "7",
    "1.5",
    "9" * 30,
    "1e999",
    "٣",
    "null",
    "true",
    "\x00",
    "é" * 9,
    "[]",
    "{}",
    "%",
    "+",
    "a b",
)
TIMES = (
    "2024-01-01T00:00:00Z",
    "0001-01-01T00:00:00+23:59",
    "9999-12-31T23:59:59.999999999-12:00",
    "10000-01-01",
    "0" * 15,
)
CURSORS = (
    "WzIuMCwgMSwgMF0=",
    "W10=",
    "bnVsbA==",
    "WzFlMzA4LCAwLCAwLCAwLCAwXQ==",
    "W051bGwsIDEsIDBd",
    "WzEuMCwgLTEsIDBd",
)
QUERIES = ("{", "query", "{ things }", "query($n: Int) { orders(first: $n) { x } }", "{ orders(first: 99999) { a } }")
ODD = st.sampled_from([*WORDS, *TIMES, *CURSORS, *QUERIES])
VALUES = st.recursive(
    st.none() | st.booleans() | st.integers() | st.floats() | st.text(max_size=8) | ODD,
    lambda inner: st.lists(inner, max_size=3) | st.dictionaries(st.text(max_size=5) | ODD, inner, max_size=3),
    max_leaves=8,
)


def odd(style: str, paging: dict[str, Any] | None = None, **changes: Any) -> dict[str, Any]:
    """A stream of the odd API, whose changes are filtered by time."""
    since = {"send": "since", "until": "until", "field": "at"}
    return stream(style, paging, **{"incremental": since} | changes)


POSTED = {"send": "body.after", "shape": "object", "unknown": "nothing"}
ODD_API = {
    "whole": odd("cursor", {"shape": "integer", "foreign": "wrong"}, order="ties", tombstone={"gone": "{id}"}),
    "posted": odd("cursor", POSTED, method="POST", keyed=True, included={"others": {"id": "{id}"}}),
    "listed": odd(
        "cursor", POSTED | {"shape": "list", "unknown": "restart"}, method="POST", totals={"cap": 2}, total="total"
    ),
    "days": odd("offset", {"more": "more"}, phantom_next=True, page_size={"send": "size", "zero": "everything"}),
    "numbered": odd(
        "page", {"pages": "pages", "start": 0}, page_size={"send": "size", "zero": "fail", "over": "serve"}
    ),
    "after": odd("keyset", {"more": "more"}, incremental={"send": "since", "field": "at", "format": "epoch_ms"}),
    "graph": odd("relay", {"foreign": "refuse"}, total="data.things.totalCount", records="data.things"),
    "once": odd("none", empty=["no_content"]),
}


@cache
def described(file: Path) -> Api:
    """The API that a connector's file describes, or one of odd streams."""
    if file == Path("odd"):
        streams = {name: each | {"path": f"/{name}"} for name, each in ODD_API.items()}
        limits = {"minute": 200, "at_once": 1, "counts_refused": True}
        return described_api(streams=streams, limits=limits, unknown_parameters="empty", error_body="<e>{reason}</e>")
    return Api.model_validate(loaded(file).CONTRACT["api"])


def simulated(api: Api, *, public: bool) -> SimulatedApi:
    """The API with a few records, and a few children of each."""
    families = {
        name: {
            child: Family(listed, lambda parent, count, listed=listed: records_of(listed, count, 1, f"-{parent}-"))
            for child, listed in stream.children.items()
        }
        for name, stream in api.streams.items()
    }
    collections = {name: Collection(records_of(stream, 7, 1)) for name, stream in api.streams.items()}
    auth = [] if public else None
    return SimulatedApi(api, collections, VirtualClock(), auth=auth, families=families)


def names_in(value: Any) -> set[str]:
    """Every key, and every word that stands for a place, in a description."""
    if isinstance(value, dict):
        return set(value) | {name for inner in value.values() for name in names_in(inner)}
    if isinstance(value, list | tuple):
        return {name for inner in value for name in names_in(inner)}
    return {value, value.rpartition(":")[2], value.rpartition(".")[2]} if isinstance(value, str) else set()


@cache
def requests(file: Path) -> st.SearchStrategy[Request]:
    """Requests that have to do with the API: what it answers, with other parameters; and anything besides."""
    api = described(file)
    lists = [*api.streams.values(), *(child for each in api.streams.values() for child in each.children.values())]
    places = [getattr(each.paging, "send", None) for each in lists]
    places += [each.page_size.send for each in lists if each.page_size]
    places += [found.send for each in api.streams.values() for found in each.filters.values()]
    places += [each.incremental.send for each in api.streams.values() if each.incremental]
    words = sorted({key for place in places if place for key in place.keys} | {"query", "variables", "cursor"})
    keys, texts = st.sampled_from(words) | ODD, ODD | st.text(max_size=12) | st.integers(0, 9).map(str)
    known = [(each.method, api.root + each.path.replace("{id}", "r00001"), each) for each in lists]
    known += [
        (each.count.method or "GET", api.root + each.count.path, each) for each in api.streams.values() if each.count
    ]
    known += [("POST", auth.token_url, lists[0]) for auth in api.auth if isinstance(auth, OAuth)]
    bodies = st.dictionaries(st.sampled_from(words), VALUES | st.dictionaries(keys, VALUES, max_size=3), max_size=4)
    right = st.builds(
        lambda one, *rest: _request(one[0], one[1], *rest, api.headers | one[2].headers, one[2].body or {}),
        st.sampled_from(known),
        st.lists(st.tuples(st.sampled_from(words), texts), max_size=3),
        st.booleans(),
        st.just({})
        | st.dictionaries(st.sampled_from(["Authorization", "Cookie", "X-API-Key"]) | keys, texts, max_size=2),
        bodies | st.just({"query": "{ orders(first: 2, after: null) { x } refunds { x } }"}) | VALUES,
    )
    strange = st.builds(
        _request,
        st.sampled_from(["GET", "POST", "HEAD", "PUT", "DELETE", "OPTIONS", "get", "", "é"]),
        st.sampled_from([url for _, url, _ in known])
        | st.builds("{}/{}".format, st.just(api.root), st.text(max_size=8)),
        st.lists(st.tuples(keys, texts), max_size=4),
        st.booleans(),
        st.dictionaries(keys, texts, max_size=2),
        st.binary(max_size=20),
        st.just({}),
        st.just({}),
    )
    return right | right | strange


def _request(
    method: str,
    url: str,
    query: list[tuple[str, str]],
    encoded: bool,
    headers: dict[str, str],
    sent: Any,
    required: dict[str, str],
    wanted: dict[str, Any],
) -> Request:
    """A request with what the API requires, unless ``sent`` or ``headers`` has it otherwise."""
    written = urlencode(query) if encoded else "&".join(f"{name}={value}" for name, value in query)
    together = wanted | sent if isinstance(sent, dict) else sent
    body = sent if isinstance(sent, bytes) else json.dumps(together).encode()
    return Request(method, f"{url}?{written}" if query else url, tuple((required | headers).items()), body)


def expect_http(answer: Response) -> None:
    """``answer`` is one that a server can send."""
    assert 200 <= answer.status < 600
    assert isinstance(answer.body, bytes)
    length = answer.header("Content-Length")
    assert length is None or int(length) == len(answer.body)
    if (answer.header("Content-Type") or "").startswith("application/json"):
        json.loads(answer.body)
    for name, value in answer.headers:
        assert f"{name}{value}".isprintable()


@pytest.mark.parametrize("file", [*FILES, Path("odd")], ids=lambda file: file.stem)
def test_every_request_is_answered(file: Path):
    """Never a traceback and never a hang, whatever method, URL, headers and body."""

    @settings(max_examples=60, deadline=2000, database=None, suppress_health_check=list(HealthCheck))
    @given(st.lists(requests(file), min_size=1, max_size=3), st.booleans())
    def ask(asked: list[Request], public: bool) -> None:
        api = simulated(described(file), public=public)
        for request in asked:
            assert api.kind(request) in ("list", "child", "check", "count", "token")
            expect_http(api.respond(request))

    ask()


@pytest.mark.parametrize(
    "body", [b"[" * 100_000, b'{"query": "' + b"{ a " * 20_000 + b'"}', b'{"query": ' + b'{"a": ' * 20_000]
)
def test_a_body_without_bottom_is_answered(body: bytes):
    """Deeper than Python's stack."""
    api = simulated(described(Path("odd")), public=True)
    for path in ("/graph", "/posted"):
        expect_http(api.respond(Request("POST", api.described.root + path, body=body)))


@pytest.mark.parametrize("name", ["link_header_behind_proxy", "next_url_below_base", "next_url_requests"])
def test_a_link_holds_nothing_that_no_url_can_hold(name: str):
    """Although what was asked did, which the link repeats."""
    api = described(GOOD / f"{name}.py")
    asked = next(iter(api.streams.values()))
    size = asked.page_size.send.keys[0] if asked.page_size else "size"
    simulation = simulated(api, public=True)
    url = f"{api.root}{asked.path}?{size}=1&odd=\x1f \u00e9\ud800"
    answer = simulation.respond(Request(asked.method, url, tuple((api.headers | asked.headers).items())))
    expect_http(answer)
    assert answer.page is not None
    assert answer.page.link is not None
    assert answer.page.link.isascii()
    assert answer.page.link.isprintable()
    assert "odd=%1F%20%C3%A9" in answer.page.link
