"""The world of a trial in other processes: their requests come over a line, and their clocks go with the world's."""

from __future__ import annotations

import atexit
from collections.abc import Callable, Mapping
from contextlib import ExitStack
from dataclasses import dataclass
from typing import Any

from contract.line import Line
from contract.messages import Request, Response
from contract.simulation.clock import VirtualClock
from contract.simulation.network import Network
from contract.simulation.wire import Wire
from contract.trial.world import World


@dataclass(frozen=True)
class Enter:
    """Enters, in another process and for good, the world whose `answers` are given at the line.

    Args:
        at: the time there, in seconds since the epoch.
    """

    at: float

    def __call__(self, line: Line) -> None:
        """Enter it."""
        stack = ExitStack()
        atexit.register(stack.close)
        clock = stack.enter_context(VirtualClock(self.at).installed())
        stack.enter_context(Wire(_Distant(line, clock)))


def answers(world: World) -> Mapping[str, Callable[..., Any]]:
    """What those who have entered ``world`` ask for: the answer to a request, and the time then."""

    def exchange(request: Request, at: float) -> tuple[Response, float]:
        world.clock.advance(max(0.0, at - world.clock.now()))
        return world.network.exchange(request), world.clock.now()

    return {"exchange": exchange}


class _Distant(Network):
    """The network of a world that is in another process."""

    def __init__(self, line: Line, clock: VirtualClock) -> None:
        super().__init__({}, clock)
        self._line = line

    def exchange(self, request: Request) -> Response:
        response: Response
        response, at = self._line.ask("exchange", request, self.clock.now())
        self.clock.advance(max(0.0, at - self.clock.now()))
        return response
