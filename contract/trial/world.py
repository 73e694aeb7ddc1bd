"""One simulated world: the API with its records, the network with its faults, and the time."""

from __future__ import annotations

import random
from collections.abc import Iterable, Iterator, Sequence
from contextlib import contextmanager
from typing import TYPE_CHECKING, Any

from contract.description.api import Api, Children, Stream
from contract.description.auth import Auth
from contract.description.paging import Keyset, NextHeader, Offset, Page
from contract.simulation.api import SimulatedApi
from contract.simulation.children import Breed, Family
from contract.simulation.clock import VirtualClock
from contract.simulation.collection import Collection
from contract.simulation.handlers import Handler
from contract.simulation.network import Network
from contract.simulation.strangers import Unreachable
from contract.simulation.wire import Wire
from contract.strategies import Case, records_of

if TYPE_CHECKING:  # it imports bizon, which planning does without
    from contract.recording.kin import Kin

NEWCOMERS = 200
"""Records that may appear under way, numbered behind those that a case starts with."""

TAKES = 0.002
"""Real seconds that a request takes where the API limits how many are under way at once."""

A_PAGE = 20
"""Records a page where no page size is described."""

ONE_BY_ONE = 2
"""The same where the config lists the ids: each record is a request, and to go on from each of them that many squared."""


class World:
    """The world of one case for one stream.

    ``auth`` restricts the credentials that the API accepts; ``handlers`` answer what its description does not say.
    """

    beyond: dict[str, Any] | None = None
    """The pagination at which what is known of the stream ends, although the stream goes on."""

    unasked: tuple[str, ...] = ()
    """The ids of records that are known of the stream, and that an undisturbed sync does not ask for."""

    kin: tuple[Kin, ...] = ()
    """The children that were recorded of the records, where recordings are what is known of the stream."""

    def __init__(
        self,
        described: Api,
        stream: str,
        case: Case,
        auth: Sequence[Auth] | None = None,
        handlers: Sequence[Handler] = (),
    ) -> None:
        self.clock = VirtualClock()
        self.stream = described.streams[stream]
        id_text = case.manners.decoration if isinstance(self.stream.paging, Keyset) else ""
        self.collection = Collection(records_of(self.stream, case.size, case.seed, id_text), self.stream.order)
        others = case.manners.bystanders if case.size else 0
        collections = {name: Collection(records_of(other, others, 0)) for name, other in described.streams.items()}
        families = {
            name: {child: Family(listed, _breed(listed, case.seed)) for child, listed in other.children.items()}
            for name, other in described.streams.items()
        }
        self.api = SimulatedApi(
            described,
            collections | {stream: self.collection},
            self.clock,
            manners=case.manners,
            auth=auth,
            tokens=case.tokens,
            families=families,
            handlers=handlers,
            focus=stream,
        )
        if case.manners.narrow:
            self.api.reachable = frozenset(
                [stream, *(name for name, other in described.streams.items() if other.public)]
            )
        internal = dict.fromkeys(described.internal_origins, Unreachable())
        self.network = Network({**internal, **self.api.hosts}, self.clock, case.schedule)
        self.network.worded = self.api.worded
        if described.limits and described.limits.at_once and case.manners.limits != "open":
            self.network.takes = TAKES
        self.constant = set(self.collection.ids)
        """The ids of the records that exist during the whole sync."""
        if case.churn is not None:
            numbered = records_of(self.stream, case.size + NEWCOMERS, 0, id_text)
            self.api.served = _Churn(self, stream, case.churn, numbered[case.size :])

    @property
    def missed(self) -> list[str]:
        """What was asked and is not known of the API, where it is known from a recording."""
        return []

    @contextmanager
    def entered(self) -> Iterator[None]:
        """Inside, every connection of the process ends in this world, and its clock is the time."""
        with self.clock.installed(), Wire(self.network):
            yield


class _Churn:
    """Inserts, updates and deletes records of one stream after each page that it serves.

    What the API's order cannot promise any more is none of the world's constant records. Where a position is a number,
    nothing is taken out of what was read: as many others would be lost.
    """

    def __init__(self, world: World, stream: str, seed: int, newcomers: Iterable[tuple[str, dict[str, Any]]]) -> None:
        self.world = world
        self.stream = stream
        self.chance = random.Random(seed)
        self.fresh = iter(newcomers)
        paging = world.stream.paging
        self.by_number = isinstance(paging, Offset | Page) or (
            isinstance(paging, NextHeader) and paging.value == "page"
        )
        self.updates = 0 if self.by_number and world.stream.order != "fixed" else len(world.collection)

    def __call__(self, stream: str) -> None:
        if stream != self.stream:
            return
        collection, chance = self.world.collection, self.chance
        if len(collection) > 1 and not self.by_number and chance.random() < 0.7:
            gone = chance.choice(collection.ids)
            self.world.constant -= collection.tied_to(gone)
            collection.delete(gone)
        if chance.random() < 0.7:
            name, data = next(self.fresh, (None, {}))
            if name is None:
                return
            among = chance.uniform(-1, max((held.rank for held in collection.held), default=0) + 1)
            collection.insert(name, data, among if collection.order in ("fixed", "ties") else None)
        if self.updates and len(collection) and chance.random() < 0.5:
            self.updates -= 1
            changed = chance.choice(collection.held)
            if collection.order == "newest_change":
                self.world.constant.discard(changed.id)
            collection.update(changed.id, changed.data, changed.changed_at)


def _breed(listed: Children, seed: int) -> Breed:
    return lambda parent, count: records_of(listed, count, seed, f"-{parent}-")


def page_sizes(stream: Stream, smallest: int | None, largest: int | None) -> tuple[int, int]:
    """The least and the most records a page that can be asked for, by the API and by the connector's own bounds."""
    described = stream.page_size
    unsaid = ONE_BY_ONE if stream.id_options and stream.paging.style == "none" else A_PAGE
    least, most = (max(1, described.min), described.max) if described else (unsaid, unsaid)
    return max(least, smallest or least), min(most, largest or most)
