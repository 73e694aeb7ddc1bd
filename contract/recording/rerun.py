"""Whether what is drafted of incremental runs answers a recorded one as the API did."""

from __future__ import annotations

from collections import Counter

from contract.description.api import Api
from contract.errors import ContractError
from contract.recording.inference.draft import pages_in
from contract.recording.layout import increment_of
from contract.recording.played import Played, play
from contract.simulation.api import SimulatedApi
from contract.simulation.clock import VirtualClock
from contract.simulation.collection import Collection
from contract.simulation.network import Network, Runaway
from contract.simulation.wire import Wire
from contract.subject.building import Subject
from contract.subject.driving import drive
from contract.subject.incremental import OPTIONS
from contract.subject.observing import observe


def differs(subject: Subject, api: Api, full: Played) -> str | None:
    """Why the run beside ``full`` comes to something else where ``api`` is simulated with the recorded records.

    None where it does not; and where the connector makes another run today than the recorded one: then nothing can be compared.
    """
    run = _played(subject, full)
    if run is None or run.recording.since is None or not run.whole or run.recorded.unplayed or run.recorded.missed:
        return None
    stream, since = api.streams[full.stream], run.recording.since
    found = (pages_in(each) for each in (full, run))
    rows = [row for pages in found if pages is not None for page in pages.pages for row in page.rows]
    held = {stream.name_of(row): row for row in rows if isinstance(row, dict)}
    records = Collection([(name, row) for name, row in held.items() if name], stream.order)
    clock = VirtualClock(since.run_started_at.timestamp())
    network = Network(SimulatedApi(api, {full.stream: records}, clock).hosts, clock)
    most = 2 * len(run.sync.turns) + 10
    try:
        with observe(), clock.installed(), Wire(network):
            sync = drive(lambda: subject.build(full.stream, **OPTIONS), limit=most, call=since.call())
    except Runaway:
        return "it does not end there"
    if sync.error is not None:
        return f"there it raises {type(sync.error).__name__}: {sync.error}"
    if not sync.ended or Counter(sync.ids) != Counter(run.sync.ids):
        return f"there it brings {len(sync.ids)} records, recorded were {len(run.sync.ids)}"
    return None


def _played(subject: Subject, full: Played) -> Played | None:
    try:
        return None if full.increment is None else play(subject, full.stream, increment_of(full.path))
    except ContractError:
        raise
    except (Exception, Runaway):  # the connector's own, which clauses tell
        return None
