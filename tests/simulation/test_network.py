"""The simulated internet: who answers, what is written down, and how much time passes."""

from __future__ import annotations

import itertools
import threading

import pytest

from contract.errors import UndescribedHostError
from contract.messages import Request, Response, json_response
from contract.simulation.clock import VirtualClock
from contract.simulation.faults import (
    Broken,
    ConnectTimedOut,
    CutShort,
    Delayed,
    Fault,
    Lost,
    ReadTimedOut,
    Refused,
    Reset,
    Rule,
    Schedule,
    Status,
)
from contract.simulation.network import CONNECTS_FOR, GIVES_UP_AFTER, WAITS_ITSELF, Network, Runaway

ORIGIN = "https://api.acme.com:443"
GET = Request("GET", "https://api.acme.com/v2/customers", connect_timeout=3, read_timeout=10)


class Api:
    """A host that calls requests by the last part of their path."""

    def kind(self, request: Request) -> str:
        """`customers`, `me`, ..."""
        return request.path.rpartition("/")[2]

    def respond(self, request: Request) -> Response:
        """The path."""
        return json_response(200, {"path": request.path})


def network(*rules: Rule) -> Network:
    """A network with one host and these faults."""
    return Network({ORIGIN: Api()}, VirtualClock(), Schedule(rules))


def test_a_described_host_answers() -> None:
    """The answer is the host's, and the exchange is in the journal with its time."""
    net = network()
    net.clock.advance(5)
    answer = net.exchange(GET)
    [call] = net.journal
    assert answer.json == {"path": "/v2/customers"}
    assert (call.request, call.response, call.broken, call.fault) == (GET, answer, None, None)
    assert call.at == net.clock.now()


def test_hosts_are_compared_by_origin() -> None:
    """The port may be written or not, the case of the host does not matter."""
    assert network().exchange(Request("GET", "HTTPS://API.acme.com:443/v2/me")).status == 200


@pytest.mark.parametrize(
    "url",
    ["https://api.acme.com.evil.test/", "http://api.acme.com/", "https://api.acme.com:8443/", "https://acme.com/"],
)
def test_every_other_host_is_refused(url: str) -> None:
    """Host, scheme and port are compared whole; the message names the host and says what to do."""
    net = network()
    with pytest.raises(UndescribedHostError, match=r"not described; the described ones are https://api\.acme\.com:443"):
        net.exchange(Request("GET", url))
    assert net.refused_hosts == [Request("GET", url).origin]
    assert net.journal == []


def test_positions_count_all_of_a_phase_and_of_a_kind() -> None:
    """Each exchange knows its number overall, in its phase, and among its kind there."""
    net = network()
    me = Request("GET", "https://api.acme.com/v2/me")
    with net.phase("check"):
        net.exchange(me)
    for request in (GET, me, GET):
        net.exchange(request)
    found = [
        (c.position.number, c.position.phase, c.position.in_phase, c.position.kind, c.position.in_kind)
        for c in net.journal
    ]
    assert found == [
        (0, "check", 0, "me", 0),
        (1, "sync", 0, "customers", 0),
        (2, "sync", 1, "me", 0),
        (3, "sync", 2, "customers", 1),
    ]
    assert [call.position.number for call in net.calls(phase="sync")] == [1, 2, 3]
    assert [call.position.number for call in net.calls(kind="me")] == [0, 2]


def test_a_phase_ends_with_its_block() -> None:
    """Also when the block fails, the phase before it returns."""
    net = network()
    with pytest.raises(KeyError), net.phase("check"):
        raise KeyError
    net.exchange(GET)
    assert net.journal[0].position.phase == "sync"


def test_a_fault_replaces_the_answer_where_it_is_scheduled() -> None:
    """The journal says which fault it was."""
    net = network(Rule(Status(503), at=1))
    assert [net.exchange(GET).status for _ in range(3)] == [200, 503, 200]
    assert [call.fault for call in net.journal] == [None, Status(503), None]


@pytest.mark.parametrize(("error", "seconds"), [(Refused, 0), (Reset, 0), (ConnectTimedOut, 3), (ReadTimedOut, 10)])
def test_a_broken_connection_takes_its_time(error: type[Broken], seconds: float) -> None:
    """Timeouts cost what the client allows, the others nothing; no answer is written down."""
    net = network(Rule(Lost(error)))
    started = net.clock.now()
    with pytest.raises(error):
        net.exchange(GET)
    [call] = net.journal
    assert (type(call.broken), call.response, call.at) == (error, None, started)
    assert net.clock.now() - started == seconds


@pytest.mark.parametrize(
    ("error", "met", "seconds"), [(ConnectTimedOut, Refused, CONNECTS_FOR), (ReadTimedOut, Reset, GIVES_UP_AFTER)]
)
def test_a_client_without_a_timeout_hangs(error: type[Broken], met: type[Broken], seconds: float) -> None:
    """Until the kernel stops trying to connect, or a silent connection dies by itself."""
    net = network(Rule(Lost(error)))
    started = net.clock.now()
    with pytest.raises(met):
        net.exchange(Request("GET", GET.url))
    assert net.clock.now() - started == seconds
    assert isinstance(net.journal[0].broken, met)


def test_a_delayed_answer_arrives_within_the_read_timeout() -> None:
    """It takes its time and is the same."""
    net = network(Rule(Delayed(9)))
    started = net.clock.now()
    assert net.exchange(GET).status == 200
    assert net.clock.now() - started == 9


@pytest.mark.parametrize(("timeout", "met", "seconds"), [(10, ReadTimedOut, 10), (None, Reset, GIVES_UP_AFTER)])
def test_an_answer_beyond_the_read_timeout_never_arrives(
    timeout: float | None, met: type[Broken], seconds: float
) -> None:
    """The client gives up after its timeout, or the connection does."""
    net = network(Rule(Delayed(GIVES_UP_AFTER + 1)))
    started = net.clock.now()
    with pytest.raises(met):
        net.exchange(Request("GET", GET.url, read_timeout=timeout))
    assert net.clock.now() - started == seconds
    assert net.journal[0].response is None


@pytest.mark.parametrize("fault", [Lost(ReadTimedOut), Lost(ConnectTimedOut), Lost(Reset)])
def test_a_client_beyond_a_socket_waits_by_itself(fault: Lost) -> None:
    """The clock stands still and the failure is passed on as it is."""
    net = network(Rule(fault))
    started = net.clock.now()
    with pytest.raises(fault.error):
        net.exchange(Request("GET", GET.url, connect_timeout=WAITS_ITSELF, read_timeout=WAITS_ITSELF))
    assert net.clock.now() == started


def test_a_client_beyond_a_socket_is_told_the_delay() -> None:
    """However long it is: whoever holds the socket waits for it."""
    net = network(Rule(Delayed(10 * GIVES_UP_AFTER)))
    answer = net.exchange(Request("GET", GET.url, connect_timeout=WAITS_ITSELF, read_timeout=WAITS_ITSELF))
    assert answer.delay == 10 * GIVES_UP_AFTER
    assert net.clock.now() == VirtualClock().now()


@pytest.mark.parametrize("fault", [CutShort(0.5), Status(500)])
def test_a_damaged_answer_is_an_answer(fault: Fault) -> None:
    """The journal holds it as what was sent."""
    net = network(Rule(fault))
    assert net.exchange(GET) == net.journal[0].response


def test_a_connector_that_never_stops_asking_is_stopped() -> None:
    """By an exception that no `except Exception` swallows, after as many requests as are allowed."""
    net = network()
    net.most = 5
    with pytest.raises(Runaway, match="still asking after 5 requests"):
        any(net.exchange(GET).status != 200 for _ in itertools.repeat(None))
    assert len(net.journal) == 5
    assert not issubclass(Runaway, Exception)


def test_a_connector_that_repeats_what_fails_is_stopped_sooner() -> None:
    """urllib3 calls itself for each attempt: the stack would be full first. What succeeds begins the count anew."""
    net = network(Rule(Status(500), at=1, times=3), Rule(Lost(Reset), at=5, times=None))
    net.most_failed = 4
    answers = [net.exchange(GET).status for _ in range(5)]
    assert answers == [200, 500, 500, 500, 200]
    for _ in range(4):
        with pytest.raises(Reset):
            net.exchange(GET)
    with pytest.raises(Runaway, match="still asking after 4 requests in a row that failed"):
        net.exchange(GET)


def test_exchanges_of_threads_are_counted_one_by_one() -> None:
    """No position is given twice."""
    net = network()
    threads = [threading.Thread(target=lambda: [net.exchange(GET) for _ in range(50)]) for _ in range(8)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert [call.position.number for call in net.journal] == list(range(400))
