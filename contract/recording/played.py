"""A recording played through the connector: what it asked in which phase, and what it delivered."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from dataclasses import dataclass, replace
from functools import cached_property
from pathlib import Path
from typing import Any

from contract.errors import UnrecordedRequestError
from contract.messages import Request
from contract.recording.cassette import Recording, load
from contract.recording.layout import increment_of
from contract.recording.recorded import Recorded
from contract.recording.scrub import REDACTED
from contract.simulation.clock import VirtualClock
from contract.simulation.network import Call, Network, Runaway
from contract.simulation.wire import Wire
from contract.subject.building import Subject
from contract.subject.driving import Call as Ask
from contract.subject.driving import Sync, Turn, get, one_turn, stored
from contract.subject.incremental import OPTIONS
from contract.subject.observing import observe

MOST_TURNS = 100_000
"""Calls of get() after which a replayed sync is taken for endless; the recording ends it before."""


@dataclass(frozen=True)
class Played:
    """What came of a recording: every exchange with its phase (`check`, `count`, `sync`), and the sync."""

    stream: str
    path: Path
    recording: Recording
    recorded: Recorded
    calls: tuple[Call, ...]
    sync: Sync
    endless: bool = False
    """Whether the sync went round in what was recorded, and never ended."""

    @cached_property
    def increment(self) -> Recording | None:
        """The recording of an incremental run, beside that of a sync; None where there is none.

        Raises:
            UsageError: it cannot be read.
        """
        beside = increment_of(self.path)
        return load(beside) if self.recording.since is None and beside.is_file() else None

    @property
    def whole(self) -> bool:
        """Whether the recording goes on to the end of the stream."""
        return self.sync.ended

    @property
    def problem(self) -> str | None:
        """Why the sync came to no end; None where the recording, or the stream, ended it."""
        wrong = next((turn.problem for turn in self.sync.turns if turn.problem), None)
        if wrong is not None:
            return f"the connector does not sync: get() {wrong}"
        return "the connector does not sync: it goes on for ever in what was recorded" if self.endless else None

    def asked(self, phase: str) -> list[Call]:
        """The exchanges of a phase that came to an answer; those for tokens are left out."""
        return [
            call
            for call in self.calls
            if call.position.phase == phase and call.response is not None and call.position.kind != "token"
        ]

    def asked_then(self, token: str) -> Iterator[Request]:
        """The requests as they were recorded, with the ``token`` of today where one was taken out."""
        for request in (each.request for each in self.recording.interactions):
            headers = tuple((name, value.replace(REDACTED, token)) for name, value in request.headers)
            yield replace(request, url=request.url.replace(REDACTED, token), headers=headers)


def play(subject: Subject, stream: str, path: Path) -> Played:
    """Play the cassette at ``path``: the check, the count and the sync or the incremental run, as they were recorded.

    Raises:
        UsageError: the cassette cannot be read.
        SubjectLoadError: the connector cannot be built.
    """
    recording = load(path)
    recorded = Recorded(recording.interactions, subject.secrets(None), path.name)
    since = recording.since
    clock = VirtualClock() if since is None else VirtualClock(since.run_started_at.timestamp())
    call: Ask = get if since is None else since.call()
    options = {} if since is None else OPTIONS
    network = Network(_Everywhere(recorded), clock)
    network.most = 10 * len(recording.interactions) + 100
    with observe(), clock.installed(), Wire(network):
        for phase, ask in PHASES.items():
            with network.phase(phase):
                _ignored(ask, subject.build(stream, **options))
        sync, endless = _synced(subject.build(stream, **options), call)
    return Played(stream, path, recording, recorded, tuple(network.calls()), sync, endless)


class _Everywhere(dict[str, Recorded]):
    """The recording as every host: of those that it holds nothing of, it says so."""

    def __init__(self, recorded: Recorded) -> None:
        super().__init__(recorded.hosts)
        self._recorded = recorded

    def get(self, key: str, default: Any = None) -> Any:
        """The recording, whatever the origin."""
        return self._recorded


def _synced(source: Any, call: Ask) -> tuple[Sync, bool]:
    """A sync for as long as the recording answers: one of the first pages ends where the next page was not recorded.

    And whether it did not end, although everything that it asked was answered.
    """
    turns: list[Turn] = []
    try:
        return _turned(source, turns, call), False
    except Runaway:
        return Sync(tuple(turns)), True


def _turned(source: Any, turns: list[Turn], call: Ask) -> Sync:
    pagination: dict[str, Any] = {}
    for _ in range(MOST_TURNS):
        try:
            turn = one_turn(source, pagination, call=call)
        except UnrecordedRequestError:
            break
        if turn.error is not None:
            return Sync(tuple(turns), turn.error)
        turns.append(turn)
        if turn.problem is not None or turn.last:
            return Sync(tuple(turns), ended=turn.last)
        pagination = stored(turn.next_pagination)
    return Sync(tuple(turns))


PHASES: dict[str, Callable[[Any], object]] = {
    "check": lambda source: source.check_connection(),
    "count": lambda source: source.get_total_records_count(),
}
"""What bizon asks a source before a sync."""


def _ignored(ask: Callable[[Any], object], source: Any) -> None:
    """A recording need not hold the check and the count."""
    try:
        ask(source)
    except Exception:  # what it comes to is another question's
        return
