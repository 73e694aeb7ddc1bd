"""Queues of bizon's besides the one in the process."""

import gc
import os
import threading
import uuid

import pytest
from bizon.common.models import BizonConfig
from bizon.engine.runner import runner

from contract.subject import pipeline
from contract.subject.pipeline import Pipeline, RightSources

RABBITMQ = os.environ.get("BIZON_CONTRACT_RABBITMQ", "amqp://guest:guest@127.0.0.1:5672/")
SOURCE = {"name": "right", "stream": "things"}
RIGHT = RightSources([[("a", {"n": 1})], [("b", {"n": 2})]], None)


@pytest.fixture
def queue_name():
    """The name of a queue of our own in RabbitMQ, which is removed afterwards."""
    pika = pytest.importorskip("pika", reason="pika is missing: `pip install bizon[rabbitmq]`")
    try:
        connection = pika.BlockingConnection(pika.URLParameters(RABBITMQ))
    except pika.exceptions.AMQPError as error:
        pytest.skip(
            f"no RabbitMQ answers ({type(error).__name__}). Start one (`docker run -p 5672:5672 rabbitmq`), or name it in "
            "BIZON_CONTRACT_RABBITMQ"
        )
    name = f"bizon-contract-{uuid.uuid4().hex[:12]}"
    yield name
    connection.channel().queue_delete(name)
    connection.close()


@pytest.mark.filterwarnings("ignore::pytest.PytestUnraisableExceptionWarning")  # bizon leaves its connection open
def test_bizon_runs_no_source_over_rabbitmq(tmp_path, monkeypatch, queue_name):
    """bizon 0.6.4 builds its RabbitMQ consumer with arguments that it does not take; once that is mended, the chapter can run on it."""
    host = RABBITMQ.rpartition("@")[2].partition("/")[0].partition(":")[0]
    real = pipeline.pipeline_config

    def over_rabbitmq(*args, **kwargs):
        config = real(*args, **kwargs)
        config["engine"]["queue"] = {"type": "rabbitmq", "config": {"queue": {"host": host, "queue_name": queue_name}}}
        return config

    monkeypatch.setattr(pipeline, "pipeline_config", over_rabbitmq)
    ended = Pipeline(tmp_path, SOURCE, RIGHT).run()
    gc.collect()
    assert not ended.success
    assert "get_consumer() got an unexpected keyword argument" in ended.said


def test_bizon_runs_no_source_over_kafka(tmp_path, monkeypatch):
    """The same of its Kafka consumer: bizon does not come so far as to ask for a broker, so that none has to be there."""
    pytest.importorskip("kafka", reason="kafka-python is missing: `pip install bizon[kafka]`")
    config = pipeline.pipeline_config(tmp_path, SOURCE)
    config["engine"]["queue"] = {"type": "kafka", "config": {"queue": {"bootstrap_server": "127.0.0.1:1"}}}
    monkeypatch.setattr(runner, "get_source_instance_by_source_and_stream", lambda **source: RIGHT(SOURCE))
    parsed = BizonConfig.model_validate(config)
    with pytest.raises(TypeError, match=r"get_consumer\(\) got an unexpected keyword argument"):
        runner.AbstractRunner.instanciate_and_run_consumer(parsed, config, "job", threading.Event())
