"""The described Acme API answers alike over the wire and over real TLS: a connector cannot tell them apart."""

from pathlib import Path

import pytest
import requests

from acme_connector.source import AcmeSource
from contract.description.document import read
from contract.serving import network
from contract.simulation.clock import VirtualClock
from contract.simulation.faults import CutShort, Rule, Schedule, Status
from contract.simulation.server import Server
from contract.simulation.wire import Wire
from contract.subject.driving import drive

CONTRACT = read(Path(__file__).parents[2] / "acme_connector" / "contract.yml")
TOKEN = {"Authorization": "Bearer acme-test-token", "X-API-Version": "2024-01-15"}
REQUESTS = [
    ("GET", "/me", TOKEN),
    ("GET", "/me", {}),
    ("GET", "/customers?page_size=3", TOKEN),
    ("GET", "/customers?page_size=0", TOKEN),
    ("GET", "/customers?cursor=nonsense", TOKEN),
    ("GET", "/customers?ids=r00001,r00003", TOKEN),
    ("GET", "/orders?limit=4&offset=2", TOKEN),
    ("GET", "/orders?limit=4&offset=-1", TOKEN),
    ("GET", "/products?page_size=5", TOKEN),
    ("POST", "/products", TOKEN),
    ("GET", "/nowhere", TOKEN),
    ("GET", "/orders", {"Authorization": "Bearer acme-test-token"}),
]


def acme(schedule: Schedule = Schedule()):
    return network(CONTRACT, records=11, seed=3, schedule=schedule, clock=VirtualClock())


@pytest.mark.parametrize(("method", "path", "headers"), REQUESTS)
def test_every_kind_of_answer_is_the_same_to_the_byte(method, path, headers):
    """Status, headers and every byte of the body are the same over the wire and over TLS."""
    base = "https://api.acme.com/v2"
    with Wire(acme()):
        wired = requests.request(method, base + path, headers=headers, timeout=5)
    with Server(acme(), tls=True, rewrite=False) as server:
        served = requests.request(
            method, f"{server.url}/v2{path}", headers=headers, timeout=5, verify=server.ca_file, proxies={"https": ""}
        )
    assert (served.status_code, served.content) == (wired.status_code, wired.content)
    assert {**served.headers} == {**wired.headers}


@pytest.mark.parametrize("stream", AcmeSource.streams())
def test_a_whole_sync_is_the_same(stream):
    """The connector delivers the same records over both, through a 503 and a body that breaks off."""
    faults = Schedule((Rule(Status(503), at=1), Rule(CutShort(), at=3)))

    def synced(base_url: str, verify: bool | str):
        config = {
            "name": "acme",
            "stream": stream,
            "page_size": 4,
            "base_url": base_url,
            "authentication": {"type": "bearer", "params": {"token": "acme-test-token"}},
            "http": {"retries": {"backoff_factor": 0.01}},
        }

        def build() -> AcmeSource:
            source = AcmeSource(AcmeSource.get_config_class().model_validate(config))
            source.session.trust_env = False  # no CA bundle of the machine
            source.session.verify = verify
            return source

        sync = drive(build, limit=9)
        assert sync.ended, sync.error
        return [(record.id, record.data) for record in sync.records]

    with Wire(acme(faults)):
        wired = synced("https://api.acme.com/v2", verify=True)
    with Server(acme(faults), tls=True) as server:
        served = synced(f"{server.url}/v2", verify=server.ca_file)
    assert len(wired) == 11
    assert served == wired
