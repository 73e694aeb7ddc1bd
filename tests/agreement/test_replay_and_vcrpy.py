"""Our replay and vcrpy's own answer alike from one cassette: a connector cannot tell them apart, as long as it asks what was recorded.

They differ by design, and only so: vcrpy plays an exchange once and then refuses, ours gives the last answer from then on,
for the contract asks a recording again and again; `?a=` and no `a` are the same to vcrpy, and two requests to ours; and
ours looks at headers where nothing else tells requests apart.
"""

from __future__ import annotations

import datetime as dt
import json
import tempfile
from collections import Counter, defaultdict
from contextlib import suppress
from pathlib import Path
from typing import NamedTuple

import requests
from hypothesis import given
from hypothesis import strategies as st
from vcr.errors import CannotOverwriteExistingCassetteException
from vcr.request import Request as VcrRequest

from contract.errors import UnrecordedRequestError
from contract.recording.cassette import load
from contract.recording.layout import written
from contract.recording.recorded import Recorded
from contract.recording.replay import replaying
from contract.simulation.clock import VirtualClock
from contract.simulation.network import Network
from contract.simulation.wire import Wire
from tests.support.drawing import few

API = "https://api.test/v1"
NOW = dt.datetime(2026, 1, 2, tzinfo=dt.UTC)
SECRET = "s3cr3t/key+1"


class Asked(NamedTuple):
    """A request; ``query`` and ``body`` in one order of their parameters."""

    method: str = "GET"
    path: str = "/notes"
    query: tuple[tuple[str, str], ...] = ()
    body: tuple[tuple[str, object], ...] = ()
    form: bool = False

    def prepared(self, turned: bool) -> requests.PreparedRequest:
        """As requests sends it, the parameters in their order, or ``turned`` around."""
        order = -1 if turned else 1
        sent = dict(self.body[::order])
        given = {"data": sent} if self.form else {"json": sent} if sent else {}
        return requests.Request(
            self.method, API + self.path, params=self.query[::order], headers={"Authorization": "Bearer x"}, **given
        ).prepare()


ASKED = [
    Asked(),
    Asked(path="/me"),
    Asked(query=(("limit", "2"), ("cursor", "a b/é&"))),
    Asked(query=(("limit", "2"), ("cursor", "c"))),
    Asked(query=(("tag", "a"), ("tag", "b"))),
    Asked(query=(("tag", "a"), ("tag", "a"))),
    Asked(query=(("key", SECRET), ("page", "1"))),
    Asked("POST"),
    Asked("POST", "/search", body=(("limit", 2), ("after", (1, "x")))),
    Asked("POST", "/search", body=(("limit", "2"), ("after", (1, "x")))),
    Asked("POST", "/search", body=(("limit", "2"), ("x", "y z")), form=True),
    Asked("DELETE", "/notes/1"),
]
answers = st.builds(
    lambda status, headers, body: {
        "status": {"code": status, "message": "OK"},
        "headers": headers,
        "body": {"string": body},
    },
    st.sampled_from([200, 200, 201, 404, 429, 503]),
    st.fixed_dictionaries(
        {"Content-Type": st.just(["application/json"])},
        optional={
            "Retry-After": st.just(["1"]),
            "X-Id": st.just(["7", "8"]),
            "Set-Cookie": st.just(["theme=REDACTED; Path=/"]),
            "Transfer-Encoding": st.just(["chunked"]),
        },
    ),
    st.one_of(
        st.sampled_from([b"", b"\xff\x00", b"text\n\n", b"null"]),
        st.lists(st.integers(0, 9), max_size=3).map(lambda ids: json.dumps({"notes": ids}, indent=2).encode()),
    ),
)


def recorded(asked: Asked) -> VcrRequest:
    """As it stands in a cassette."""
    sent = asked.prepared(turned=False)
    body = sent.body.encode() if isinstance(sent.body, str) else sent.body
    headers = {**sent.headers, "Authorization": "Bearer REDACTED"}
    return VcrRequest(sent.method, sent.url.replace("s3cr3t%2Fkey%2B1", "REDACTED"), body, headers)


def answer(asked: Asked, turned: bool) -> tuple | None:
    """What a connector sees; None where the replay refuses."""
    with suppress(UnrecordedRequestError, CannotOverwriteExistingCassetteException), requests.Session() as session:
        got = session.send(asked.prepared(turned))
        # How the body came is not what was said: it is whole, and not in chunks.
        headers = {
            name: value for name, value in got.headers.items() if name not in {"Content-Length", "Transfer-Encoding"}
        }
        return got.status_code, headers, got.content, got.cookies.get_dict()
    return None


@few(100)
@given(
    st.lists(st.tuples(st.sampled_from(ASKED), answers), min_size=1, max_size=6),
    st.lists(st.tuples(st.sampled_from(ASKED), st.booleans()), max_size=10),
    st.data(),
)
def test_both_answer_alike(exchanges, more, data):
    """What was recorded, in whatever order it and its parameters are asked, and a 429 before what came after it."""
    known = st.lists(st.tuples(st.sampled_from([asked for asked, _ in exchanges]), st.booleans()), max_size=6)
    asked = data.draw(st.permutations([*data.draw(known), *more]))
    with tempfile.TemporaryDirectory() as folder:
        path = Path(folder) / "some.yaml"
        path.write_text(written([(recorded(one), given) for one, given in exchanges], NOW), "utf-8")
        with replaying(path, [SECRET]):
            by_vcrpy = [answer(*each) for each in asked]
        ours = Recorded(load(path).interactions, [SECRET])
    with Wire(Network(defaultdict(lambda: ours, ours.hosts), VirtualClock())):
        by_us = [answer(*each) for each in asked]
    held, before = Counter(one for one, _ in exchanges), Counter()
    last: dict[Asked, tuple | None] = {}
    for (one, _), vcrpy_said, we_said in zip(asked, by_vcrpy, by_us, strict=True):
        if before[one] < held[one] or not held[one]:
            assert we_said == vcrpy_said
            assert (we_said is None) == (not held[one])
            last[one] = we_said
        else:
            assert (vcrpy_said, we_said) == (None, last[one])
        before[one] += 1


def test_an_empty_value_is_none_to_vcrpy_alone(tmp_path):
    """Ours refuses what was not recorded: an API may answer `?cursor=` with an error."""
    path = tmp_path / "some.yaml"
    given = {"status": {"code": 200, "message": "OK"}, "headers": {}, "body": {"string": b"{}"}}
    path.write_text(written([(recorded(Asked()), given)], NOW), "utf-8")
    empty = Asked(query=(("cursor", ""),))
    with replaying(path):
        assert answer(empty, turned=False) is not None
    ours = Recorded(load(path).interactions)
    with Wire(Network(ours.hosts, VirtualClock())):
        assert answer(empty, turned=False) is None
