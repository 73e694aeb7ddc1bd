"""Hosts that are none of the API's: they answer everything, and what they are sent is in the journal."""

from __future__ import annotations

from collections.abc import Iterator, Mapping

from contract.messages import Request, Response, json_response
from contract.simulation.faults import Refused
from contract.simulation.network import Host

STRANGER = "stranger.example"
"""A host of nobody (RFC 2606, section 3)."""


STRANGE = "stranger"
"""The kind of a request to such a host."""


class Stranger:
    """A host that is not the API's."""

    def kind(self, request: Request) -> str:
        """Every request to it is a `stranger`."""
        return STRANGE

    def respond(self, request: Request) -> Response:
        """An empty object, so that the connector goes on as it would."""
        return json_response(200, {})


class Unreachable:
    """A host inside a network that the client is not in: nobody answers."""

    def kind(self, request: Request) -> str:
        """Every request to it is a `stranger`."""
        return STRANGE

    def respond(self, request: Request) -> Response:
        """Nothing.

        Raises:
            Refused: always.
        """
        raise Refused("connection refused")


class Internet(Mapping[str, Host]):
    """The described hosts, and a stranger under every other origin."""

    def __init__(self, described: Mapping[str, Host]) -> None:
        self._described = described
        self._stranger = Stranger()

    def __getitem__(self, origin: str) -> Host:
        return self._described.get(origin, self._stranger)

    def __iter__(self) -> Iterator[str]:
        return iter(self._described)

    def __len__(self) -> int:
        return len(self._described)
