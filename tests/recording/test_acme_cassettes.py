"""cassettes/acme: what was recorded is what the Acme connector delivers, and what it would record again."""

from __future__ import annotations

import datetime as dt
import json
import time
from pathlib import Path
from typing import Any

import pytest
import requests
import vcr
import yaml

from contract.messages import Request
from contract.recording.cassette import load
from contract.recording.replay import replaying
from contract.simulation.clock import VirtualClock
from contract.subject.incremental import OPTIONS
from contract.subject.leaks import find_secrets
from tests.recording.record_acme import (
    AUTHENTICATIONS,
    CASSETTES,
    COLLECTIONS,
    INCREMENTS,
    NAMES,
    RETRY_AFTER,
    SECRETS,
    SUBJECT,
    check,
    full_sync,
    increment,
    record,
)

RECORDS_IN = {"customers": "results", "orders": "data", "products": "items"}
REFUSED = (False, "GET /me answered 401: the credentials are refused")


def interactions(name: str) -> list[dict[str, Any]]:
    """What a cassette holds, read as plain YAML."""
    return yaml.safe_load((CASSETTES / f"{name}.yaml").read_text(encoding="utf-8"))["interactions"]


def recorded_records(stream: str) -> list[dict[str, Any]]:
    """The records of the recorded pages, in their order. One customer or order alone is the answer to the count."""
    asked = [Request("GET", each["request"]["uri"]) for each in interactions(stream)]
    return [
        record
        for request, each in zip(asked, interactions(stream), strict=True)
        if request.path == f"/v2/{stream}"
        and ["1"] not in (request.query.get("page_size"), request.query.get("limit"))
        and each["response"]["status"]["code"] == 200
        for record in json.loads(each["response"]["body"]["string"])[RECORDS_IN[stream]]
    ]


@pytest.mark.parametrize("stream", RECORDS_IN)
def test_every_stream_delivers_what_was_recorded(stream: str) -> None:
    """A full sync from the cassette delivers every recorded record once and in order, and plays every exchange."""
    began = time.perf_counter()
    with VirtualClock().installed(), replaying(CASSETTES / f"{stream}.yaml", SECRETS) as cassette:
        sync = full_sync(SUBJECT.build(stream))
    assert sync.error is None
    assert sync.ended
    assert len(sync.turns) >= 3
    assert [each.data for each in sync.records] == recorded_records(stream)
    assert sync.ids == [name for name, _ in COLLECTIONS[stream]]
    assert cassette.all_played
    assert cassette.play_count == len(interactions(stream))
    assert time.perf_counter() - began < RETRY_AFTER


@pytest.mark.parametrize(("name", "stream"), INCREMENTS.items())
def test_an_incremental_run_delivers_what_was_recorded(name: str, stream: str) -> None:
    """About half of the records, those that were updated since the recorded last_run; by vcrpy alone."""
    since = load(CASSETTES / f"{name}.yaml").since
    began = VirtualClock(since.run_started_at.timestamp())
    with began.installed(), replaying(CASSETTES / f"{name}.yaml", SECRETS) as cassette:
        run = increment(SUBJECT.build(stream, **OPTIONS), since)
    assert run.ended
    assert cassette.all_played
    updated = {key: dt.datetime.fromisoformat(data["updated_at"]) for key, data in COLLECTIONS[stream]}
    assert run.ids == [key for key, at in updated.items() if at >= since.last_run]
    assert len(updated) / 3 < len(run.ids) < 2 * len(updated) / 3


def test_retries_are_replayed() -> None:
    """The 429 and the 503 in the middle of the orders come in their turn, and Retry-After is waited for, virtually."""
    middle = [
        (each["response"]["status"]["code"], each["response"]["headers"].get("Retry-After"))
        for each in interactions("orders")
        if each["request"]["uri"].endswith("offset=10")
    ]
    assert middle == [(429, [str(RETRY_AFTER)]), (503, None), (200, None)]
    source = SUBJECT.build("orders")
    with VirtualClock().installed() as clock, replaying(CASSETTES / "orders.yaml", SECRETS) as cassette:
        source.check_connection()
        first = source.get()
        assert clock.slept == []
        played = cassette.play_count
        second = source.get(first.next_pagination)
        assert cassette.play_count == played + 3
        assert clock.slept[0] == RETRY_AFTER
        assert len(clock.slept) == 2
    assert [each.data["id"] for each in second.records] == list(range(1011, 1021))


@pytest.mark.parametrize("name", AUTHENTICATIONS)
def test_connections_are_checked_from_cassettes(name: str) -> None:
    """`check_connection` says the same as it did: yes with credentials that Acme knows, a reason without."""
    with VirtualClock().installed(), replaying(CASSETTES / f"check_{name}.yaml", SECRETS) as cassette:
        answered = check(name).check_connection()
    assert answered == (REFUSED if name in ("cookies", "none") else (True, None))
    assert cassette.all_played


def test_every_type_of_credentials_is_recorded() -> None:
    """Each type that bizon has, and none."""
    assert set(AUTHENTICATIONS) == {"api_key", "basic", "bearer", "cookies", "none", "oauth"}
    assert {path.name for path in CASSETTES.iterdir()} == {f"{name}.yaml" for name in NAMES}


@pytest.mark.parametrize("name", NAMES)
def test_no_cassette_holds_a_secret(name: str) -> None:
    """Neither a secret of the config nor an issued token, plain, URL-encoded, escaped or in base64."""
    assert len(SECRETS) >= 5
    text = (CASSETTES / f"{name}.yaml").read_text(encoding="utf-8")
    assert find_secrets(text, (*SECRETS, "access-acme-test-client", "refresh-acme-test-client")) == []


@pytest.mark.parametrize("name", NAMES)
def test_vcrpy_alone_replays_a_cassette(name: str) -> None:
    """With vcrpy's defaults and plain requests every recorded exchange comes back."""
    with (
        requests.Session() as session,
        vcr.use_cassette(str(CASSETTES / f"{name}.yaml"), record_mode="none") as cassette,
    ):
        for each in interactions(name):
            request, response = each["request"], each["response"]
            answer = session.request(request["method"], request["uri"], data=request["body"])
            assert answer.status_code == response["status"]["code"]
            assert answer.json() == json.loads(response["body"]["string"])
    assert cassette.all_played


def test_bodies_are_readable() -> None:
    """JSON stands on lines of its own, in its own characters."""
    text = (CASSETTES / "customers.yaml").read_text(encoding="utf-8")
    assert '\n              "name": "Nguyễn Văn An",\n' in text
    assert "\\u" not in text
    assert max(map(len, text.splitlines())) < 130


@pytest.mark.parametrize("name", NAMES)
def test_recording_anew_gives_the_same_file(name: str, tmp_path: Path) -> None:
    """What the connector asks and the API answers over real TLS today is, byte for byte, what the cassette holds."""
    assert record(name, tmp_path).read_bytes() == (CASSETTES / f"{name}.yaml").read_bytes()
