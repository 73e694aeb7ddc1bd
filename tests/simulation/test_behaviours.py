"""What a description says of an API's odd ways, the simulation does."""

from __future__ import annotations

import datetime as dt
import itertools
import random
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from typing import Any
from urllib.parse import quote

import pytest
from pydantic import ValidationError

from contract.description.api import Count, Stream
from contract.description.incremental import SECOND
from contract.messages import Request
from contract.simulation.api import SimulatedApi
from contract.simulation.collection import Collection
from contract.simulation.faults import Rule, Schedule, Status
from contract.simulation.incremental import form_of, written
from contract.simulation.manners import Manners
from contract.simulation.network import Network
from contract.strategies import records_of
from tests.support.apis import ask, described, simulated, stream, walk

BEARER = {"type": "bearer", "token": "secret-token"}


def api(streams: dict[str, Any] | None = None, manners: Manners = Manners(), **changes: Any):
    return simulated(described(streams={"things": streams or stream()}, **changes), 7, manners)


def api_of(*auth: dict[str, Any], **changes: Any) -> SimulatedApi:
    return simulated(described(*auth, **changes))


def test_unknown_parameters_are_ignored_refused_or_taken_for_a_filter():
    """400, or 200 without records; what is described is known, and so is what `params` lists."""
    assert len(ask(api(), size=7, strange=1).json["data"]) == 7
    assert ask(api(unknown_parameters="refuse"), size=7, strange=1).status == 400
    assert ask(api(unknown_parameters="empty"), size=7, strange=1).json["data"] == []
    assert ask(api(stream(params=["strange"]), unknown_parameters="refuse"), size=7, strange=1).status == 200
    known = api(stream("next_url"), unknown_parameters="refuse")
    assert ask(known, ask(known, size=2).json["links"]["next"]).status == 200
    since = {"send": "since", "until": "before", "field": "changed"}
    changed = api(stream(incremental=since), unknown_parameters="refuse")
    assert ask(changed, size=7, since="2026-01-01T00:00:00Z", before="2026-02-01T00:00:00Z").status == 200


def test_wrong_credentials_may_be_403():
    """Some APIs have no 401."""
    assert ask(api_of(BEARER, unauthorized=403)).status == 403


def test_a_public_check_answers_whoever_asks():
    """A root URL may answer 200 whatever the password; the data does not."""
    root = simulated(described(BEARER, check={"path": "/", "body": {"ok": True}, "public": True}))
    assert ask(root, "/").json == {"ok": True}
    assert ask(root).status == 401


def test_a_total_in_the_header_of_head():
    """The count is asked by HEAD at the path of the list."""
    counting = api(stream(count={"path": "/things", "method": "HEAD", "total": "header:X-Total"}))
    assert ask(counting, method="HEAD").header("X-Total") == "7"
    assert len(ask(counting, size=7).json["data"]) == 7
    with pytest.raises(ValidationError, match="no body"):
        Count.model_validate({"path": "/things", "method": "HEAD", "total": "total"})


def test_records_keyed_by_their_ids_beside_what_else_is_there():
    """The values of an object, and an envelope that is the same on every page."""
    answer = ask(api(stream(keyed=True, envelope={"included": [{"kind": "colour"}], "ok": True})), size=2)
    assert list(answer.json["data"]) == ["r00000", "r00001"]
    assert answer.json["included"] == [{"kind": "colour"}]
    for wrong in ({"records": None, "keyed": True}, {"records": None, "envelope": {"a": 1}}):
        with pytest.raises(ValidationError, match="need `records`"):
            Stream.model_validate(stream("offset") | wrong)


@pytest.mark.parametrize(("stale", "came"), [("restart", ["r00000", "r00001"]), ("nothing", [])])
def test_a_stale_cursor_may_begin_again_or_lead_nowhere(stale: str, came: list[str]):
    """Instead of an error: the first page, or a page that looks like the end."""
    forgetful = api(stream(paging={"stale": stale}))
    cursor = ask(forgetful, size=2).json["next"]
    forgetful.expire_cursors()
    assert [row["id"] for row in ask(forgetful, size=2, after=cursor).json["data"]] == came


def test_a_cursor_lives_as_long_as_it_is_good_for():
    """An hour from when it was issued, not from the first page."""
    mortal = api(manners=Manners(cursor_life=3600.0))
    cursor = ask(mortal, size=2).json["next"]
    for _ in range(2):
        mortal.clock.advance(3600)
        answer = ask(mortal, size=2, after=cursor)
        assert answer.status == 200
        cursor = answer.json["next"]
    mortal.clock.advance(3601)
    assert ask(mortal, size=2, after=cursor).status == 410


@pytest.mark.parametrize("shape", ["list", "object"])
def test_a_cursor_of_another_shape_comes_back_whole(shape: str):
    """A list or an object is refused when a part of it is missing or changed."""
    search = api(stream(method="POST", paging={"send": "body.after", "shape": shape}))
    cursor = ask(search, method="POST", body={}, size=2).json["next"]
    assert ask(search, method="POST", body={"after": cursor}).json["data"][0]["id"] == "r00002"
    for wrong in ("text", [], {}, [cursor], {"position": cursor}):
        assert ask(search, method="POST", body={"after": wrong}).status == 400


def test_a_graphql_query_is_read_as_such():
    """Arguments inlined or in variables; what is no query, or asks for something else, is refused."""
    graph = api(stream("relay"))
    inlined = "{ shop { things(first: 2, after: null) { edges { node { id } } } } }"
    assert len(ask(graph, method="POST", body={"query": inlined}).json["data"]["things"]["edges"]) == 2
    given = {"query": "query($n: Int) { things(first: $n) { edges { node { id } } } }", "variables": {"n": 4}}
    assert len(ask(graph, method="POST", body=given).json["data"]["things"]["edges"]) == 4
    for query, told in (
        ("{ things(first: ", "Syntax Error"),
        ("{ others { id } }", "not for things"),
        (7, "no `query`"),
    ):
        answer = ask(graph, method="POST", body={"query": query})
        assert (answer.status, told in answer.json["error"]["message"]) == (400, True)


def test_a_connection_tells_its_total_beside_its_edges():
    """`totalCount` is a field of the connection that holds the edges."""
    graph = api(stream("relay", total="data.things.totalCount"))
    query = {"query": "{ things(first: 2) { totalCount edges { node { id } } } }"}
    things = ask(graph, method="POST", body=query).json["data"]["things"]
    assert (things["totalCount"], len(things["edges"]), things["pageInfo"]["hasNextPage"]) == (7, 2, True)


@pytest.mark.parametrize(
    "wrong", [stream(total="data"), stream(total="data.total"), stream("relay", total="data.things")]
)
def test_a_signal_does_not_stand_where_the_records_do(wrong: dict[str, Any]):
    """One would overwrite the other."""
    with pytest.raises(ValidationError, match="inside the records|where the connection does"):
        Stream.model_validate(wrong)


# -- limits


@pytest.mark.parametrize(("allowed", "seconds"), [({"second": 3}, 1), ({"minute": 30}, 2), ({"hour": 1200}, 3)])
def test_limits_by_the_second_the_minute_and_the_hour(allowed: dict[str, Any], seconds: int):
    """A bucket holds what may be asked at once, and fills evenly; Retry-After says when the next request is let in."""
    limited = api(manners=Manners(limits="full"), limits=allowed)
    most = next(iter(allowed.values()))
    assert [ask(limited).status for _ in range(most + 1)] == [200] * most + [429]
    assert ask(limited).header("Retry-After") == str(seconds)
    limited.clock.advance(seconds)
    assert ask(limited).status == 200


def test_of_several_limits_each_is_kept():
    """Ten a minute, though three a second would be more."""
    limited = api(manners=Manners(limits="full"), limits={"second": 3, "minute": 10})
    came = []
    for _ in range(5):
        came += [ask(limited).status for _ in range(3)]
        limited.clock.advance(1)
    assert came.count(200) == 10
    assert ask(limited).header("Retry-After") == "1"  # one of the ten comes back every six seconds


@pytest.mark.parametrize(("counted", "gets_in"), [(False, True), (True, False)])
def test_refused_requests_count_or_do_not(counted: bool, gets_in: bool):
    """Where they do, who asks again and again never gets in, and who waits as long as is said does."""
    limited = api(manners=Manners(limits="full"), limits={"minute": 2, "counts_refused": counted})
    assert [ask(limited).status for _ in range(2)] == [200, 200]
    hammered = []
    for _ in range(12):
        limited.clock.advance(10)
        hammered.append(ask(limited).status)
    assert (200 in hammered) is gets_in
    limited.clock.advance(float(ask(limited).header("Retry-After") or 0))
    assert ask(limited).status == 200


def test_a_limit_of_requests_at_once():
    """Two may be under way; the third is refused, and let in when one is over."""
    limited = api(manners=Manners(limits="full"), limits={"at_once": 2})
    url = "https://api.acme.com/v2/things"
    assert [limited.respond(Request("GET", url, beside=others)).status for others in (0, 1, 2)] == [200, 200, 429]
    network = Network(limited.hosts, limited.clock)
    network.takes = 0.05
    with ThreadPoolExecutor(5) as pool:
        answers = list(pool.map(lambda _: network.exchange(Request("GET", url)).status, range(5)))
    assert 429 in answers
    assert network.exchange(Request("GET", url)).status == 200


@pytest.mark.parametrize(
    ("said", "status", "headers"),
    [
        ({"retry_after": "date"}, 429, {"Retry-After": "Thu, 01 Jan 2026 00:00:30 GMT"}),
        ({"status": 503, "retry_after": "seconds"}, 503, {"Retry-After": "30"}),
        ({}, 429, {"Retry-After": None}),
        ({"status": 403, "body": {"limit": True}, "reset": "X-Reset"}, 403, {"X-Reset": "1767225630"}),
        ({"reset": "X-Reset", "unit": "seconds"}, 429, {"X-Reset": "30"}),
        ({"status": 200, "body": {"limit": True}}, 200, {}),
    ],
)
def test_a_limit_is_told_in_many_ways(said: dict[str, Any], status: int, headers: dict[str, str | None]):
    """429 with Retry-After as a date, 503 with it, 429 without it; a header of the API's own; 200."""
    limited = api(manners=Manners(limits="spent"), limits={"minute": 2}, rate_limit=said)
    ask(limited)
    answer = ask(limited)
    assert answer.status == status
    assert {name: answer.header(name) for name in headers} == headers
    assert answer.json == said.get("body", {"error": {"message": "too many requests"}})


@pytest.mark.parametrize("wrong", [{"status": 503}, {"status": 200}])
def test_a_limit_has_to_be_told(wrong: dict[str, Any]):
    """A 503 alone is any 503."""
    with pytest.raises(ValidationError, match="needs"):
        api(rate_limit=wrong)


# -- change while paging


def read_while(changing: SimulatedApi, change: Callable[[Collection], object]) -> list[str]:
    """The ids that a client reads which goes on by the API's word; ``change`` happens behind the first page."""
    collection = changing.collections["things"]
    pages = itertools.count()
    changing.served = lambda name: change(collection) if next(pages) == 0 else None
    return walk(changing, 2).ids


def ids(*numbers: int) -> list[str]:
    return [f"r{number:05d}" for number in numbers]


def update(*numbers: int) -> Callable[[Collection], object]:
    return lambda held: [held.update(name, {"id": name, "changed": True}) for name in ids(*numbers)]


def delete(*numbers: int) -> Callable[[Collection], object]:
    return lambda held: [held.delete(name) for name in ids(*numbers)]


TOKENS = ("cursor", "next_url", "link_header", "relay")


@pytest.mark.parametrize("style", TOKENS)
def test_newest_first_loses_a_record_that_is_updated_under_way(style: str):
    """It goes to the front, where nobody reads any more; so does a new one."""
    newest = api(stream(style, order="newest_change"))
    assert read_while(newest, update(4)) == ids(0, 1, 2, 3, 5, 6)
    assert newest.collections["things"].ids[0] == "r00004"
    newest = api(stream(style, order="newest_change"))
    assert read_while(newest, lambda held: held.insert("new", {"id": "new"})) == ids(*range(7))


@pytest.mark.parametrize("style", TOKENS)
def test_oldest_first_brings_a_record_again_that_is_updated_under_way(style: str):
    """It goes to the end; so does a new one."""
    assert read_while(api(stream(style, order="oldest_change")), update(0, 4)) == ids(0, 1, 2, 3, 5, 6, 0, 4)
    come = read_while(api(stream(style, order="oldest_change")), lambda held: held.insert("new", {"id": "new"}))
    assert come == [*ids(*range(7)), "new"]


@pytest.mark.parametrize(("style", "paging"), [("offset", {"more": "more"}), ("page", {"more": "more"})])
def test_numbers_lose_as_many_rows_as_are_deleted_before_them(style: str, paging: dict[str, Any]):
    """Two deleted on the first page are two lost of those behind it."""
    assert read_while(api(stream(style, paging)), delete(0, 1)) == ids(0, 1, 4, 5, 6)
    assert read_while(api(stream(style, paging)), delete(5, 6)) == ids(0, 1, 2, 3, 4)


@pytest.mark.parametrize("style", TOKENS)
def test_cursors_over_a_key_that_is_not_unique_lose_rows_as_well(style: str):
    """Of three records of one key, two are read; one of these is deleted, and the third passes for read."""
    assert read_while(api(stream(style, order="ties")), lambda held: None) == ids(*range(7))
    assert read_while(api(stream(style, order="ties")), delete(0)) == ids(0, 1, 3, 4, 5, 6)


@pytest.mark.parametrize("style", [*TOKENS, "keyset"])
def test_ascending_order_over_a_unique_key_loses_nothing(style: str):
    """Whatever comes, goes or changes."""

    def much(held: Collection) -> None:
        delete(0, 5)(held)
        update(1, 4)(held)
        held.insert("r00002b", {"id": "r00002b"}, 2.5)

    come = read_while(api(stream(style)), much)
    assert come == [*ids(0, 1, 2), "r00002b", *ids(3, 4, 6)]


def test_keyset_paging_has_its_own_order():
    """The order of its key, whatever changes."""
    with pytest.raises(ValidationError, match="`order` must be fixed"):
        Stream.model_validate(stream("keyset", order="newest_change"))


@pytest.mark.parametrize(("manner", "status"), [("no_content", 204), ("empty_body", 200), ("not_found", 404)])
def test_a_page_without_records_may_have_no_body(manner: Any, status: int) -> None:
    """204, 200 or 404 without a body, as the description has it."""
    answer = ask(simulated(stream(empty=[manner]), 0, Manners(empty=manner)))
    assert (answer.status, answer.body) == (status, b"")


# -- errors


@pytest.mark.parametrize("status", [200, 400, 422, 500])
def test_a_mistake_of_the_client_has_many_statuses(status: int):
    """A retrying client waits for nothing where it is answered with 500; with 200, the body alone says so."""
    answer = ask(api(bad_request=status), size="x")
    assert (answer.status, "error" in answer.json) == (status, True)


@pytest.mark.parametrize("status", [200, 400, 404])
def test_a_missing_resource_may_be_a_bad_request(status: int):
    """A path that is not there, and a page that has gone."""
    missing = api(stream("page", {"past_end": "not_found"}), not_found=status)
    assert ask(missing, "/nothing").status == status
    answer = ask(missing, page=9, size=2)
    assert (answer.status, "data" in answer.json) == (status, False)


@pytest.mark.parametrize("status", [200, 400, 401, 403])
def test_bad_credentials_are_told_in_many_ways(status: int):
    """401, 403, or an envelope with 200."""
    answer = ask(api_of(BEARER, unauthorized=status))
    assert (answer.status, answer.json) == (status, {"error": {"message": "missing or invalid credentials"}})


@pytest.mark.parametrize(
    ("body", "kind"),
    [
        ("<!doctype html><h1>{status}</h1><p>{reason}</p>", "text/html; charset=utf-8"),
        ("<error code='{status}'>{reason}</error>", "application/xml"),
        ("{status}: {reason}", "text/plain; charset=utf-8"),
    ],
)
def test_an_error_may_be_of_another_format(body: str, kind: str):
    """HTML, XML or text, with the right status or with 200."""
    for status in (400, 200):
        answer = ask(api(error_body=body, bad_request=status), size="x")
        assert (answer.status, answer.header("Content-Type")) == (status, kind)
        assert b"size must be a whole number" in answer.body


def test_a_proxy_in_front_answers_5xx_in_html():
    """What the API itself says stays JSON."""
    behind = api(failure_body="<html>{status} by the proxy</html>")
    network = Network(
        behind.hosts, behind.clock, Schedule((Rule(Status(502, (("Retry-After", "3"),))), Rule(Status(404), at=1)))
    )
    network.worded = behind.worded
    bad, missing = (network.exchange(Request("GET", "https://api.acme.com/v2/things")) for _ in range(2))
    assert (bad.status, bad.body) == (502, b"<html>502 by the proxy</html>")
    assert bad.header("Retry-After") == "3"
    assert (missing.status, missing.json) == (404, {"error": {"message": "simulated 404"}})


# -- bodies


@pytest.mark.parametrize("style", ["cursor", "offset", "page", "next_url", "keyset", "none"])
def test_tombstones_of_another_shape_stand_among_the_records(style: str):
    """Where the record was; the id is where the description has it."""
    list_of = api(stream(style, tombstone={"deleted": True, "ref": {"id": "{id}", "url": "/things/{id}"}}))
    list_of.collections["things"].bury("r00001")
    listed = ask(list_of, size=3).json["data"]
    assert listed[1] == {"deleted": True, "ref": {"id": "r00001", "url": "/things/r00001"}}
    assert [row.get("id") for row in listed[:3]] == ["r00000", None, "r00002"]
    without = api(stream(style))
    without.collections["things"].bury("r00001")
    assert [row["id"] for row in ask(without, size=3).json["data"][:2]] == ["r00000", "r00002"]


def test_objects_are_included_beside_the_records_of_the_page():
    """One for each record, under a key of its own; they have ids, and are no records."""
    author = {"type": "author", "id": "a-{id}", "wrote": ["{id}"]}
    answer = ask(api(stream(included={"included.authors": author})), size=2)
    assert [row["id"] for row in answer.json["data"]] == ids(0, 1)
    assert answer.json["included"]["authors"] == [
        {"type": "author", "id": f"a-{name}", "wrote": [name]} for name in ids(0, 1)
    ]
    for wrong in (stream("offset", included={"others": {}}) | {"records": None}, stream(included={"data.x": {}})):
        with pytest.raises(ValidationError, match="included"):
            Stream.model_validate(wrong)


# -- cursors


FILTERS = {"colour": {"send": "colour", "match": "colour"}}


def asked_elsewhere(foreign: str, style: str = "cursor") -> Any:
    """The answer to a cursor of all records that is asked of the green ones."""
    filtered = api(stream(style, {"foreign": foreign}, filters=FILTERS))
    cursor = ask(filtered, size=2).json["next"]
    assert ask(filtered, size=2, after=cursor).json["data"][0]["id"] == "r00002"
    return ask(filtered, size=2, after=cursor, colour="green")


def test_a_cursor_may_be_good_with_its_own_filters_only():
    """Else it is refused, or leads to a page that is not the next one; some APIs do not mind."""
    assert [row["id"] for row in asked_elsewhere("follow").json["data"]] == ids(4)
    assert asked_elsewhere("refuse").status == 400
    wrong = asked_elsewhere("wrong")
    assert (wrong.status, [row["id"] for row in wrong.json["data"]]) == (200, [])


def test_a_cursor_of_its_own_filters_is_good_to_the_end():
    """Page by page, under a filter and without one, also in GraphQL."""
    filtered = api(stream(paging={"foreign": "refuse"}, filters=FILTERS))
    first = ask(filtered, size=1, colour="red").json
    second = ask(filtered, size=1, colour="red", after=first["next"]).json
    assert [first["data"][0]["id"], second["data"][0]["id"]] == ids(0, 3)
    for style in ("cursor", "relay"):
        assert walk(api(stream(style, {"foreign": "wrong"})), 2).ids == ids(*range(7))


@pytest.mark.parametrize(("unknown", "came"), [("restart", ids(0, 1)), ("nothing", [])])
def test_an_unknown_cursor_may_begin_again_or_lead_nowhere(unknown: str, came: list[str]):
    """200, and a client that does not look reads for ever, or believes that it is over."""
    answer = ask(api(stream(paging={"unknown": unknown})), size=2, after="made up")
    assert [row["id"] for row in answer.json["data"]] == came
    assert ask(api(), size=2, after="made up").status == 400


def test_a_cursor_that_was_encoded_badly_is_an_unknown_one():
    """Its plus signs came as spaces."""
    url = "https://api.acme.com/v2/things?size=2&after="
    nasty = api(manners=Manners(decoration="a+b/c="))
    cursor = ask(nasty, size=2).json["next"]
    assert nasty.respond(Request("GET", url + cursor)).status == 400
    assert nasty.respond(Request("GET", url + quote(cursor, safe=""))).status == 200


# -- the end of the data


@pytest.mark.parametrize("style", ["cursor", "next_url", "link_header", "relay", "next_header"])
def test_a_full_last_page_may_lead_to_an_empty_one(style: str):
    """At an exact multiple of the page size only."""
    phantom = {"phantom_next": True}
    assert [len(page) for page in walk(simulated(stream(style, **phantom), 6), 2).rows] == [2, 2, 2, 0]
    assert [len(page) for page in walk(simulated(stream(style, **phantom), 5), 2).rows] == [2, 2, 1]
    assert [len(page) for page in walk(simulated(stream(style), 6), 2).rows] == [2, 2, 2]


@pytest.mark.parametrize("style", ["offset", "page", "keyset"])
def test_has_more_may_be_said_of_an_empty_page(style: str):
    """Where the API takes a full page for a sign of more."""
    paged = stream(style, {"more": "more"}, phantom_next=True)
    assert [len(page) for page in walk(simulated(paged, 4), 2).rows] == [2, 2, 0]
    assert [len(page) for page in walk(simulated(paged, 0), 2).rows] == [0]
    with pytest.raises(ValidationError, match="past_end"):
        Stream.model_validate(stream("page", {"past_end": "not_found"}, phantom_next=True))


def test_pages_of_nothing_may_come_before_records():
    """Filtered scans answer page after page of nothing, with a cursor; it is not the end."""
    scanned = walk(simulated(stream(), 4, Manners(lengths=(0, 0, 2, 0))), 2)
    assert [len(page) for page in scanned.rows] == [0, 0, 2, 0, 2]


def test_a_page_past_the_end():
    """404 for a page number, 200 with none for an offset, a bare array of nothing."""
    assert ask(api(stream("page", {"past_end": "not_found"})), page=9, size=3).status == 404
    assert ask(api(stream("offset")), skip=90, size=3).json["data"] == []
    assert ask(api(stream("offset") | {"records": None}), skip=90, size=3).json == []


def test_a_page_that_was_announced_may_have_gone():
    """What was on it is deleted before it is asked for."""
    paged = api(stream("page", {"past_end": "not_found", "more": "more"}))
    assert ask(paged, page=1, size=4).json["more"] is True
    delete(4, 5, 6)(paged.collections["things"])
    assert ask(paged, page=2, size=4).status == 404


# -- page sizes


@pytest.mark.parametrize(("over", "came"), [("refuse", None), ("cap", 3), ("serve", 7)])
def test_more_than_the_largest_page(over: str, came: int | None):
    """Refused, capped without a word, or served."""
    answer = ask(api(stream(page_size={"send": "size", "default": 3, "max": 3, "over": over})), size=7)
    assert answer.status == (400 if came is None else 200)
    assert came is None or len(answer.json["data"]) == came


def test_a_link_may_carry_the_size_that_was_not_granted():
    """It repeats what was asked, not what was served."""
    size = {"send": "size", "default": 3, "max": 3, "over": "cap"}
    link = ask(api(stream("next_url", page_size=size)), size=7).json["links"]["next"]
    assert "size=7" in link


@pytest.mark.parametrize(("zero", "status", "came"), [("refuse", 400, 0), ("fail", 500, 0), ("everything", 200, 7)])
def test_a_page_of_size_zero(zero: str, status: int, came: int):
    """400, 500, or everything; where it is allowed, nothing."""
    answer = ask(api(stream(page_size={"send": "size", "default": 3, "max": 9, "zero": zero})), size=0)
    assert (answer.status, len(answer.json.get("data", ()))) == (status, came)
    allowed = ask(api(stream(page_size={"send": "size", "default": 3, "max": 9, "min": 0})), size=0)
    assert (allowed.status, allowed.json["data"]) == (200, [])


# -- totals


def total(totals: dict[str, Any], **query: Any) -> Any:
    """What the answer holds as its total; None where it has none."""
    described = stream(total="meta.total", totals=totals, filters=FILTERS)
    return ask(api(described), **query).json.get("meta", {}).get("total")


def test_a_total_may_be_capped_unfiltered_or_absent_from_a_bare_request():
    """The number of what is asked for, unless it is described otherwise."""
    assert (total({}), total({}, colour="red")) == (7, 3)
    assert (total({"cap": 5}), total({"cap": 5}, colour="red")) == (5, 3)
    assert (total({"unfiltered": True}), total({"unfiltered": True}, colour="red")) == (7, 7)
    assert (total({"when_paged": True}), total({"when_paged": True}, size=3)) == (None, 7)


def test_an_endpoint_for_the_total_may_be_capped_or_unfiltered():
    """A separate call is no more exact."""
    count = {"path": "/things/count", "total": "count"}
    counting = api(stream(count=count, totals={"unfiltered": True, "cap": 6}, filters=FILTERS))
    assert ask(counting, "/things/count", colour="red").json == {"count": 6}


@pytest.mark.parametrize(("manner", "told"), [("null", None), ("zero", 0), ("wrong", 3), ("capped", 3), ("right", 7)])
def test_a_total_may_be_null_or_wrong(manner: Any, told: int | None):
    """In the body, or in a header."""
    assert ask(api(stream(total="total"), Manners(total=manner))).json["total"] == told
    header = ask(api(stream(total="header:X-Total"), Manners(total=manner))).header("X-Total")
    assert header == (None if told is None else str(told))


# -- incremental


def since(described: dict[str, Any], moments: list[str], record: dict[str, Any] | None = None) -> SimulatedApi:
    """An API that filters by `at`, with a record changed at each of ``moments``, as it writes them."""
    filtered = api(stream(incremental={"send": "since", "until": "until", "field": "at"} | described, record=record))
    held = [(f"r{number}", {"id": f"r{number}", "at": at}) for number, at in enumerate(moments)]
    filtered.collections["things"] = Collection(held)
    return filtered


def came(answer: Any) -> list[str]:
    assert answer.status == 200, answer.body
    return [row["id"] for row in answer.json["data"]]


NOON = "2026-01-01T12:00:00Z"


@pytest.mark.parametrize(
    ("bounds", "ids_in"),
    [
        ({}, ["r1", "r2", "r3"]),
        ({"bound": "exclusive"}, ["r3"]),
        ({"until_bound": "inclusive"}, ["r1", "r2", "r3", "r4"]),
    ],
)
def test_bounds_are_inclusive_or_exclusive(bounds: dict[str, Any], ids_in: list[str]):
    """Whatever the number of records of that instant."""
    moments = ["2026-01-01T11:59:59Z", NOON, NOON, "2026-01-01T12:30:00Z", "2026-01-01T13:00:00Z"]
    assert came(ask(since(bounds, moments), since=NOON, until="2026-01-01T13:00:00Z", size=9)) == ids_in


def test_a_filter_may_be_accepted_and_ignored():
    """Every record comes, and no error; a bound that cannot be read is refused all the same."""
    deaf = since({"ignored": True}, [NOON, "2026-01-02T12:00:00Z"])
    assert came(ask(deaf, since="2026-01-02T00:00:00Z")) == ["r0", "r1"]
    assert ask(deaf, since="yesterday").status == 400
    selecting_nothing = api(stream(filters={"view": {"send": "view", "values": ["short", "long"]}}))
    assert len(came(ask(selecting_nothing, view="short", size=7))) == 7


def test_times_are_in_the_zone_of_the_server():
    """Where none is written, in records and in bounds, and for days."""
    local = since({"zone": "+02:00", "until_bound": "inclusive"}, ["2026-01-01T12:00:00", "2026-01-01T13:59:59"])
    assert came(ask(local, since="2026-01-01T12:00:00", until="2026-01-01T12:00:00")) == ["r0"]
    assert came(ask(local, since="2026-01-01T10:00:00Z", until="2026-01-01T10:00:00Z")) == ["r0"]
    daily = since({"zone": "-07:30", "format": "date"}, ["2026-01-01T07:29:59Z", "2026-01-01T07:30:00Z"])
    assert came(ask(daily, since="2026-01-01")) == ["r1"]
    with pytest.raises(ValidationError, match="zone"):
        since({"zone": "Europe/Paris"}, [])


@pytest.mark.parametrize(
    ("shown", "written_as"),
    [
        ("2024-05-01 10:00:00", "2026-01-01 01:30:00"),
        ("2024-05-01", "2026-01-01"),
        ("2024-05-01T10:00:00+02:00", "2026-01-01T01:30:00+02:00"),
        ("2024-05-01T10:00:00Z", "2025-12-31T23:30:00Z"),
    ],
)
def test_the_server_writes_times_in_its_zone(shown: str, written_as: str):
    """Half past one at the server, half past eleven of the day before in UTC."""
    described_so = {"send": "since", "field": "at", "zone": "+02:00"}
    form = form_of(Stream.model_validate(stream(incremental=described_so, record={"id": "1", "at": shown})))
    instant = int(dt.datetime(2025, 12, 31, 23, 30, tzinfo=dt.UTC).timestamp()) * SECOND
    assert written(form, instant) == written_as


def test_times_do_not_sort_as_text():
    """In several zones and with as many digits as there happen to be; the API knows which is later."""
    form = form_of(Stream.model_validate(stream(incremental={"send": "since", "field": "at"})))
    first = int(dt.datetime(2026, 1, 1, tzinfo=dt.UTC).timestamp()) * SECOND
    texts = [written(form, first + number * SECOND, random.Random(number)) for number in range(20)]
    assert texts != sorted(texts)
    zoned = since({}, ["2026-01-01T13:59:59+02:00", "2026-01-01T06:30:00.5-05:45"])
    assert came(ask(zoned, since=NOON)) == ["r1"]


def test_a_raw_plus_in_a_query_means_a_space():
    """So a bound with an offset has to be encoded."""
    url = "https://api.acme.com/v2/things?since="
    zoned = since({}, [NOON])
    assert zoned.respond(Request("GET", f"{url}2026-01-01T12:00:00+02:00")).status == 400
    assert came(zoned.respond(Request("GET", f"{url}2026-01-01T12:00:00%2B02:00"))) == ["r0"]


@pytest.mark.parametrize(
    ("resolution", "digits"),
    [("second", "12:00:00"), ("millisecond", "12:00:00.123"), ("microsecond", "12:00:00.123456")],
)
def test_the_api_keeps_times_to_the_second_the_millisecond_or_the_microsecond(resolution: str, digits: str):
    """What is finer is cut off."""
    described_so = {"send": "since", "field": "at", "resolution": resolution}
    form = form_of(Stream.model_validate(stream(incremental=described_so)))
    instant = int(dt.datetime(2026, 1, 1, 12, tzinfo=dt.UTC).timestamp()) * SECOND + 123_456_789
    assert written(form, instant) == f"2026-01-01T{digits}Z"


# -- what tells the end, and what is in a body


@pytest.mark.parametrize(
    ("style", "end", "last"),
    [
        ("cursor", None, {"data": [], "next": None}),
        ("cursor", "absent", {"data": []}),
        ("cursor", "empty", {"data": [], "next": ""}),
        ("next_url", None, {"data": [], "links": {"next": None}}),
        ("next_url", "absent", {"data": []}),
    ],
)
def test_what_stands_in_the_body_on_the_last_page(style: str, end: str | None, last: dict[str, Any]):
    """A next link or token that is null, absent or an empty string; `has_more` is false beside it."""
    assert ask(simulated(stream(style, {"end": end}), 0)).json == last
    answer = ask(simulated(stream(style, {"end": end, "more": "has_more"}), 0)).json
    assert answer == last | {"has_more": False}


@pytest.mark.parametrize(("end", "last"), [("absent", None), ("empty", ""), ("others", 'rel="first"')])
def test_what_stands_in_the_link_header_on_the_last_page(end: str, last: str | None):
    """None, an empty one, or one without rel=next."""
    told = ask(simulated(stream("link_header", {"end": end}), 0)).header("Link")
    assert (told or "").endswith(last or "")
    assert (told is None) is (last is None)


def test_a_link_may_point_at_itself_or_leave_a_parameter_out():
    """So that a client that only follows reads for ever, or reads something else."""
    stuck = api(stream("next_url"), Manners(stuck_from=1))
    second = ask(stuck, size=2).json["links"]["next"]
    assert ask(stuck, second).json["links"]["next"] == second
    forgets = api(stream("next_url", {"drops": ["colour"]}, filters=FILTERS))
    assert "colour" not in ask(forgets, size=1, colour="red").json["links"]["next"]


def test_an_expired_cursor_is_refused_as_the_api_does():
    """410, 400 or 404."""
    for status in (410, 400, 404):
        expiring = api(manners=Manners(expires_at=1, expired_status=status))
        cursor = ask(expiring, size=2).json["next"]
        assert ask(expiring, size=2, after=cursor).status == status


def test_records_are_under_a_key_nested_or_the_bare_array():
    """Or keyed by id, or the edges of a connection."""
    assert [
        row["id"] for row in ask(api(stream(records="result.page.rows")), size=2).json["result"]["page"]["rows"]
    ] == ids(0, 1)
    assert [row["id"] for row in ask(api(stream("offset") | {"records": None}), size=2).json] == ids(0, 1)
    assert list(ask(api(stream(keyed=True)), size=2).json["data"]) == ids(0, 1)


@pytest.mark.parametrize(
    ("key", "record", "first"),
    [
        ("id", {"id": 7}, {"id": 1001}),
        ("id", {"id": "7"}, {"id": "r00000"}),
        ("meta.id", {"meta": {"id": "x"}}, {"meta": {"id": "r00000"}}),
        ("url", {"url": "https://x.test/people/7/"}, {"url": "https://x.test/people/r00000/"}),
        ("url", {"url": "https://x.test/people/7"}, {"url": "https://x.test/people/r00000"}),
    ],
)
def test_ids_are_numbers_text_nested_or_in_a_url(key: str, record: dict[str, Any], first: dict[str, Any]):
    """As the example of a record shows them."""
    made = Stream.model_validate(stream(id=key, record=record))
    name, data = records_of(made, 2, 0)[0]
    assert (name, data) == (made.name_of(first), first)


def test_numbers_are_as_long_as_json_has_them():
    """Past 64 bits, where the records may hold any number."""
    listed = simulated(stream("none"))
    listed.collections["things"] = Collection([("1", {"id": 2**70, "share": -(2**64) - 1})])
    assert ask(listed).json["data"] == [{"id": 2**70, "share": -(2**64) - 1}]
