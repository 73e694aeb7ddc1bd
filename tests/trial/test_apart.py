"""A world that another process lives in."""

import multiprocessing
import time

import requests

from contract.description.document import read
from contract.line import Line
from contract.strategies import Case
from contract.trial.apart import Enter, answers
from contract.trial.world import World
from tests.support import tiny


def _asks(line, at):
    """Sleeps an hour, asks for two pages and for a host that nobody described, and says what came of it."""
    Enter(at)(line)
    before = time.time()
    time.sleep(3600)
    first = requests.get("https://api.tiny.test/things", params={"size": 2}, timeout=60).json()
    second = requests.get("https://api.tiny.test/things", params={"size": 2, "after": first["next"]}, timeout=60).json()
    try:
        requests.get("https://other.test/", timeout=60)
    except Exception as error:
        line.ask("came", len(first["data"]) + len(second["data"]), time.time() - before, type(error).__name__)


def test_another_process_lives_in_the_same_world(tmp_path):
    """What it asks is answered here, its sleep takes no time and moves the clock of both, and no other host is reached."""
    described = read(tiny.write(tmp_path)).contract.api
    world = World(described, "things", Case(size=3, page_size=2))
    line = Line()
    came = []
    told = {"came": lambda *what: came.append(what)}
    with line.answered(told | answers(world)):
        process = multiprocessing.get_context("spawn").Process(target=_asks, args=(line, world.clock.now()))
        process.start()
        process.join()
    assert came == [(3, 3600, "UndescribedHostError")]
    assert world.clock.elapsed == 3600
    assert [call.response.status for call in world.network.journal] == [200, 200]
