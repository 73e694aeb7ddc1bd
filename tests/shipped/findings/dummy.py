"""The findings on bizon's dummy: `python -m tests.shipped.findings.dummy`. It asks nothing; no server is needed."""

from typing import Any

from bizon.connectors.sources.dummy.src.source import DummySource, DummySourceConfig

from tests.shipped.findings._server import BROKEN, in_turn, show

KEY = {"type": "api_key", "params": {"token": "made-up-token"}}


def dummy(stream: str) -> Any:
    return DummySource(DummySourceConfig(name="dummy", stream=stream, authentication=KEY))


def main() -> None:
    show(
        "interface.config_class: an unknown stream is refused late, and the known ones are not told",
        lambda: dummy("no_such_stream").get({}),
        in_turn(BROKEN),
    )
    show(
        "interface.secret_fields: printing the config shows the token",
        lambda: f"it is in the text: {'made-up-token' in str(dummy('plants').config)}",
        in_turn(BROKEN),
    )


if __name__ == "__main__":
    main()
