"""The world of a recording. It imports bizon, which planning does without, and so is imported where it is entered."""

from __future__ import annotations

from collections.abc import Sequence

from contract.description.auth import Auth
from contract.recording.replayed import RecordedApi, Replay
from contract.simulation.clock import VirtualClock
from contract.simulation.collection import Collection
from contract.simulation.network import Network
from contract.strategies import Case
from contract.trial.world import World


class RecordedWorld(World):
    """The world of one case in which the API answers as it was recorded, until a fault of the case strikes."""

    def __init__(self, replay: Replay, case: Case, auth: Sequence[Auth] | None = None) -> None:
        self.clock = VirtualClock()
        self.stream = replay.described.streams[replay.stream]
        self.collection = Collection(replay.held)
        self.api = self._recorded = RecordedApi(
            replay, {replay.stream: self.collection}, self.clock, auth=auth, tokens=case.tokens
        )
        self.network = Network(self.api.hosts, self.clock, case.schedule)
        self.constant = set(self.collection.ids)
        self.beyond = replay.beyond
        self.unasked = replay.unasked
        self.kin = replay.kin

    @property
    def missed(self) -> list[str]:
        """What was asked and not recorded, which is answered 404."""
        return self._recorded.missed
