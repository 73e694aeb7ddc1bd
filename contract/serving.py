"""The described API with records in it, for people who want to call it: `bizon-contract serve`."""

from __future__ import annotations

from contract.description.document import Document
from contract.errors import DocumentError
from contract.planning import handlers
from contract.simulation.api import SimulatedApi
from contract.simulation.clock import RealClock
from contract.simulation.collection import Collection
from contract.simulation.faults import Schedule
from contract.simulation.manners import Manners
from contract.simulation.network import Clock, Network
from contract.strategies import records_of

TAKES = 0.05
"""Seconds that an answer takes where the API limits how many requests are under way at once."""


def network(
    document: Document, *, records: int = 50, seed: int = 0, schedule: Schedule = Schedule(), clock: Clock | None = None
) -> Network:
    """The network behind a server of the described API: ``records`` in each stream, in real time.

    Raises:
        DocumentError: nothing is described.
    """
    described = document.contract.api
    if described is None:
        raise DocumentError(f"{document.path}: there is nothing to serve; describe the API under `api:`")
    collections = {
        name: Collection(records_of(stream, records, seed), stream.order) for name, stream in described.streams.items()
    }
    time = clock or RealClock()
    api = SimulatedApi(
        described,
        collections,
        time,
        manners=Manners(limits="full"),
        handlers=handlers(document.contract, document.folder),
    )
    made = Network(api.hosts, time, schedule)
    made.worded = api.worded
    made.takes = TAKES if described.limits and described.limits.at_once else 0.0
    made.most = made.most_failed = 10**9
    return made
