"""What is wrong with bizon's Kafka source where there is a broker, a line each: `python -m tests.shipped.findings.kafka_broker`.

The broker is librdkafka's own mock of one, which lives in the process of a producer. Its topics have four partitions.
"""

from collections.abc import Callable, Iterator
from typing import Any

from bizon.connectors.sources.kafka.src import decode
from bizon.connectors.sources.kafka.src.source import KafkaSource, KafkaSourceConfig, OffsetPartition, TopicOffsets
from confluent_kafka import KafkaError, KafkaException, Producer
from loguru import logger

BY_HAND = {"security.protocol": "PLAINTEXT", "auto.offset.reset": "earliest", "enable.auto.commit": False}
USER = {"type": "basic", "params": {"username": "ada", "password": "made-up-password"}}


class Unreachable:
    """A consumer whose broker does not answer."""

    def commit(self, asynchronous: bool) -> None:
        raise KafkaException(KafkaError(KafkaError._TRANSPORT))


class Broker:
    """A broker in this process, for as long as it is kept."""

    def __init__(self) -> None:
        self.producer = Producer({"bootstrap.servers": "mocked", "test.mock.num.brokers": 1, "log_level": 0})
        [broker] = self.producer.list_topics(timeout=5).brokers.values()
        self.address = f"{broker.host}:{broker.port}"
        self.topics = 0

    def source(self, *messages: dict[str, Any], **options: Any) -> KafkaSource:
        """A source of a topic of its own, which holds ``messages``; it reads a message at a time."""
        self.topics += 1
        topic = f"topic_{self.topics}"
        for message in messages:
            self.producer.produce(topic, **{"value": b"{}", "partition": 0} | message)
        self.producer.flush(5)
        config = KafkaSourceConfig(
            name="kafka",
            stream="topic",
            topics=[{"name": topic, "destination_id": "acme"}],
            bootstrap_servers=self.address,
            message_encoding="utf-8",
            authentication=USER,
            consumer_config=dict(BY_HAND),
            **{"batch_size": 1} | options,
        )
        return KafkaSource(config)


def pages(source: KafkaSource, most: int) -> Iterator[list[str]]:
    """The ids of each page, until the stream ends."""
    pagination: dict[str, Any] = {}
    for _ in range(most):
        iteration = source.get(pagination)
        yield [record.id for record in iteration.records]
        pagination = iteration.next_pagination
        if not pagination:
            return


def show(title: str, act: Callable[[], Any]) -> None:
    """One line: what was claimed, and what came."""
    try:
        came = repr(act())
    except Exception as error:
        came = f"raised {type(error).__name__}: {error}"
    print(f"{title} | {' '.join(came.split())[:200]}")


def main() -> None:
    logger.remove()
    broker = Broker()

    def again() -> str:
        source = broker.source(*({"partition": number} for number in (0, 0, 1, 1)), batch_size=4)
        reading = pages(source, 2)
        first = next(reading)
        source.config.batch_size = 2  # what is left of the topic, after which a larger batch would wait for more
        return f"{len(first)} messages, then {len(set(first) & set(next(reading)))} of them again"

    def behind_tombstones() -> list[list[str]]:
        return list(pages(broker.source({"value": None}, {"value": None}, {}, {}, batch_size=2), 4))

    def committed() -> Any:
        source = broker.source()
        source.consumer = Unreachable()
        return source.commit()

    def remembered() -> int:
        decode.parse_global_id_from_serialized_message.cache_clear()
        for number in range(100):
            decode.parse_global_id_from_serialized_message(b"\0\0\0\0\1" + str(number).encode())
        return decode.parse_global_id_from_serialized_message.cache_info().currsize

    show("what came from another partition than the last message's comes again", again)
    show("what is behind a batch of tombstones never comes", behind_tombstones)
    show(
        "a key that is no UTF-8 ends the sync, also where invalid keys are to be skipped",
        lambda: list(pages(broker.source({"key": b"\xff"}, skip_message_invalid_keys=True), 1)),
    )
    show(
        "a header without a value ends the sync",
        lambda: list(pages(broker.source({"headers": [("trace", None)]}), 1)),
    )
    show("a commit that fails is a success", committed)
    show(
        "the total counts what the topic no longer holds",
        lambda: TopicOffsets(name="acme", partitions={0: OffsetPartition(first=5, last=10)}).total_offset,
    )
    show("the bytes of every message are kept for ever", remembered)


if __name__ == "__main__":
    main()
