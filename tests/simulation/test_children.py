"""The lists that records have of their own: as many as the page size makes interesting, and only for parents that were there."""

from __future__ import annotations

import json
from typing import Any

import pytest
from pydantic import ValidationError

from contract.description.api import Children
from contract.messages import Request
from contract.strategies import Case
from contract.trial import World
from tests.support.apis import BASE, ask, described, stream

COMMENTS = {
    "path": "/things/{id}/comments",
    "records": "comments",
    "paging": {"style": "offset", "send": "skip"},
    "page_size": {"send": "size", "default": 2, "max": 4},
    "total": "total",
    "into": "comments",
}


def world(**changes: Any) -> World:
    api = described(streams={"things": stream(children={"comments": COMMENTS | changes})})
    return World(api, "things", Case(size=6, page_size=3))


def test_parents_have_no_child_one_and_more_than_two_pages():
    """Around one page and two, whatever page size the connector asks for."""
    simulated = world()
    for size in (1, 2, 4):
        simulated = world()
        found = [
            ask(simulated.api, f"/things/{name}/comments", size=size).json["total"]
            for name in simulated.api.collections["things"].ids
        ]
        assert {0, 1, size, size + 1, 2 * size + 1} <= set(found)


def test_the_children_of_a_stranger_are_not_found():
    """404, and the reason."""
    answer = ask(world().api, "/things/nobody/comments")
    assert answer.status == 404
    assert "no record 'nobody'" in answer.json["error"]["message"]


def test_a_parent_embeds_the_answer_of_its_first_page():
    """The embedded page is what the endpoint answers when it is asked without anything."""
    simulated = world(embedded="lists.comments")
    for row in ask(simulated.api, size=6).json["data"]:
        assert row["lists"]["comments"] == ask(simulated.api, f"/things/{row['id']}/comments").json


def graphql(query: str, **variables: Any) -> Request:
    body = json.dumps({"query": query, "variables": variables}).encode()
    return Request("POST", f"{BASE}/graphql", (("Content-Type", "application/json"),), body)


def test_graphql_embeds_a_connection_that_is_asked_for_by_its_own_arguments():
    """The connection itself, as long as its field says; none where the query has no such field; the rest by the parent's id."""
    lines = {
        "path": "/graphql",
        "method": "POST",
        "parent": "argument:id",
        "records": "data.order.lines",
        "paging": {"style": "relay", "nodes": "nodes"},
        "page_size": {"send": "argument:first"},
        "embedded": "lines",
        "into": "lines",
    }
    orders = stream("relay", children={"lines": lines}) | {"path": "/graphql", "records": "data.orders"}
    orders |= {
        "method": "POST",
        "paging": {"style": "relay", "nodes": "nodes"},
        "page_size": {"send": "argument:first"},
    }
    api = World(described(streams={"orders": orders}), "orders", Case(size=2)).api

    plain = api.respond(graphql("{ orders(first: 2) { nodes { id } } }")).json["data"]["orders"]["nodes"]
    asked = "query Page($each: Int) { orders(first: 2) { nodes { id lines(first: $each) { nodes { id } } } } }"
    first = api.respond(graphql(asked, each=3)).json["data"]["orders"]["nodes"][0]
    assert all("lines" not in node for node in plain)
    assert len(first["lines"]["nodes"]) == 3
    assert first["lines"]["pageInfo"]["hasNextPage"] is True

    onward = (
        "query Lines($id: ID!, $after: String) { order(id: $id) { lines(first: 3, after: $after) { nodes { id } } } }"
    )
    rest = api.respond(graphql(onward, id=first["id"], after=first["lines"]["pageInfo"]["endCursor"]))
    assert len(rest.json["data"]["order"]["lines"]["nodes"]) == 1
    assert rest.json["data"]["order"]["lines"]["pageInfo"]["hasNextPage"] is False


def test_the_parent_may_be_sent_as_a_parameter():
    """Then the path is the same for all parents, and a request without one is a stranger's."""
    simulated = world(path="/comments", parent="of")
    name = simulated.api.collections["things"].ids[0]
    assert ask(simulated.api, "/comments", of=name).json["total"] == 3
    assert ask(simulated.api, "/comments").status == 404


@pytest.mark.parametrize(
    ("changes", "told"),
    [
        ({"path": "/comments"}, "write `{id}` in the path"),
        ({"parent": "of"}, "one of them"),
        ({"records": None, "total": None, "embedded": "comments"}, "`embedded` needs `records`"),
    ],
)
def test_a_parent_is_named_once(changes: dict[str, Any], told: str):
    """In the path or in a parameter; and what is embedded has to say that there is more."""
    with pytest.raises(ValidationError, match=told):
        Children.model_validate(COMMENTS | changes)
