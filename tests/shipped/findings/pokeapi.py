"""The findings on bizon's PokeAPI source: `python -m tests.shipped.findings.pokeapi`."""

from collections.abc import Callable
from typing import Any
from unittest import mock

from bizon.connectors.sources.pokeapi.src import source as pokeapi

from tests.shipped.findings._server import BROKEN, Answer, cut_short, in_turn, show, standing_in, sync

KEY = {"type": "api_key", "params": {"token": "made-up"}}
EMPTY: Answer = (200, {}, b'{"results": [], "next": null}')


def poke(kind: type = pokeapi.PeriscopeSource, **options: Any) -> Any:
    return kind(pokeapi.PokeAPISourceConfig(name="pokeapi", stream="pokemon", **options))


def only_pokemon(path: str) -> Answer:
    """As the API: other paths are 404."""
    return EMPTY if path == "/pokemon" else (404, {}, b"Not Found")


def main() -> None:
    with standing_in() as hosts, mock.patch.object(pokeapi, "BASE_URL", hosts.api):
        show("interface.dispatch: the path of no stream is asked", lambda: sync(poke()), only_pokemon)
        show(
            "connection.accepts: the check raises although all is well", lambda: poke().check_connection(), only_pokemon
        )
        whatever_is_asked(poke)


def whatever_is_asked(make: Callable[..., Any]) -> None:
    """What does not depend on the path."""
    show(
        "connection.reports: a check that fails raises",
        lambda: make().check_connection(),
        in_turn((401, {}, b"{}")),
    )
    show("retry.transient_status: one 500 is not retried", lambda: sync(make()), in_turn(BROKEN, EMPTY))
    show(
        "retry.network_faults: a body cut short is not asked again",
        lambda: sync(make()),
        in_turn(cut_short(EMPTY[2]), EMPTY),
    )
    show("retry.timeouts: no timeout", lambda: f"timeout {make().session.timeout}", in_turn(BROKEN))
    show(
        "auth.unsupported_type: credentials are ignored",
        lambda: f"auth {make(authentication=KEY).session.auth}",
        in_turn(BROKEN),
    )


if __name__ == "__main__":
    main()
