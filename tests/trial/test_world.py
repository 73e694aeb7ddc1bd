"""The simulated world of one case: an API with records, a network with faults, and the time."""

from __future__ import annotations

import time
from typing import Any

import pytest
import requests
from hypothesis import given
from hypothesis import strategies as st

from contract.description.api import Api, Stream
from contract.errors import UndescribedHostError
from contract.simulation.faults import Status
from contract.simulation.manners import Manners
from contract.strategies import Case
from contract.trial import World, page_sizes
from tests.support.apis import BASE, described, stream, walk
from tests.support.drawing import few

TWO = described(streams={"things": stream(total="total"), "others": stream(path="/others", total="total")})


def world(case: Case = Case(), api: Api = TWO) -> World:
    """The world of a case, for the stream `things`."""
    return World(api, "things", case)


def test_the_stream_holds_what_the_case_says() -> None:
    """The stream under test holds as many records as the case has, the others a few of their own."""
    made = world(Case(size=7, seed=3))
    assert len(made.collection) == 7
    assert made.constant == set(made.collection.ids)
    assert made.api.collections["things"] is made.collection
    assert len(made.api.collections["others"]) == 2


def test_an_empty_account_is_empty_throughout() -> None:
    """Where the stream has no records, the others have none either."""
    assert [len(each) for each in world(Case(size=0)).api.collections.values()] == [0, 0]


def test_the_same_case_is_the_same_world() -> None:
    """Two worlds of one case hold the same records."""
    assert world(Case(seed=5)).collection.held == world(Case(seed=5)).collection.held


def test_inside_a_world_requests_end_in_it() -> None:
    """Every connection of the process is answered by the simulated API, and is written down."""
    made = world(Case(size=3))
    with made.entered():
        assert requests.get(f"{BASE}/things", timeout=5).json()["total"] == 3
    assert [call.request.path for call in made.network.calls()] == ["/v2/things"]


def test_nobody_answers_at_the_internal_name_of_a_server() -> None:
    """Where links of a server behind a proxy lead, the connection is refused, as it is for any client outside."""
    behind = described(streams={"things": stream("next_url", {"host": "http://10.0.0.7:8080"})})
    with world(api=behind).entered(), pytest.raises(requests.ConnectionError, match="refused"):
        requests.get("http://10.0.0.7:8080/v2/things", timeout=5)


def test_inside_a_world_no_other_host_is_reached() -> None:
    """A host that is not described is refused by name."""
    with (
        world().entered(),
        pytest.raises(UndescribedHostError, match="https://example.com:443/: this host is not described"),
    ):
        requests.get("https://example.com/", timeout=5)


def test_inside_a_world_time_costs_nothing() -> None:
    """A sleep of an hour passes on the virtual clock, and on no other."""
    made = world()
    with made.entered():
        before = time.time()
        time.sleep(3600)
        assert time.time() - before >= 3600
    assert made.clock.elapsed >= 3600


def test_behind_a_world_everything_is_as_before() -> None:
    """What was replaced is put back."""
    before = (time.sleep, time.time, requests.Session.send)
    with world().entered():
        pass
    assert (time.sleep, time.time, requests.Session.send) == before


def test_faults_of_the_case_hit() -> None:
    """The schedule of the case is that of the network."""
    made = world(Case().hit_by(Status(503), 1))
    with made.entered():
        assert [requests.get(f"{BASE}/things", timeout=5).status_code for _ in range(3)] == [200, 503, 200]


def test_narrow_credentials_reach_one_stream() -> None:
    """Under narrow rights the other streams answer 403."""
    made = world(Case().under(narrow=True))
    with made.entered():
        assert requests.get(f"{BASE}/things", timeout=5).status_code == 200
        assert requests.get(f"{BASE}/others", timeout=5).status_code == 403


def test_keys_hold_the_decoration() -> None:
    """Where positions are keys of records, the characters that cursors would hold are in the ids."""
    keyset = described(streams={"things": stream("keyset")})
    assert all("a+b" in name for name in world(Case(manners=Manners(decoration="a+b")), keyset).collection.ids)
    assert all("a+b" not in name for name in world(Case(manners=Manners(decoration="a+b"))).collection.ids)


@pytest.mark.parametrize("style", ["cursor", "next_url", "keyset"])
@few(25)
@given(size=st.integers(1, 260), page_size=st.integers(1, 50), churn=st.integers(0, 2**16))
def test_under_changes_the_constant_records_arrive(style: str, size: int, page_size: int, churn: int) -> None:
    """While records come and go, ids stay unique, and whoever follows the API gets all that stays, once."""
    made = world(Case(size, page_size, 1, churn=churn), described(streams={"things": stream(style)}))
    walked = walk(made.api, page_size)
    assert len(set(walked.ids)) == len(walked.ids)
    assert made.constant <= set(walked.ids)
    assert made.constant <= set(made.collection.ids)


def test_changes_leave_other_streams_alone() -> None:
    """Records come and go in the stream under test, when its own pages are served."""
    made = world(Case(size=5, page_size=1, churn=1))
    walk(made.api, 1, "others")
    assert (len(made.collection), len(made.api.collections["others"])) == (5, 2)
    walk(made.api, 1)
    assert made.constant != set(made.collection.ids)
    assert len(made.api.collections["others"]) == 2


@pytest.mark.parametrize(
    ("page_size", "own", "found"),
    [
        (None, (None, None), (20, 20)),
        ({"send": "size", "max": 50}, (None, None), (1, 50)),
        ({"send": "size", "max": 50, "min": 0}, (None, None), (1, 50)),
        ({"send": "size", "max": 50, "min": 5}, (2, 80), (5, 50)),
        ({"send": "size", "max": 50}, (10, 20), (10, 20)),
    ],
)
def test_page_sizes_are_those_of_both(
    page_size: Any, own: tuple[int | None, int | None], found: tuple[int, int]
) -> None:
    """A page size is within the API's bounds and the connector's."""
    assert page_sizes(Stream.model_validate(stream(page_size=page_size)), *own) == found


def test_few_records_are_asked_for_one_by_one() -> None:
    """Each is a request of its own, where the config lists their ids and no list has them."""
    listed = Stream.model_validate({"path": "/t", "paging": {"style": "none"}, "id_options": {"ids": "t"}})
    assert page_sizes(listed, None, None) == (2, 2)
