"""What single facts are read from: styles, signals and shapes, also where little was recorded or it can be read two ways."""

from __future__ import annotations

import json

import pytest

from contract.description.places import Place
from contract.messages import Request, json_response
from contract.recording.inference.pages import Delivered, Exchange, Page, Spot, ids_of, pages_of
from contract.recording.inference.schema import schema_of
from contract.recording.inference.signals import constants_of, page_size_of, signals_of
from contract.recording.inference.styles import pagings_of

API = "https://api.test/v1/notes"
HERE = Spot(("notes",))


def page(query: str, count: int, first: int = 0, headers: tuple = (), **said) -> Page:
    """A page of ``count`` records that was asked with ``query``; ``said`` is what else the answer says."""
    rows = [{"id": f"n{number}"} for number in range(first, first + count)]
    return Page(Request("GET", API + query), json_response(200, {"notes": rows} | said, headers), tuple(rows))


# -- pages


def test_pages_are_told_from_what_else_was_asked():
    """The check and the count have no records; a refused attempt is no page."""
    pages = [page("?p=1", 2), page("?p=2", 1, 2)]
    other = Exchange(Request("GET", "https://api.test/v1/me"), json_response(200, {"notes": [], "id": "me"}))
    refused = Exchange(pages[1].request, json_response(503, {"notes": [{"id": "n0"}]}))
    first, second = (Exchange(each.request, each.response) for each in pages)
    exchanges = [other, first, refused, second]
    found = pages_of(exchanges, [Delivered(row["id"], row) for each in pages for row in each.rows])
    assert (found.spot, found.pages, found.matched) == (HERE, tuple(pages), 3)


def test_records_that_the_connector_changes_are_found_by_their_ids():
    """And those that have nothing in common with what was delivered are not."""
    exchanges = [Exchange(page("", 3).request, page("", 3).response)]
    assert pages_of(exchanges, [Delivered("n1", {"changed": True})]).spot == HERE
    assert pages_of(exchanges, [Delivered("other", {"changed": True})]) is None


@pytest.mark.parametrize(
    ("body", "spot"),
    [
        ([{"id": "n0"}], Spot(None)),
        ({"data": {"list": [{"id": "n0"}]}}, Spot(("data", "list"))),
        (
            {"data": {"notes": {"edges": [{"cursor": "x", "node": {"id": "n0"}}]}}},
            Spot(("data", "notes", "edges"), "node"),
        ),
        ({"notes": {"n0": {"id": "n0"}}}, Spot(("notes",), keyed=True)),
        ({"notes": [{"id": "n0"}], "users": [{"id": "u0"}, {"id": "u1"}]}, HERE),
    ],
)
def test_where_the_records_stand(body, spot):
    """The whole answer, nested, under edges, keyed by their ids, beside other lists."""
    exchange = Exchange(Request("GET", API), json_response(200, body))
    assert pages_of([exchange], [Delivered("n0", {"id": "n0"})]).spot == spot


@pytest.mark.parametrize(
    ("row", "name", "keys"),
    [
        ({"id": "n0", "key": "n0"}, "n0", [("id",)]),
        ({"a": {"id": 7}}, "7", [("a", "id")]),
        ({"uid": "n0", "a": {"id": "n0"}}, "n0", [("uid",)]),
        ({"id": "n0"}, "made up", []),
        ({"day": "2024-05-01", "site": {"id": 3}, "clicks": 5}, "2024-05-01-3", [("day",), ("site", "id")]),
        ({"day": "2024-05-01", "site": 3, "country": "FR"}, "FR::3::2024-05-01", [("country",), ("site",), ("day",)]),
        ({"site": 3, "country": "FR"}, "FR-3-5f2b", []),
    ],
)
def test_the_keys_of_the_id(row, name, keys):
    """The one whose value every record is called by, rather a plain `id` than another; several that are joined; none where ids are made."""
    assert ids_of([row], [Delivered(name, row)]) == tuple(keys)


def test_keys_that_are_joined_are_so_in_every_record():
    """In one record clicks and site may be alike; none of the others is called by its clicks."""
    rows = [{"day": f"2024-05-0{number + 1}", "clicks": 3 + number % 2, "site": 3} for number in range(3)]
    delivered = [Delivered(f"{row['day']}|{row['site']}", row) for row in rows]
    assert ids_of(rows, delivered) == (("day",), ("site",))


# -- styles


def test_nothing_is_read_from_one_page():
    """How it would go on cannot be seen."""
    assert pagings_of([page("?p=1", 2)], HERE) == ()


def test_nothing_is_guessed_where_nothing_returns():
    """A parameter that changes for no visible reason explains nothing."""
    assert pagings_of([page("?x=a", 2), page("?x=k", 2, 2), page("?x=q", 1, 4)], HERE) == ()


def test_a_cursor_is_preferred_to_the_last_id():
    """Where both are the same, the API says outside of the records which one comes next."""
    pages = [page("", 2, next="n1"), page("?after=n1", 2, 2, next="n3"), page("?after=n3", 1, 4, next=None)]
    assert pagings_of(pages, HERE)[0].described == {"style": "cursor", "send": "after", "next": "next"}


def test_a_limit_that_equals_the_first_offset_is_no_cursor():
    """It would have to return every time."""
    pages = [page(f"?skip={skip}", 2, skip, limit=2) for skip in (0, 2, 4)]
    assert pagings_of(pages, HERE)[0].described == {"style": "offset", "send": "skip"}


@pytest.mark.parametrize(("numbers", "start"), [((1, 2, 3), {}), ((0, 1, 2), {"start": 0}), ((None, 2, 3), {})])
def test_page_numbers(numbers, start):
    """From one or from zero, and where the first page is asked without one."""
    pages = [page("" if number is None else f"?p={number}", 2, 2 * place) for place, number in enumerate(numbers)]
    assert pagings_of(pages, HERE)[0].described == {"style": "page", "send": "p"} | start


def test_pages_of_one_record_are_asked_about():
    """A number that grows by one counts pages or records."""
    [question] = pagings_of([page(f"?p={number}", 1, number) for number in (0, 1, 2)], HERE)[0].unsure
    assert "does p count pages, or records" in question


def test_a_link_may_leave_out_what_is_sent_again():
    """It is followed all the same."""
    link = f"{API}?cursor=b"
    pages = [page("?fields=a", 2, next=link), page("?cursor=b&fields=a", 2, 2, next="")]
    described = {"style": "next_url", "next": "next", "drops": ["fields"], "end": "empty"}
    assert pagings_of(pages, HERE)[0].described == described


@pytest.mark.parametrize(
    ("link", "how"),
    [
        ("https://api.test/v1/notes?p=2", {}),
        ("/v1/notes?p=2", {"form": "host_relative"}),
        ("?p=2", {"form": "path_relative"}),
        ("/notes?p=2", {"form": "base_relative"}),
        ("http://10.0.0.7:8080/v1/notes?p=2", {"host": "http://10.0.0.7:8080"}),
        ("http://api.test/v1/notes?p=2", {"host": "http://api.test"}),
    ],
)
def test_how_links_are_written(link, how):
    """Whole or in part, below the base URL, or with the name that the server has behind its proxy."""
    pages = [page("?p=1", 2, next=link), page("?p=2", 1, 2, next=None)]
    assert pagings_of(pages, HERE)[0].described == {"style": "next_url", "next": "next"} | how


@pytest.mark.parametrize("link", ["https://api.test/v2/notes?p=2", "/v2/notes?p=2", "https://api.test/v1/notes?p=3"])
def test_a_link_that_was_not_asked_explains_nothing(link):
    """Its path and its parameters have to return."""
    pages = [page("?p=1", 2, next=link), page("?p=2", 1, 2, next=None)]
    assert pagings_of(pages, HERE)[0].described["style"] == "page"


def test_cursors_that_are_objects_come_back_whole():
    """In a body, as JSON."""
    places = [None, {"page": 2, "scope": "x"}, {"page": 3, "scope": "x"}]
    pages = [
        Page(
            Request("POST", API, body=json.dumps({"start": asked} if asked else {}).encode()),
            json_response(200, {"notes": [{"id": "n"}], "onward": onward}),
            ({"id": "n"},),
        )
        for asked, onward in zip(places, [*places[1:], None], strict=True)
    ]
    described = {"style": "cursor", "send": "body.start", "next": "onward", "shape": "object"}
    assert pagings_of(pages, HERE)[0].described == described


# -- signals


def told(*answers: dict, whole: bool = True):
    pages = [page(f"?p={number}", 2, 2 * number, **said) for number, said in enumerate(answers)]
    return signals_of(pages, HERE, None, whole=whole)


def test_flags_and_numbers_are_told_by_how_they_go_on():
    """More on all but the last page, last on none but the last, the total and the number of pages on every one."""
    signals = told(*({"more": more, "done": not more, "n": 6, "m": 3} for more in (True, True, False)))
    assert [fact.value.keys for fact in signals[:4]] == [("more",), ("done",), ("n",), ("m",)]


def test_a_recording_that_stops_early_shows_no_end():
    """What looks like a flag is asked about."""
    signals = told({"has_more": True, "total": 90}, {"has_more": True, "total": 90}, whole=False)
    assert signals[:4] == (None, None, None, None)
    assert signals.unsure == ("does `has_more` say whether there is more? The recording does not show the last page.",)


def test_a_link_on_all_pages_but_the_last_is_a_signal():
    """For whoever counts; one that is null on the first page leads back."""
    links = [f"{API}?p={number}" for number in range(3)]
    signals = told({"back": None, "on": links[1]}, {"back": links[0], "on": links[2]}, {"back": links[1], "on": None})
    assert signals.link.value == Place("body", ("on",))
    assert told({"on": "n1"}, {"on": None}).link is None


def test_everything_that_explains_the_pages_is_known():
    """Ids that count are also offsets, and a link holds both; what explains most comes first."""
    pages = [
        Page(
            Request("GET", f"{API}?skip={start}"),
            json_response(200, {"notes": rows, "next": f"{API}?skip={start + 2}"}),
            tuple(rows),
        )
        for start in (0, 2, 4)
        for rows in [[{"id": start + 1}, {"id": start + 2}]]
    ]
    assert [each.described["style"] for each in pagings_of(pages, HERE)] == ["next_url", "keyset", "offset"]


def test_signals_in_headers_are_texts():
    """`X-Total: 3`, `X-More: true`."""
    headers = [(("X-Total", "4"), ("X-More", "true")), (("X-Total", "4"), ("X-More", "false"))]
    pages = [page(f"?p={number}", 2, headers=each) for number, each in enumerate(headers)]
    signals = signals_of(pages, HERE, None, whole=True)
    assert (signals.more.value, signals.total.value) == (Place("header", ("X-More",)), Place("header", ("X-Total",)))


def test_what_every_answer_says_alike_is_told():
    """Its version and that all went well; no number of records, no flag, nothing that changes."""
    said = [
        {
            "ok": True,
            "more": True,
            "at": number,
            "per_page": 2,
            "total": 90,
            "meta": {"v": 7, "by": ["a"]},
            "error": None,
        }
        for number in range(2)
    ]
    pages = [page(f"?p={number}", 2, **each) for number, each in enumerate(said)]
    assert constants_of(pages, HERE, []) == {("ok",): True, ("meta", "v"): 7, ("meta", "by"): ["a"], ("error",): None}
    assert ("error",) not in constants_of(pages, HERE, [Place("body", ("error",))])


def test_the_page_size_is_what_a_full_page_holds():
    """Not a number that is something else, nor the position."""
    pages = [page(f"?p={number}&version=3&limit=2", count, 2 * number) for number, count in ((0, 2), (1, 2), (2, 1))]
    assert page_size_of(pages, HERE, pagings_of(pages, HERE)[0]).value == (Place("query", ("limit",)), 2)
    assert page_size_of([page("?p=1", 2), page("?p=2", 1)], HERE, None) is None


# -- shapes


@pytest.mark.parametrize(
    ("values", "schema"),
    [
        ([1, 2], {"type": "integer"}),
        ([1, 2.5, None], {"type": ["number", "null"]}),
        ([True, 1], {"type": ["boolean", "integer"]}),
        (["2024-01-01T00:00:00Z", "2024-01-01T02:00:00.5+01:00"], {"type": "string", "format": "date-time"}),
        (["2024-01-01T00:00:00", "2024-01-01T00:00:00"], {"type": "string"}),
        (["2024-01-01"], {"type": "string", "format": "date"}),
        (["a@b.test"], {"type": "string", "format": "email"}),
        (["https://a.test/x"], {"type": "string", "format": "uri"}),
        (["EUR", "USD"] * 5, {"type": "string", "enum": ["EUR", "USD"]}),
        (["EUR", "USD"] * 4, {"type": "string"}),
        (["EUR"] * 12, {"type": "string"}),
        (["some words", "other words"] * 5, {"type": "string"}),
        ([[1], ["a"]], {"type": "array", "items": {"type": ["integer", "string"]}}),
        (
            [{"a": 1, "b": 2}, {"a": None}],
            {
                "type": "object",
                "required": ["a"],
                "properties": {"a": {"type": ["integer", "null"]}, "b": {"type": "integer"}},
            },
        ),
        ([{}], {"type": "object"}),
        ([{f"id{number}": 1} for number in range(9)], {"type": "object"}),
    ],
)
def test_the_shape_of_values(values, schema):
    """Types, what is always there, formats; an enum only where it is clear; objects that are maps keep their keys open."""
    assert schema_of(values) == schema
