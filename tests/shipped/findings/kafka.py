"""The findings on bizon's Kafka source: `python -m tests.shipped.findings.kafka`. It needs no broker, but `bizon[kafka]`."""

from typing import Any

from bizon.connectors.sources.kafka.src.source import KafkaSource, KafkaSourceConfig

from tests.shipped.findings._server import BROKEN, in_turn, show

USER = {"type": "basic", "params": {"username": "ada", "password": "made-up-password"}}


def kafka(stream: str) -> Any:
    return KafkaSource(
        KafkaSourceConfig(name="kafka", stream=stream, bootstrap_servers="127.0.0.1:1", authentication=USER)
    )


def main() -> None:
    show(
        "interface.config_class: a stream that there is not is taken",
        lambda: f"stream {kafka('no_such_stream').config.stream}; there are {KafkaSource.streams()}",
        in_turn(BROKEN),
    )
    show(
        "interface.secret_fields: printing the config shows the password",
        lambda: f"it is in the text: {'made-up-password' in str(kafka('topic').config)}",
        in_turn(BROKEN),
    )


if __name__ == "__main__":
    main()
