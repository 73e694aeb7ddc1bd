"""The paging styles: whoever follows the API's own signals gets every record once, in order."""

from __future__ import annotations

import json
from base64 import b64encode
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st
from hypothesis.stateful import RuleBasedStateMachine, initialize, invariant, precondition, rule

from contract.description.places import MISSING
from contract.messages import Request
from contract.simulation.collection import Collection
from contract.simulation.manners import Manners
from contract.simulation.paging import (
    BadPosition,
    Token,
    by_key,
    by_offset,
    by_page,
    by_token,
    decoded,
    pages_of,
    whole,
)
from tests.support.apis import BASE, Book, ask, rows, simulated, stream, walk
from tests.support.drawing import few

SIGNALS: dict[str, list[dict[str, Any]]] = {
    "cursor": [
        {},
        {"paging": {"more": "meta.more"}},
        {"paging": {"end": "absent"}},
        {"paging": {"end": "empty"}},
        {"paging": {"next": "header:X-Next", "more": "header:X-More"}, "total": "header:X-Total"},
        {"method": "POST", "paging": {"send": "body.page.after"}, "page_size": {"send": "body.page.size"}},
        {"paging": {"send": "header:X-After"}, "page_size": {"send": "header:X-Size"}},
        {"paging": {"shape": "integer"}},
        {"method": "POST", "paging": {"send": "body.after", "shape": "object", "more": "more"}},
        {"method": "POST", "paging": {"send": "body.after", "shape": "list"}},
    ],
    "link_header": [
        {},
        {"records": None, "paging": {"end": "empty", "form": "host_relative"}},
        {"paging": {"end": "others", "form": "path_relative"}},
        {"paging": {"more": "header:X-More"}},
    ],
    "next_header": [
        {},
        {"records": None, "paging": {"end": "absent"}},
        {"paging": {"header": "X-After", "value": "token"}},
        {
            "method": "POST",
            "paging": {"send": "header:X-After", "header": "X-After", "value": "token", "end": "absent"},
        },
    ],
    "relay": [{}, {"paging": {"nodes": "nodes"}}, {"total": "data.things.totalCount"}],
    "offset": [
        {},
        {"total": "total", "paging": {"past_end": "not_found"}},
        {"total": "total"},
        {"paging": {"more": "more"}},
        {"paging": {"last": "last"}},
        {"records": None, "total": "header:X-Total"},
        {"method": "POST", "paging": {"send": "body.skip"}, "page_size": {"send": "body.size"}},
        {"paging": {"send": "header:X-Skip", "last": "header:X-Last"}},
    ],
    "page": [
        {},
        {"total": "total"},
        {"paging": {"pages": "pages", "past_end": "not_found"}},
        {"paging": {"more": "more", "start": 0}},
        {"records": None, "paging": {"pages": "header:X-Pages"}},
        {"method": "POST", "paging": {"send": "body.page"}, "page_size": {"send": "body.size"}},
    ],
    "next_url": [
        {},
        {"paging": {"more": "more"}},
        {"paging": {"end": "absent", "form": "host_relative"}},
        {"paging": {"end": "empty", "form": "path_relative"}},
        {"paging": {"next": ["@odata.nextLink"]}},
        {"records": None, "paging": {"next": "header:X-Next"}},
    ],
    "keyset": [
        {},
        {"paging": {"more": "more"}},
        {"paging": {"key": "number"}},
        {"records": None},
        {"method": "POST", "paging": {"send": "body.after"}, "page_size": {"send": "body.size"}},
    ],
    "none": [{}, {"records": None}, {"total": "total"}],
}
"""What a stream of each style may say besides, and where."""

BY_TOKEN = ("cursor", "next_url", "link_header", "relay")
"""The styles in which the API alone chooses what stands for a position."""


def described(style: str, changes: dict[str, Any]) -> dict[str, Any]:
    """A stream of ``style`` with ``changes``; the API's own page size is 3, and the largest 50."""
    page_size = stream(style).get("page_size", {}) | changes.get("page_size", {})
    return stream(style, **{**changes, **({} if style == "none" else {"page_size": page_size})})


@st.composite
def manners(draw: st.DrawFn, style: str, changes: dict[str, Any]) -> Manners:
    """What an API of ``style`` may do without breaking its word."""
    signalled = bool(changes.get("total")) or bool({"more", "pages"} & set(changes.get("paging", {})))
    # A page of nothing is the end where no signal says otherwise.
    shortest = 0 if style in BY_TOKEN or (style == "page" and signalled) else 1
    made: dict[str, Any] = {
        "cap": draw(st.none() | st.integers(1, 6), label="cap"),
        "lengths": tuple(draw(st.lists(st.integers(shortest, 4), max_size=4), label="lengths")),
    }
    token = changes.get("paging", {}).get("value") == "token"
    if style in BY_TOKEN or token:
        made["decoration"] = draw(st.sampled_from(["", "a+b/c=d&e%f#g h?é", "%2B", "\U0001f600"]), label="decoration")
        if token:  # a header holds no other characters (RFC 9110, section 5.5)
            made["decoration"] = made["decoration"].encode("ascii", "ignore").decode()
        with_more = "more" in changes.get("paging", {}) or style == "relay"
        made["last_link"] = draw(st.sampled_from(["none", "empty", *(["itself"] if with_more else [])]), label="last")
    if style == "link_header":
        written = ["plain", "behind", "among", "unquoted", "typed"]
        made["link_header"] = draw(st.sampled_from(written), label="Link")
    if style in ("next_url", "link_header"):
        made["link_form"] = draw(st.sampled_from([None, "absolute", "host_relative", "path_relative"]), label="form")
        made["link_extra"] = draw(st.sampled_from(["", "v=2", "a=1&b=2", "sig=a%2Fb%3D"]), label="extra")
    return Manners(**made)


@pytest.mark.parametrize("style", SIGNALS)
@few(120)
@given(data=st.data())
def test_following_the_signals_delivers_everything_once(style: str, data: st.DataObject) -> None:
    """By the book, from the first page to the last, every record arrives exactly once, in the API's order."""
    changes = data.draw(st.sampled_from(SIGNALS[style]), label="described")
    count = data.draw(st.integers(0, 14), label="records")
    size = data.draw(st.none() | st.integers(1, 6), label="page size")
    under = data.draw(manners(style, changes), label="manners")
    api = simulated(described(style, changes), count, under)
    walked = walk(api, size)
    assert walked.ids == [name for name, _ in rows(count)]
    most = min(size or 3, under.cap or 50)
    assert style == "none" or all(len(page) <= most for page in walked.rows)


@pytest.mark.parametrize(
    ("style", "more", "query"),
    [
        ("offset", {}, ["size=2&kind=a+b", "size=2&kind=a+b&skip=2", "size=2&kind=a+b&skip=4"]),
        ("page", {}, ["size=2&kind=a+b", "size=2&kind=a+b&page=2", "size=2&kind=a+b&page=3"]),
        ("page", {"start": 0}, ["size=2&kind=a+b", "size=2&kind=a+b&page=1", "size=2&kind=a+b&page=2"]),
    ],
)
def test_pages_that_are_counted_may_have_links(style, more, query):
    """Each holds the URL of the next one, with what was asked besides; the last holds null."""
    api = simulated(stream(style, more | {"link": "links.next"}, params=["kind"]), 5)
    link, asked, ids = f"{BASE}/things?{query[0]}", [], []
    while link is not None:
        answer = ask(api, link).json
        asked.append(link.partition("?")[2])
        ids += [row["id"] for row in answer["data"]]
        link = answer["links"]["next"]
    assert (asked, ids) == (query, [name for name, _ in rows(5)])


@pytest.mark.parametrize("style", SIGNALS)
@few(60)
@given(data=st.data())
def test_signals_agree_with_each_other(style: str, data: st.DataObject) -> None:
    """On every page the total is that of all records, and every signal of the end says the same."""
    paging = {name: name for name in ("more", "last", "pages") if (style, name) in TELLS}
    count = data.draw(st.integers(0, 14), label="records")
    size = data.draw(st.integers(1, 6), label="page size")
    cap = data.draw(st.none() | st.integers(1, 6), label="cap")
    api = simulated(stream(style, paging, total="total"), count, Manners(cap=cap))
    walked = walk(api, size)
    delivered = 0
    for number, (answer, page) in enumerate(zip(walked.answers, walked.rows, strict=True), start=1):
        delivered += len(page)
        last = number == len(walked.answers)
        assert answer.json["total"] == count
        assert (delivered == count) is last
        assert answer.page is not None
        assert answer.page.last is last
        assert answer.page.ids == tuple(row["id"] for row in page)
        for name, told in (("more", not last), ("last", last), ("pages", len(walked.answers) if count else 0)):
            assert name not in paging or answer.json[name] == told


TELLS = {
    ("cursor", "more"),
    ("next_url", "more"),
    ("link_header", "more"),
    ("keyset", "more"),
    ("offset", "more"),
    ("offset", "last"),
    ("page", "more"),
    ("page", "pages"),
}
"""Which style can tell what of its end."""


class Pages(RuleBasedStateMachine):
    """A collection that changes while it is read page by page."""

    described: dict[str, Any]

    @initialize(count=st.integers(0, 8), size=st.integers(1, 4))
    def begin(self, count: int, size: int) -> None:
        """Some records, before the first page is asked for."""
        self.api = simulated(self.described, count)
        self.collection = self.api.collections["things"]
        self.book = Book(self.api.described.streams["things"], size)
        self.size = size
        self.request: Request | None = self.book.first()
        self.position = float("-inf")
        self.constant = list(self.collection.ids)
        self.came: list[str] = []
        self.fresh = iter(rows(1000)[100:])

    @rule(at=st.floats(-2, 12))
    def insert(self, at: float) -> None:
        """A record appears somewhere."""
        if all(held.rank != at for held in self.collection.known):
            name, data = next(self.fresh)
            self.collection.insert(name, data, at)
            if at > self.position:
                self.constant.append(name)

    @precondition(lambda self: len(self.collection))
    @rule(data=st.data())
    def delete(self, data: st.DataObject) -> None:
        """A record goes."""
        name = data.draw(st.sampled_from(self.collection.ids))
        self.collection.delete(name)
        if name in self.constant:
            self.constant.remove(name)

    @precondition(lambda self: self.request is not None)
    @rule()
    def read(self) -> None:
        """The next page holds what the collection holds behind the last record read."""
        assert self.request is not None
        behind = [held for held in self.collection.held if held.rank > self.position][: self.size]
        answer = self.api.respond(self.request)
        assert answer.status == 200, answer.body
        found = [row["id"] for row in self.book.rows_of(answer)]
        assert found == [held.id for held in behind]
        self.came += found
        self.position = behind[-1].rank if behind else self.position
        self.request = self.book.after(self.request, answer)

    @invariant()
    def nothing_comes_twice(self) -> None:
        """No id was delivered twice."""
        assert len(set(self.came)) == len(self.came)

    def teardown(self) -> None:
        """At the end everything has come that was there all the time, in order."""
        if not hasattr(self, "api"):
            return
        while self.request is not None:
            self.read()
        constant = {held.id for held in self.collection.held} & set(self.constant)
        read = [name for name in self.came if name in constant]
        assert read == [held.id for held in self.collection.held if held.id in read]
        # What appears behind the end, once the API has said so, was never promised.
        assert set(read) >= {
            held.id for held in self.collection.held if held.id in constant and held.rank <= self.position
        }


@pytest.mark.parametrize(
    ("style", "paging"),
    [
        ("cursor", {}),
        ("next_url", {}),
        ("link_header", {}),
        ("next_header", {"value": "token"}),
        ("relay", {}),
        ("keyset", {}),
        ("keyset", {"key": "number"}),
    ],
)
def test_a_collection_and_its_pages_agree(style: str, paging: dict[str, Any]) -> None:
    """While records come and go, each page is what the collection holds next, and what stays arrives once."""
    machine = type("Changing", (Pages,), {"described": stream(style, paging)})
    case = machine.TestCase
    case.settings = few(40)
    case("runTest").debug()


def test_an_offset_skips_what_moved_up() -> None:
    """A record that is deleted before the offset moves the others up: offset paging cannot promise more."""
    api = simulated(stream("offset"), 4)
    book = Book(api.described.streams["things"], 2)
    first = book.first()
    answer = api.respond(first)
    api.collections["things"].delete("r00000")
    second = book.after(first, answer)
    assert second is not None
    assert [row["id"] for row in book.rows_of(api.respond(second))] == ["r00003"]


def test_a_cursor_survives_its_record() -> None:
    """A page begins behind the last record read, though that one is gone."""
    held = Collection(rows(4))
    first = by_token(list(held.held), Token(), 2, Manners())
    held.delete("r00001")
    second = by_token(list(held.held), decoded(first.next, Manners()), 2, Manners())
    assert [each.id for each in second.records] == ["r00002", "r00003"]


@pytest.mark.parametrize("key", ["id", "number"])
def test_a_key_survives_its_record(key: str) -> None:
    """A page after a key begins behind the record that had it, though that one is gone."""
    held = Collection(rows(4))
    held.delete("r00001")
    after = "r00001" if key == "id" else "1"
    piece = by_key(list(held.held), after, 2, (key,), held, Manners())
    assert [each.id for each in piece.records] == ["r00002", "r00003"]


def test_a_key_that_never_was_is_refused() -> None:
    """Keyset paging after a key that the API never held is an error, not the first page."""
    with pytest.raises(BadPosition, match="no record 'r99999' to start after"):
        by_key(list(Collection(rows(2)).held), "r99999", 2, ("id",), Collection(rows(2)), Manners())


FORGED = [
    "",
    "x",
    "cursor",
    b64encode(b"[]").decode(),
    b64encode(b"{}").decode(),
    b64encode(b"7").decode(),
    b64encode(b"[0.0, -5, 0]").decode(),
    b64encode(b"[NaN, 0, 0]").decode(),
    b64encode(b"[Infinity, 0, 0]").decode(),
    b64encode(b"[0, 0, 0]").decode(),
    b64encode(b"[0.0, 0, 0, 0]").decode(),
    b64encode(b"[" * 10_000).decode(),
    b64encode(b"[0.0, 1e999, 0]").decode(),
    "é",
    7,
    True,
    None,
    ["x"],
]


@pytest.mark.parametrize("text", FORGED, ids=lambda text: str(text)[:20] or "empty")
def test_a_forged_cursor_is_refused(text: Any) -> None:
    """Only a cursor that was issued, letter for letter, is honoured."""
    with pytest.raises(BadPosition, match="invalid cursor"):
        decoded(text, Manners(lengths=(1, 1)))


@pytest.mark.parametrize("change", ["{0}=", " {0}", "{0}\n", "{0}x"])
def test_a_changed_cursor_is_refused(change: str) -> None:
    """A cursor with something added is none."""
    issued = Token(1.0, 2, 0).encoded(Manners())
    with pytest.raises(BadPosition):
        decoded(change.format(issued), Manners())


def test_cursors_hold_the_decoration() -> None:
    """A cursor has the characters that the API's manners put into it, and is refused without them."""
    manners = Manners(decoration="a+b/c=")
    issued = Token(1.0, 2, 0).encoded(manners)
    assert issued.startswith("a+b/c=")
    assert decoded(issued, manners) == Token(1.0, 2, 0)
    with pytest.raises(BadPosition):
        decoded(issued.removeprefix("a+b/c="), manners)


@pytest.mark.parametrize(
    "value", ["x", "", " 1", "1.0", "1e3", "--5", "-", "٣", "²", "9" * 40, True, None, 1.0, [1], "1\n"]
)
def test_what_is_no_whole_number_is_refused(value: Any) -> None:
    """An offset, page or page size is digits and nothing else."""
    with pytest.raises(BadPosition, match="offset must be a whole number"):
        whole(value, "offset", least=0)


def test_a_number_below_the_least_is_refused() -> None:
    """A whole number that is too small is told which one would do."""
    assert whole("0", "page", least=0) == 0
    assert whole(3, "page", least=1) == 3
    with pytest.raises(BadPosition, match="page must be at least 1, not 0"):
        whole("0", "page", least=1)


def test_a_position_behind_the_end_is_an_empty_page() -> None:
    """An offset, page or key behind the last record is no error: there is nothing, and no more."""
    held = list(Collection(rows(3)).held)
    for piece in (by_offset(held, "10", 2, Manners()), by_page(held, str(10**15), 2, 1, Manners())):
        assert (piece.records, piece.more) == ((), False)
    assert by_key(held, "r00002", 2, ("id",), Collection(rows(3)), Manners()).records == ()


def test_without_a_position_the_first_page_comes() -> None:
    """No offset, no page number and no key mean the beginning."""
    collection = Collection(rows(3))
    held = list(collection.held)
    for piece in (
        by_offset(held, MISSING, 2, Manners()),
        by_page(held, MISSING, 2, 0, Manners()),
        by_key(held, MISSING, 2, ("id",), collection, Manners()),
    ):
        assert [each.id for each in piece.records] == ["r00000", "r00001"]
        assert piece.more


@pytest.mark.parametrize(
    ("count", "size", "manners", "pages"),
    [
        (0, 2, Manners(), 0),
        (1, 2, Manners(), 1),
        (4, 2, Manners(), 2),
        (5, 2, Manners(), 3),
        (5, 4, Manners(cap=1), 5),
        (5, 4, Manners(lengths=(0, 1, 0)), 4),
    ],
)
def test_the_number_of_pages(count: int, size: int, manners: Manners, pages: int) -> None:
    """The announced number of pages is how many there are under the API's manners."""
    assert pages_of(count, size, manners) == pages


def test_a_stuck_api_repeats_its_cursor() -> None:
    """From the stuck page on, the next cursor is the one just asked, and there is always more."""
    api = simulated(stream("cursor", {"more": "more"}), 6, Manners(stuck_from=1))
    book = Book(api.described.streams["things"], 2)
    request: Request | None = book.first()
    seen = []
    for _ in range(4):
        assert request is not None
        answer = api.respond(request)
        seen.append((answer.json["next"], [row["id"] for row in answer.json["data"]]))
        assert answer.json["more"] is True
        request = book.after(request, answer)
    assert seen[1] == seen[2] == seen[3] != seen[0]


def test_a_last_link_to_itself() -> None:
    """The last page may name its own cursor while another signal says that it is the last."""
    api = simulated(stream("cursor", {"more": "more"}), 3, Manners(last_link="itself"))
    walked = walk(api, 2)
    first, second = walked.answers
    assert second.json["next"] == first.json["next"]
    assert second.json["more"] is False


def test_a_last_link_to_an_empty_page() -> None:
    """The last page may name a page behind it, which is empty and names none."""
    api = simulated(stream("next_url"), 4, Manners(last_link="empty"))
    walked = walk(api, 2)
    assert [len(page) for page in walked.rows] == [2, 2, 0]
    assert walked.answers[-1].json["links"]["next"] is None


def test_json_of_a_token_is_not_shown() -> None:
    """A cursor is opaque: it reads neither as a number nor as JSON."""
    cursor = Token(3.0, 1, 0).encoded(Manners())
    with pytest.raises(json.JSONDecodeError):
        json.loads(cursor)
