"""The lists that each record has of its own, read from what was asked with the id of a record."""

from __future__ import annotations

import json

import pytest

from contract.description.places import Place
from contract.messages import Request, json_response
from contract.recording.inference.children import families_of
from contract.recording.inference.draft import draft
from contract.recording.inference.pages import Delivered, Exchange, Page, Pages, Spot
from contract.recording.played import play
from contract.results import Outcome
from tests.support.connectors import judged_as, loaded
from tests.support.recorded import GOOD, docket_of, record

API = "https://api.test/v1/issues"
SIZES = {"1": 5, "2": 0, "3": 2, "10": 1}
"""How many comments each issue has; two are on a page."""


def comment(issue: str, number: int) -> dict:
    return {"ref": f"{issue}-{number}", "text": "hi"}


def asked(url: str, answer: object, method: str = "GET", body: object = None) -> Exchange:
    return Exchange(Request(method, url, body=json.dumps(body).encode() if body else b""), json_response(200, answer))


def children_of(issue: str, url: str = API + "/{id}/comments", first: int = 0) -> list[Exchange]:
    """The pages of comments behind the ``first`` ones."""
    total, joint = SIZES[issue], "&" if "?" in url else "?"
    return [
        asked(
            f"{url.replace('{id}', issue)}{joint}skip={at}&limit=2",
            {"comments": [comment(issue, number) for number in range(at, min(at + 2, total))], "of": total},
        )
        for at in range(first, max(total, first + 1), 2)
    ]


def families(children: list[Exchange], delivered: dict[str, object], **held: dict):
    rows = [{"id": int(issue), "labels": ["a"]} | held.get(f"_{issue}", {}) for issue in SIZES]
    page = asked(API, {"issues": rows})
    pages = Pages(Spot(("issues",)), (Page(page.request, page.response, tuple(rows)),), 0)
    made = [Delivered(issue, {"id": int(issue), "labels": ["a"], **delivered[issue]}) for issue in SIZES]
    return families_of([page, *children], pages, (("id",),), made)


def all_comments(issue: str) -> list[dict]:
    return [comment(issue, number) for number in range(SIZES[issue])]


@pytest.mark.parametrize(
    ("url", "template", "parent"),
    [
        (API + "/{id}/comments", API + "/{id}/comments", None),
        ("https://api.test/v1/comments?issue={id}", "https://api.test/v1/comments", Place("query", ("issue",))),
        ("https://api.test/1/comments/of/{id}", "https://api.test/1/comments/of/{id}", None),
    ],
)
def test_how_the_record_is_named(url, template, parent):
    """In the path, or at a place; not by a number that is one of the ids by chance."""
    exchanges = [each for issue in SIZES for each in children_of(issue, url)]
    found = families(exchanges, {issue: {"comments": all_comments(issue)} for issue in SIZES})
    [family] = found.found
    assert not found.unsure
    assert (family.url, family.parent, family.into, family.embedded) == (template, parent, ("comments",), None)
    assert (family.of, len(family.entries)) == (4, 8)
    assert family.listing.keys == ("comments",)
    assert family.listing.paging.described == {"style": "offset", "send": "skip"}
    assert family.listing.size.value == (Place("query", ("limit",)), 2)
    assert family.listing.signals.total.value == Place("body", ("of",))


@pytest.mark.parametrize("ids_only", [False, True])
def test_a_first_page_within_the_record_is_seen(ids_only):
    """Only what it does not hold is asked for; whether the children are delivered whole, or by their ids."""
    held = {f"_{issue}": {"talk": {"comments": all_comments(issue)[:2], "of": SIZES[issue]}} for issue in SIZES}
    delivered = {
        issue: {"fields": {"said": [each["ref"] if ids_only else each for each in all_comments(issue)]}}
        for issue in SIZES
    }
    found = families(children_of("1", first=2), delivered, **held)
    [family] = found.found
    assert (family.into, family.embedded, family.name) == (("fields", "said"), ("talk",), "fields_said")
    assert family.listing.paging.described == {"style": "offset", "send": "skip"}
    assert found.without_embedded({"id": 1, "talk": {}, "labels": []}) == {"id": 1, "labels": []}


@pytest.mark.parametrize("kept", ["labels", "nothing"])
def test_what_no_record_holds_is_asked(kept):
    """And not guessed: the connector may count the children, or make one text of them."""
    exchanges = [each for issue in SIZES for each in children_of(issue)]
    found = families(exchanges, {issue: {"comments": SIZES[issue]} if kept == "labels" else {} for issue in SIZES})
    assert found.found == ()
    [question] = found.unsure
    assert question.startswith("6 requests were none for a page, the first was GET /v1/issues/1/comments: what comes")


def test_a_list_that_agrees_with_some_records_only_is_none():
    """All records that were asked for have to agree."""
    exchanges = [each for issue in SIZES for each in children_of(issue)]
    delivered = {issue: {"comments": all_comments(issue)} for issue in SIZES}
    delivered["3"]["comments"] = all_comments("3")[::-1]
    assert families(exchanges, delivered).found == ()


def test_without_a_second_page_the_paging_is_asked(tmp_path):
    """One page of children says nothing of how the next one is asked for."""
    found = families(
        children_of("3"), {issue: {"comments": all_comments(issue)[:2] if issue == "3" else []} for issue in SIZES}
    )
    assert [family.listing.paging for family in found.found] == [None]


@pytest.mark.parametrize("stem", ["cursor_children", "relay_nested"])
def test_a_draft_with_children_is_enough_to_judge_them(stem, tmp_path):
    """pagination.nested judges the connector by it."""
    file = GOOD / f"{stem}.py"
    docket = docket_of(file)
    record(docket, tmp_path)
    made = draft(
        docket.subject, [play(docket.subject, name, tmp_path / f"{name}.yaml") for name in docket.contract.streams]
    )
    contract = loaded(file).CONTRACT | {"api": made.values}
    results = judged_as(file, contract, clauses=["pagination.nested"])
    assert {result.outcome for result in results} == {Outcome.PASSED}
