"""The API answers as the real thing would."""

from __future__ import annotations

import json
from typing import Any
from urllib.parse import parse_qs, urlsplit

import pytest
from hypothesis import given
from hypothesis import strategies as st

from contract.messages import Request, Response
from contract.simulation.api import Endpoint, SimulatedApi, wire_text
from contract.simulation.clock import VirtualClock
from contract.simulation.manners import Manners
from tests.support.apis import BASE, STYLES, ask, described, simulated, stream, walk
from tests.support.drawing import few

BEARER = {"type": "bearer", "token": "acme-test-token"}
ALLOWED = {"Authorization": "Bearer acme-test-token"}


def reason(answer: Response) -> str:
    """Why the API refuses."""
    return str(answer.json["error"]["message"])


def ids(answer: Response) -> list[str]:
    """The ids on a page."""
    assert answer.status == 200, answer.body
    return [row["id"] for row in answer.json["data"]]


# -- routes


@pytest.mark.parametrize("path", ["/", "", "/thing", "/things/r00001", "/v2/things", "/THINGS", "//things"])
def test_an_unknown_path_is_not_found(path: str) -> None:
    """A path that is not described is answered 404, with the path."""
    answer = ask(simulated(), path)
    assert answer.status == 404
    assert reason(answer).startswith("no such path: /")


def test_an_unknown_path_needs_no_credentials() -> None:
    """404 comes before 401: the API knows no such path, whoever asks."""
    assert ask(simulated(described(BEARER)), "/nothing").status == 404


@pytest.mark.parametrize("method", ["POST", "PUT", "DELETE", "HEAD", "OPTIONS", "get"])
def test_another_method_is_not_allowed(method: str) -> None:
    """A method that is not described is answered 405, with those that are."""
    answer = ask(simulated(), method=method)
    assert answer.status == 405
    assert answer.header("Allow") == "GET"


def test_a_slash_at_the_end_is_forgiven() -> None:
    """A path is the same with and without a slash at its end."""
    api = simulated()
    assert ask(api, "/things/") == ask(api, "/things")


def test_a_path_may_be_percent_encoded() -> None:
    """Paths are compared decoded, as RFC 3986 has it for what needs no encoding."""
    api = simulated(described(streams={"things": stream(path="/kunden/größe")}))
    assert ask(api, "/kunden/gr%C3%B6%C3%9Fe").status == 200


def test_another_host_is_another_place() -> None:
    """The described path at another scheme, host or port is unknown."""
    api = simulated()
    for url in ("http://api.acme.com/v2/things", "https://acme.com/v2/things", "https://api.acme.com:8443/v2/things"):
        assert ask(api, url).status == 404
    assert ask(api, "https://API.acme.com:443/v2/things").status == 200


def test_endpoints_are_told_apart() -> None:
    """The API says of a request whether it checks, counts, lists or fetches a token, and of which stream."""
    oauth = {
        "type": "oauth",
        "token_url": "https://auth.acme.com/token?tenant=7",
        "client_id": "c",
        "client_secret": "s",
    }
    streams = {"things": stream(count={"path": "/things/count", "total": "count"}), "others": stream(path="/others")}
    api = simulated(described(oauth, streams=streams, check={"path": "/me"}))
    kinds = {
        f"{BASE}/me": Endpoint("check"),
        f"{BASE}/things/count": Endpoint("count", "things"),
        f"{BASE}/things?size=2": Endpoint("list", "things"),
        f"{BASE}/others/": Endpoint("list", "others"),
        f"{BASE}/unknown": Endpoint("list"),
        "https://auth.acme.com/token?tenant=7": Endpoint("token"),
        "https://auth.acme.com:443/token": Endpoint("token"),
    }
    for url, endpoint in kinds.items():
        assert api.endpoint(Request("GET", url)) == endpoint, url
        assert api.kind(Request("GET", url)) == endpoint.kind
    assert set(api.hosts) == {"https://api.acme.com:443", "https://auth.acme.com:443"}


def test_streams_may_share_a_path() -> None:
    """Where two streams have one path, the body, a header or the method says which one is meant."""
    streams = {
        "users": stream("cursor", {"send": "body.after"}, path="/graphql", method="POST", body={"query": "users"}),
        "teams": stream("cursor", {"send": "body.after"}, path="/graphql", method="POST", body={"query": "teams"}),
        "old": stream(path="/graphql", headers={"X-Version": "1"}),
    }
    api = simulated(described(streams=streams))
    asked = {
        name: api.endpoint(Request("POST", f"{BASE}/graphql", body=f'{{"query": "{name}"}}'.encode())).stream
        for name in ("users", "teams")
    }
    assert asked == {"users": "users", "teams": "teams"}
    assert api.endpoint(Request("GET", f"{BASE}/graphql", (("X-Version", "1"),))).stream == "old"
    assert ask(api, "/graphql", "POST", body={"query": "boats"}).status == 400
    assert ask(api, "/graphql", "PUT").header("Allow") == "GET, POST"


def test_a_stream_may_stand_where_the_check_does() -> None:
    """A check on the path of a stream is answered with the stream's records."""
    api = simulated(described(check={"path": "/things"}))
    assert len(ids(ask(api))) == 3


# -- who may ask what


def test_bad_credentials_are_refused() -> None:
    """Without credentials, or with wrong ones, the answer is 401 and a challenge, and no data."""
    api = simulated(described(BEARER))
    for headers in ({}, {"Authorization": "Bearer wrong"}):
        answer = ask(api, headers=headers)
        assert answer.status == 401
        assert answer.header("WWW-Authenticate") == "Bearer"
        assert "data" not in answer.json
    assert ask(api, headers=ALLOWED).status == 200


def test_one_of_several_credentials_is_enough() -> None:
    """Any of the described kinds of credentials lets in, unless the API is told to accept some of them alone."""
    both = described(BEARER, {"type": "api_key", "token": "acme-test-key"})
    api, narrow = simulated(both), simulated(both, auth=[both.auth[1]])
    for headers in (ALLOWED, {"X-API-Key": "acme-test-key"}):
        assert ask(api, headers=headers).status == 200
    assert ask(narrow, headers=ALLOWED).status == 401
    assert ask(narrow, headers={"X-API-Key": "acme-test-key"}).status == 200


def test_a_public_stream_needs_no_credentials() -> None:
    """A stream that is public answers everybody; the others do not."""
    api = simulated(described(BEARER, streams={"things": stream(public=True), "others": stream(path="/others")}))
    assert ask(api).status == 200
    assert ask(api, "/others").status == 401


def test_an_api_without_credentials_is_public() -> None:
    """Where no credentials are described, none are asked for."""
    assert ask(simulated(described())).status == 200


def test_a_check_may_be_closed_to_narrow_rights() -> None:
    """Credentials that reach streams and nothing else are refused there, as described."""
    account = described(BEARER, check={"path": "/account", "closed": 401})
    api = simulated(account, manners=Manners(narrow=True))
    assert [ask(api, path, headers=ALLOWED).status for path in ("/account", "/things")] == [401, 200]
    assert ask(simulated(account), "/account", headers=ALLOWED).status == 200


def test_rights_may_be_narrow() -> None:
    """A stream beyond what the credentials reach is answered 403; 401 comes first."""
    api = simulated(described(BEARER, streams={"things": stream(), "others": stream(path="/others")}))
    api.reachable = frozenset({"things"})
    assert ask(api, headers=ALLOWED).status == 200
    assert ask(api, "/others", headers=ALLOWED).status == 403
    assert ask(api, "/others").status == 401


def test_the_check_answers_its_body() -> None:
    """The check endpoint answers the described body, to whoever has credentials, under its own method."""
    api = simulated(described(BEARER, check={"path": "/me", "method": "POST", "body": {"id": "me_1"}}))
    assert ask(api, "/me", "POST", headers=ALLOWED).json == {"id": "me_1"}
    assert ask(api, "/me", "POST").status == 401
    assert ask(api, "/me", headers=ALLOWED).status == 405


def test_headers_may_be_required() -> None:
    """A request without a header of the API or of the stream, or with another value, is answered 400 and its name."""
    api = simulated(described(streams={"things": stream(headers={"X-Kind": "b"})}, headers={"X-Version": "2024"}))
    assert ask(api, headers={"x-version": "2024", "X-KIND": "b"}).status == 200
    refused = ask(api, headers={"X-Version": "2023", "X-Kind": "b"})
    assert (refused.status, reason(refused)) == (400, "header X-Version must be '2024', not '2023'")
    assert reason(ask(api, headers={"X-Version": "2024"})) == "header X-Kind must be 'b', not None"


@pytest.mark.parametrize("body", [None, {}, [], "text", {"query": "other"}])
def test_a_body_may_be_required(body: Any) -> None:
    """A request whose body does not hold what the stream asks for is answered 400."""
    api = simulated(stream("cursor", {"send": "body.after"}, method="POST", body={"query": "{ things }"}))
    answer = ask(api, method="POST", body=body)
    assert answer.status == 400
    assert reason(answer).startswith("body.query must be '{ things }', not ")
    assert ask(api, method="POST", body={"query": "{ things }", "more": 1}).status == 200


def test_errors_have_the_described_form() -> None:
    """Reason and status are filled into the described error body, whatever characters they hold."""
    template = {"ok": False, "errors": [{"code": "{status}", "text": 'why: "{reason}"'}], "{reason}": 1}
    api = simulated(described(error_body=template))
    answer = ask(api, '/%22{status}"\\')
    assert answer.status == 404
    said = 'no such path: /v2/%22{status}"\\'
    assert answer.json == {"ok": False, "errors": [{"code": "404", "text": f'why: "{said}"'}], said: 1}
    assert answer.header("Content-Type") == "application/json"


def test_requests_are_let_in_at_a_rate() -> None:
    """What exceeds the rate within one second is answered 429 with Retry-After; the next second lets in again."""
    api = simulated(manners=Manners(rate=2))
    assert [ask(api).status for _ in range(3)] == [200, 200, 429]
    assert ask(api).header("Retry-After") == "1"
    api.clock.advance(1)
    assert [ask(api).status for _ in range(3)] == [200, 200, 429]


# -- pages


@pytest.mark.parametrize("size", ["0", "-1", "x", "", "1.5", "51", "--5", "9" * 30])
def test_a_bad_page_size_is_refused(size: str) -> None:
    """A page size that is no whole number, or out of bounds, is answered 400 with its name."""
    answer = ask(simulated(), size=size)
    assert answer.status == 400
    assert reason(answer).startswith("size must be ")


def test_too_large_a_page_may_be_capped() -> None:
    """An API that caps serves its largest page where more is asked."""
    api = simulated(stream(page_size={"send": "size", "default": 2, "max": 4, "over": "cap"}), 9)
    assert [len(ids(ask(api, size=size))) for size in (1, 4, 5, 10**6)] == [1, 4, 4, 4]


def test_without_a_page_size_the_default_is_served() -> None:
    """Who asks for no page size gets the API's own, never more than its largest."""
    assert len(ids(ask(simulated(count=9)))) == 3
    low = stream(page_size={"send": "size", "default": 20, "max": 4})
    assert len(ids(ask(simulated(low, 9)))) == 4
    assert len(ids(ask(simulated(stream(page_size=None), 25)))) == 20


def test_a_page_of_nothing_may_be_asked() -> None:
    """Where the API accepts a page size of 0, it answers no records and all its signals."""
    size = {"send": "size", "default": 2, "max": 4, "min": 0}
    for style in STYLES:
        if style not in ("none", "relay"):
            answer = ask(simulated(stream(style, page_size=size, total="total"), 5), size=0)
            assert (ids(answer), answer.json["total"]) == ([], 5), style


@pytest.mark.parametrize(
    ("style", "position"),
    [
        ("cursor", {"after": "nonsense"}),
        ("cursor", {"after": ""}),
        ("offset", {"skip": "-1"}),
        ("offset", {"skip": "x"}),
        ("page", {"page": "0"}),
        ("page", {"page": "first"}),
        ("next_url", {"cursor": "nonsense"}),
        ("keyset", {"after": "r99999"}),
    ],
)
def test_a_bad_position_is_refused(style: str, position: dict[str, str]) -> None:
    """A cursor, offset, page number or key that the API does not understand is answered 400."""
    assert ask(simulated(stream(style)), **position).status == 400


def test_the_answer_may_be_a_bare_array() -> None:
    """Without a place for the records, the body is the array itself."""
    api = simulated(stream("page", records=None, total="header:X-Total"))
    answer = ask(api, page=2)
    assert [row["id"] for row in answer.json] == ["r00003", "r00004", "r00005"]
    assert answer.header("X-Total") == "7"


def test_signals_stand_in_headers() -> None:
    """A signal in a header is text as HTTP has it: numbers in digits, true and false in small letters, nothing for null."""
    paging = {"next": "header:X-Next", "more": "header:X-More"}
    api = simulated(stream("cursor", paging, total="header:X-Total"), 4)
    first = ask(api)
    last = ask(api, after=first.header("X-Next"))
    assert (first.header("X-More"), first.header("X-Total")) == ("true", "4")
    assert (last.header("X-More"), last.header("X-Next")) == ("false", None)


def test_signals_stand_deep_in_the_body() -> None:
    """Places are followed into the body, also where a key holds a dot."""
    paging = {"next": ["@odata.nextLink"], "more": "meta.page.more"}
    answer = ask(simulated(stream("next_url", paging, records="d.results", total="meta.total")))
    assert set(answer.json) == {"d", "meta", "@odata.nextLink"}
    assert answer.json["meta"] == {"total": 7, "page": {"more": True}}
    assert len(answer.json["d"]["results"]) == 3


@pytest.mark.parametrize(
    ("end", "last"),
    [("null", {"next": None}), (None, {"next": None}), ("absent", {}), ("empty", {"next": ""})],
)
def test_the_end_is_told_as_described(end: str | None, last: dict[str, Any]) -> None:
    """On the last page the next cursor is null, absent or empty text, as the description says."""
    answer = ask(simulated(stream("cursor", {"end": end}), 2))
    assert {key: value for key, value in answer.json.items() if key == "next"} == last


def test_positions_may_be_sent_in_the_body() -> None:
    """Where a stream is asked by POST, cursor and page size are read from the JSON body; null is the first page."""
    described_ = stream(
        "cursor", {"send": "body.page.after"}, method="POST", page_size={"send": "body.page.size", "default": 2}
    )
    api = simulated(described_)
    first = ask(api, method="POST", body={"page": {"size": 4, "after": None}})
    second = ask(api, method="POST", body={"page": {"size": 4, "after": first.json["next"]}})
    assert ids(first) + ids(second) == [f"r{number:05d}" for number in range(7)]
    assert ask(api, method="POST", body={"page": {"size": "four"}}).status == 400
    assert ask(api, method="POST", body={"page": {"after": 7}}).status == 400


def test_links_are_absolute_and_keep_the_question() -> None:
    """A next URL is absolute and carries every parameter that was sent; its own position stands in it once."""
    api = simulated(stream("next_url"))
    first = ask(api, size=2, colour="a b&c", tag=["x", "y"])
    second = ask(api, first.json["links"]["next"])
    for answer in (first, second):
        parts = urlsplit(answer.json["links"]["next"])
        sent = parse_qs(parts.query)
        assert f"{parts.scheme}://{parts.netloc}{parts.path}" == f"{BASE}/things"
        assert len(sent.pop("cursor")) == 1
        assert sent == {"size": ["2"], "colour": ["a b&c"], "tag": ["x", "y"]}
    assert ids(second) == ["r00002", "r00003"]


@pytest.mark.parametrize(
    ("form", "begins"),
    [
        ("absolute", f"{BASE}/things?"),
        ("host_relative", "/v2/things?"),
        ("path_relative", "?"),
        ("base_relative", "/things?"),
    ],
)
def test_links_have_the_described_form(form: str, begins: str) -> None:
    """A next URL is absolute, or relative to the host or the path; the API's manners may say otherwise."""
    asked = ask(simulated(stream("next_url", {"form": form})), size=2)
    told = ask(simulated(stream("next_url"), manners=Manners(link_form=form)), size=2)  # type: ignore[arg-type]
    for answer in (asked, told):
        assert answer.json["links"]["next"].startswith(begins)


def test_a_server_behind_a_proxy_writes_links_with_its_own_name() -> None:
    """Path and query of an absolute link are right, its origin is the server's; relative links do not show it."""
    paging = {"host": "http://10.0.0.7:8080"}
    link = ask(simulated(stream("next_url", paging)), size=2).json["links"]["next"]
    assert link.startswith("http://10.0.0.7:8080/v2/things?size=2&cursor=")
    relative = ask(simulated(stream("next_url", paging | {"form": "path_relative"})), size=2)
    assert relative.json["links"]["next"].startswith("?size=2&cursor=")


def test_links_may_hold_more_than_was_asked() -> None:
    """What the API adds to its links is in each of them, once."""
    api = simulated(stream("next_url"), 9, Manners(link_extra="sig=a%2Fb&v=2"))
    second = ask(api, ask(api, v=2).json["links"]["next"])
    query = urlsplit(second.json["links"]["next"]).query
    assert query.count("sig=a%2Fb") == 1
    assert query.count("v=2") == 1


# -- filters and counts

FILTERS = {
    "ids": {"send": "ids", "match": "id", "separator": ","},
    "colour": {"send": "colour", "match": "colour"},
    "even": {"send": "even", "match": "even"},
    "detail": {"send": "detail", "values": [True, "full"]},
}


@pytest.mark.parametrize(
    ("query", "found"),
    [
        ({}, 7),
        ({"ids": "r00001,r00005"}, 2),
        ({"ids": "r00001"}, 1),
        ({"ids": ""}, 0),
        ({"ids": "r99999"}, 0),
        ({"colour": "red"}, 3),
        ({"colour": "red,green"}, 0),
        ({"even": "true"}, 4),
        ({"colour": "red", "even": "true"}, 2),
        ({"detail": "true"}, 7),
        ({"unknown": "x"}, 7),
    ],
)
def test_filters_select(query: dict[str, str], found: int) -> None:
    """A filter selects by a key of the records; several select together; what is no filter is ignored."""
    count = {"path": "/things/count", "total": "meta.count"}
    api = simulated(stream(filters=FILTERS, total="total", count=count))
    answer = ask(api, size=50, **query)
    assert (len(ids(answer)), answer.json["total"]) == (found, found)
    assert ask(api, "/things/count", **query).json == {"meta": {"count": found}}


def test_a_filter_holds_on_every_page() -> None:
    """The pages of a filtered stream are those of the selected records alone."""
    api = simulated(stream("next_url", filters=FILTERS), 12)
    first = ask(api, colour="red", size=2)
    assert ids(first) + ids(ask(api, first.json["links"]["next"])) == ["r00000", "r00003", "r00006", "r00009"]


def test_a_filter_may_be_sent_in_the_body() -> None:
    """Values in a JSON body are compared as the texts they would be in a query; a list is several values."""
    filters = {"ids": {"send": "body.filter.ids", "match": "id"}, "even": {"send": "body.even", "match": "even"}}
    api = simulated(stream("cursor", {"send": "body.after"}, method="POST", filters=filters))
    assert ids(ask(api, method="POST", body={"filter": {"ids": ["r00001", "r00002"]}})) == ["r00001", "r00002"]
    assert ids(ask(api, method="POST", body={"filter": {"ids": "r00001"}, "even": False})) == ["r00001"]


def test_a_value_that_may_not_be_sent_is_refused() -> None:
    """A parameter of fixed values is answered 400 where another one is sent, in the list and in the count."""
    api = simulated(stream(filters=FILTERS, count={"path": "/count", "total": "count"}))
    for path in ("/things", "/count"):
        answer = ask(api, path, detail="True")
        assert (answer.status, reason(answer)) == (400, "detail must be one of true, full, not 'True'")


def test_a_count_may_stand_in_a_header() -> None:
    """The count endpoint puts its number where the description says, and takes GET and POST."""
    api = simulated(stream(count={"path": "/count", "total": "header:X-Count"}))
    for method in ("GET", "POST"):
        assert ask(api, "/count", method).header("X-Count") == "7"
    assert ask(api, "/count", "DELETE").status == 405


@pytest.mark.parametrize(("value", "text"), [(True, "true"), (False, "false"), (7, "7"), ("x", "x"), (None, "None")])
def test_values_as_text(value: Any, text: str) -> None:
    """A value in a query is text; booleans are written as JSON writes them."""
    assert wire_text(value) == text


# -- manners


@pytest.mark.parametrize(
    ("manner", "total", "more"),
    [("right", 7, True), ("null", None, None), ("zero", 0, 0), ("wrong", 3, False)],
)
def test_optional_signals_may_be_wrong(manner: Any, total: Any, more: Any) -> None:
    """A signal may be null, 0 or wrong; the records and the cursor stay right."""
    api = simulated(stream("cursor", {"more": "more"}, total="total"), manners=Manners(total=manner, more=manner))
    answer = ask(api)
    assert (answer.json["total"], answer.json["more"]) == (total, more)
    assert len(ids(answer)) == 3
    assert answer.json["next"]


def test_optional_signals_may_be_absent() -> None:
    """A signal may be missing altogether, also in a header."""
    manners = Manners(total="absent", pages="absent", more="absent")
    answer = ask(simulated(stream("page", {"pages": "pages", "more": "header:X-More"}, total="total"), manners=manners))
    assert set(answer.json) == {"data"}
    assert answer.header("X-More") is None


def test_a_cursor_expires() -> None:
    """From a page on, cursors issued before are refused with the given status; a new start works."""
    api = simulated(stream("cursor"), 9, Manners(expires_at=2, expired_status=422))
    first = ask(api)
    second = ask(api, after=first.json["next"])
    third = ask(api, after=second.json["next"])
    assert (third.status, reason(third)) == (422, "this cursor has expired: start again")
    assert ask(api, after=first.json["next"]).status == 422
    assert len(walk(api).ids) == 9


@pytest.mark.parametrize("style", ["cursor", "next_url"])
def test_all_cursors_can_be_expired(style: str) -> None:
    """What was issued before is refused with 410; what is issued afterwards is honoured."""
    api = simulated(stream(style), 9)
    before = ask(api)
    api.expire_cursors()
    old, new = (
        ask(api, page.json["links"]["next"]) if style == "next_url" else ask(api, after=page.json["next"])
        for page in (before, ask(api))
    )
    assert (old.status, new.status) == (410, 200)


def test_the_world_moves_on_after_each_page() -> None:
    """Whoever listens is told the stream after each page that was served, and of nothing else."""
    api = simulated(described(check={"path": "/me"}))
    heard: list[str] = []
    api.served = heard.append
    for path in ("/things", "/me", "/unknown", "/things?size=x", "/things"):
        ask(api, path)
    assert heard == ["things", "things"]


def test_a_stream_without_a_collection_is_empty() -> None:
    """A described stream that nobody gave records holds none."""
    api = SimulatedApi(described(), {}, VirtualClock())
    assert ids(ask(api)) == []


# -- anything


EVERYTHING = described(
    BEARER,
    {"type": "basic", "username": "ada", "password": "acme-test-password"},
    {"type": "api_key", "send": "key", "token": "acme-test-key"},
    {"type": "cookies", "cookies": {"session": "acme-test-session"}},
    {"type": "oauth", "token_url": f"{BASE}/token", "client_id": "acme", "client_secret": "acme-test-secret"},
    check={"path": "/me"},
    streams={
        style: stream(
            style,
            path=f"/{style}",
            public=True,
            filters=FILTERS if style != "none" else {"ids": {"send": "body.ids", "match": "id"}},
            count={"path": f"/{style}/count", "total": "count"},
        )
        for style in STYLES
    }
    | {
        "posted": stream(
            "offset",
            {"send": "body.skip"},
            path="/posted",
            method="POST",
            public=True,
            page_size={"send": "body.size"},
            filters={"ids": {"send": "body.ids", "match": "id", "separator": ","}},
        ),
        "private": stream(path="/private"),
    },
)

paths = st.sampled_from(
    ["/me", "/token", "/posted", "/private", *(f"/{style}{end}" for style in STYLES for end in ("", "/count", "/"))]
) | st.text().map(lambda text: f"/{text}")
names = st.sampled_from(["after", "skip", "page", "size", "cursor", "ids", "detail", "key", "grant_type"]) | st.text()
jsons = st.recursive(
    st.none() | st.booleans() | st.integers() | st.floats() | st.text(),
    lambda inner: st.lists(inner, max_size=3) | st.dictionaries(names, inner, max_size=3),
    max_leaves=8,
)
texts = (
    st.text()
    | st.integers().map(str)
    | st.sampled_from(["WzAuMCwgMCwgMF0=", "WzAuMCwgLTUsIDBd", "--5", "٣", "9" * 5000])
)
bodies = (
    st.binary()
    | st.builds(lambda value: repr(value).encode("utf-8", "replace"), jsons)
    | jsons.map(lambda value: json.dumps(value).encode("utf-8", "surrogatepass"))
)
headers = st.dictionaries(
    st.sampled_from(["Authorization", "Cookie", "Content-Type", "X-API-Key"]) | st.text(),
    st.text() | st.text().map(lambda text: f"Basic {text}") | st.text().map(lambda text: f"Bearer {text}"),
    max_size=3,
)


@few(400)
@given(
    method=st.sampled_from(["GET", "POST", "PUT", "HEAD"]) | st.text(min_size=1),
    path=paths,
    query=st.dictionaries(names, texts, max_size=4),
    headers=headers,
    body=bodies,
    lengths=st.lists(st.integers(0, 3), max_size=2),
)
def test_every_request_is_answered(
    method: str, path: str, query: dict[str, str], headers: dict[str, str], body: bytes, lengths: list[int]
) -> None:
    """Whatever is sent, the API answers with a status of its own and JSON, and never fails itself."""
    api = simulated(EVERYTHING, manners=Manners(lengths=tuple(lengths)))
    url = BASE + path + "?" + "&".join(f"{name}={value}" for name, value in query.items())
    answer = api.respond(Request(method, url, tuple(headers.items()), body))
    assert answer.status in {200, 400, 401, 403, 404, 405, 410}
    assert answer.json is not None
    assert answer.header("Content-Length") == str(len(answer.body))


@pytest.mark.parametrize("path", ["/posted", "/token", "/private"])
@pytest.mark.parametrize(
    "body", [b"[" * 100_000, b'{"size":' * 100_000, b"\xff\xfe", b'"\\ud800"', b"NaN", b"9" * 9999]
)
def test_hostile_bodies_are_answered(path: str, body: bytes) -> None:
    """A body that is nested without end, no UTF-8 or a number without end is a bad request like any other."""
    answer = simulated(EVERYTHING).respond(Request("POST", BASE + path, body=body))
    assert answer.status in {200, 400, 401, 405}


def test_text_that_utf8_cannot_say_is_answered() -> None:
    """A lone surrogate in a body comes back in the reason, and breaks nothing."""
    answer = ask(
        simulated(stream("offset", {"send": "body.skip"}, method="POST")), method="POST", body={"skip": "\ud800"}
    )
    assert answer.status == 400
    assert "must be a whole number" in reason(answer)
