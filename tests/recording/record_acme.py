"""Records cassettes/acme anew (`make cassettes`): the Acme connector against the simulated API, over real TLS.

For this process https://api.acme.com leads to a server on loopback, with a certificate that a CA made on the spot
issued, and time is virtual: the waits that the API asks for cost none. Recording twice gives the same files.
"""

from __future__ import annotations

import datetime as dt
import os
import sys
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any
from unittest import mock

import urllib3.util.connection
from bizon.source.source import AbstractSource

from acme_connector.source import AcmeSource
from contract.description.document import read
from contract.recording.inference.pages import Delivered
from contract.recording.instants import Moments
from contract.recording.layout import Since
from contract.recording.record import recording
from contract.simulation.api import SimulatedApi
from contract.simulation.clock import STARTS_AT, VirtualClock
from contract.simulation.collection import Collection
from contract.simulation.faults import Rule, Schedule, Status
from contract.simulation.network import Network
from contract.simulation.server import ADDRESS, Server
from contract.subject.building import Subject
from contract.subject.driving import Sync, drive
from contract.subject.incremental import OPTIONS

ROOT = Path(__file__).parents[2]
CASSETTES = ROOT / "cassettes" / "acme"

DOCUMENT = read(ROOT / "acme_connector" / "contract.yml")
API = DOCUMENT.contract.api
assert API is not None
SUBJECT = Subject(AcmeSource, DOCUMENT.contract.config)

AUTHENTICATIONS: dict[str, dict[str, Any] | None] = {
    **{name: SUBJECT.authentication_for(auth, name) for name, auth in SUBJECT.variants(API.auth)},
    **dict(SUBJECT.unlisted_authentications(API.auth)),  # cookies: Acme knows none, and refuses
    "none": None,
}
"""bizon's `authentication:` of every type."""

SECRETS = tuple(dict.fromkeys(each for own in AUTHENTICATIONS.values() for each in SUBJECT.secrets(own)))

INCREMENTS = {"customers.incremental": "customers", "orders.incremental": "orders"}
"""By their cassettes, the streams of which Acme tells what was updated."""

NAMES = (*DOCUMENT.contract.streams, *INCREMENTS, *(f"check_{name}" for name in AUTHENTICATIONS))
"""The cassettes: a full sync of each stream, an incremental run, and check_connection with each type of credentials."""

RETRY_AFTER = 7
"""Seconds that the API asks for in the middle of the orders."""

FAULTS = {
    "orders": Schedule(
        (
            Rule(Status(429, (("Retry-After", str(RETRY_AFTER)),)), kind="list", at=2),
            Rule(Status(503), kind="list", at=3),
        )
    )
}
"""The second page of orders is answered by the third attempt; before the first one comes the answer to the count."""

PEOPLE = ("Ada Lovelace", "Zoë Washburne", "Nguyễn Văn An", "久保 さくら", 'Siobhán "Shiv" O\'Brien')


def customer(number: int) -> dict[str, Any]:
    """A customer; some have no address to write to, none has a round balance, every fifth was changed again later."""
    return {
        "id": f"cus_{number:03}",
        "name": PEOPLE[number % len(PEOPLE)],
        "email": f"customer.{number}@example.com" if number % 4 else None,
        "balance": number * 10.25 - 100,
        "tags": ["new", "größer"][: number % 3],
        "address": {"street": f"{number} Main Street", "city": "Paris"} if number % 3 else None,
        "updated_at": f"2024-{1 if number % 5 else 3:02}-{number:02}T09:30:00Z",
    }


def order(number: int) -> dict[str, Any]:
    """An order, in cents."""
    return {
        "id": 1000 + number,
        "customer_id": f"cus_{number % 26 + 1:03}",
        "amount": number * 1995,
        "currency": ("EUR", "USD", "JPY")[number % 3],
        "note": "leave it\nat the door" if number % 5 == 0 else None,
        "updated_at": f"2024-{2 if number % 5 else 4:02}-{number:02}T10:00:00.{number:03}+01:00",
    }


def product(number: int) -> dict[str, Any]:
    """A product; its id is text that looks like a number."""
    return {"id": f"{number:04}", "title": f"Anvil, {number} lb", "price": f"{number}.90", "in_stock": number % 2 == 0}


COLLECTIONS = {
    "customers": [(made["id"], made) for made in map(customer, range(1, 27))],
    "orders": [(str(made["id"]), made) for made in map(order, range(1, 29))],
    "products": [(made["id"], made) for made in map(product, range(1, 26))],
}


def record(name: str, folder: Path = CASSETTES) -> Path:
    """Record one of `NAMES` into ``folder``."""
    path = folder / f"{name}.yaml"
    since = since_of(INCREMENTS[name]) if name in INCREMENTS else None
    delivered: list[Delivered] = []
    with acme(FAULTS.get(name, Schedule())), recording(path, SECRETS, since=since, delivered=delivered):
        if since is None and name not in COLLECTIONS:
            check(name).check_connection()
            return path
        sync = (
            full_sync(SUBJECT.build(name))
            if since is None
            else increment(SUBJECT.build(INCREMENTS[name], **OPTIONS), since)
        )
        assert sync.ended, sync.error
        delivered += [Delivered(each.id, each.data) for each in sync.records]
    return path


def full_sync(source: AbstractSource) -> Sync:
    """What bizon asks a source of in a full refresh, in its order."""
    assert source.check_connection() == (True, None)
    source.get_total_records_count()
    return drive(lambda: source, limit=10)


def since_of(stream: str) -> Since:
    """Since when a run reads, and when it begins: as `bizon-contract record` has it."""
    now = dt.datetime.fromtimestamp(STARTS_AT, dt.UTC)
    moments = Moments()
    moments.add(data for _, data in COLLECTIONS[stream])
    last_run = moments.dividing(now)
    assert last_run is not None, stream
    return Since(last_run, now)


def increment(source: AbstractSource, since: Since) -> Sync:
    """What bizon asks a source of in an incremental run, in its order."""
    assert source.check_connection() == (True, None)
    source.get_total_records_count()
    return drive(lambda: source, limit=10, call=since.call())


def check(name: str) -> AbstractSource:
    """The source whose connection the cassette ``name`` checks."""
    return SUBJECT.build("customers", authentication=AUTHENTICATIONS[name.removeprefix("check_")])


@contextmanager
def acme(schedule: Schedule) -> Iterator[None]:
    """The simulated API at https://api.acme.com:443, for this process."""
    clock = VirtualClock()
    api = SimulatedApi(API, {name: Collection(held) for name, held in COLLECTIONS.items()}, clock)
    connect = urllib3.util.connection.create_connection
    with Server(Network(api.hosts, clock, schedule), tls=True) as server:

        def to_loopback(address: tuple[str, int], *args: Any, **kwargs: Any) -> Any:
            assert address == ("api.acme.com", 443), f"only the simulated API may be reached, not {address}"
            return connect((ADDRESS, server.port), *args, **kwargs)

        environment = {"REQUESTS_CA_BUNDLE": server.ca_file, "no_proxy": "api.acme.com", "NETRC": os.devnull}
        with (
            mock.patch.object(urllib3.util.connection, "create_connection", to_loopback),
            mock.patch.dict(os.environ, environment),
            clock.installed(),
        ):
            yield


def main() -> int:
    """Record them all; cassettes that are no longer made are removed."""
    made = [record(name) for name in NAMES]
    for path in made:
        print(path.relative_to(ROOT))
    for path in set(CASSETTES.iterdir()) - set(made):
        path.unlink()
        print(f"{path.relative_to(ROOT)} removed")
    return 0


if __name__ == "__main__":
    sys.exit(main())
