"""The runs of a trial hand a connector what bizon's own producer, with its own backend, hands it."""

import datetime as dt
import threading
from contextlib import closing
from pathlib import Path
from types import SimpleNamespace

import pytest
from bizon.engine.backend.adapters.sqlalchemy.backend import SQLAlchemyBackend
from bizon.engine.backend.adapters.sqlalchemy.config import SQLiteConfigDetails
from bizon.engine.backend.config import BackendTypes
from bizon.engine.backend.models import JobStatus
from bizon.engine.pipeline.models import PipelineReturnStatus
from bizon.engine.pipeline.producer import Producer

from contract.clauses.incremental import window
from contract.description.connector import Contract
from contract.description.document import Document
from contract.docket import Docket
from contract.planning import Item
from contract.results import Evidence
from contract.strategies import Case, Limits
from contract.trial import Runs, Told

EPOCH = dt.datetime(1970, 1, 1)
SOURCE = '''
from bizon.source.config import SourceConfig
from bizon.source.models import SourceIteration
from bizon.source.source import AbstractSource


class Source(AbstractSource):
    """A page without records for each state that the test says; what it is given is heard."""

    states = ()
    heard = []
    stops = None

    @staticmethod
    def streams():
        return ["things"]

    @staticmethod
    def get_config_class():
        return SourceConfig

    def get_authenticator(self):
        return None

    def check_connection(self):
        return True, None

    def get_total_records_count(self):
        return None

    def page(self, pagination, given):
        self.heard.append((pagination, given))
        number = pagination.get("page", 0)
        if Source.stops:
            Source.stops()
        return SourceIteration(
            next_pagination={"page": number + 1} if number + 1 < len(Source.states) else {},
            records=[],
            next_state=Source.states[number],
        )

    def get(self, pagination=None):
        return self.page(pagination, None)

    def get_records_after(self, source_state, pagination=None):
        return self.page(pagination, source_state)
'''
CONTRACT = {
    "source": "source.py:Source",
    "config": {"name": "scripted", "cursor_field": "changed"},
    "api": {
        "base_url": "https://scripted.test",
        "streams": {
            "things": {
                "path": "/things",
                "records": "data",
                "paging": {"style": "cursor", "send": "c", "next": "n"},
                "incremental": {"send": "since", "field": "changed"},
            }
        },
    },
}
SCRIPT = [
    ("whole", ({"full": 1}, None)),
    ("whole", ({"n": 1}, None)),
    ("whole", (None, None)),
    ("whole", ({"n": 2}, {"n": [3, {"deep": None}]})),
    ("interrupted", ({"n": 4}, None)),
    ("whole", (None, {"n": 5})),
    ("interrupted", (None, {"n": 6})),
    ("whole", (None, {})),
    ("whole", (None, None)),
]


class Queue:
    config = SimpleNamespace(max_nb_messages=10**6, max_bytes=None)

    def connect(self):
        pass

    def put(self, **message):
        return 0

    def get_size(self):
        return 0

    def terminate(self, **signal):
        pass


class Bizon:
    """bizon's producer and backend; what its runner and consumer do to a job is done here."""

    def __init__(self, folder, source_class):
        self.source_class = source_class
        details = SQLiteConfigDetails(database=str(folder / "backend"), schema="bizon", syncCursorInDBEvery=2)
        self.backend = SQLAlchemyBackend(details, BackendTypes.SQLITE)
        self.backend.create_all_tables()

    def close(self):
        """bizon leaves the session and the pool behind it open, and so the file."""
        self.backend.session.close()
        self.backend.session.get_bind().dispose()

    def produce(self, job, **options):
        asked = {"name": "scripted", "stream": "things", "cursor_field": "changed", "sync_mode": "incremental"}
        config = self.source_class.get_config_class()(**asked, **options)
        stop = threading.Event()
        self.source_class.stops = stop.set if options.pop("killed", False) else None
        whole = SimpleNamespace(source=config, job_name="scripted")
        return Producer(whole, Queue(), self.source_class(config), self.backend).run(job.id, stop)

    def job(self):
        names = {"name": "scripted", "source_name": "scripted", "stream_name": "things"}
        return self.backend.create_stream_job(**names, sync_mode="incremental"), names

    def run(self, kind):
        job, names = self.job()
        if kind == "interrupted":
            assert self.produce(job, killed=True) is PipelineReturnStatus.KILLED_BY_RUNNER
            self.backend.create_destination_cursor(
                job.id, **names, destination_name="file", from_source_iteration=0, to_source_iteration=0,
                rows_written=0, success=True, pagination={"page": 1},
            )  # fmt: skip
        options = {"max_iterations": 1} if kind == "cut short" else {}
        assert self.produce(job, **options) is PipelineReturnStatus.SUCCESS
        self.backend.update_stream_job_status(job.id, JobStatus.SUCCEEDED)
        return job


def told(heard, started):
    """What a connector was given, with runs in place of their times."""
    runs = {at.replace(tzinfo=None): number for number, at in enumerate(started)}

    def of(given):
        if given is None:
            return None
        zones = {at.utcoffset().total_seconds() for at in (given.last_run, given.run_started_at)}
        began = [runs[at.replace(tzinfo=None)] for at in (given.last_run, given.run_started_at)]
        return began, given.state, given.cursor_field, zones

    return [(pagination, of(given)) for pagination, given in heard]


@pytest.fixture
def docket(tmp_path: Path):
    (tmp_path / "source.py").write_text(SOURCE, "utf-8")
    return Docket(Document(tmp_path / "contract.yml", Contract.model_validate(CONTRACT)))


def by_trial(docket, source_class):
    source_class.heard = heard = []
    with docket.trial(Item(window, "things"), Evidence.API, "things", Case(0), Told(), Limits("cursor")) as trial:
        runs = Runs(trial)
        for kind, source_class.states in SCRIPT:
            runs.later()
            if kind == "interrupted":
                runs.run_interrupted(1, resumed=True)
            else:
                runs.run()
    return told(heard, [EPOCH + dt.timedelta(microseconds=run.started // 1000) for run in runs.runs])


@pytest.fixture
def bizon(docket, tmp_path: Path):
    with closing(Bizon(tmp_path, docket.subject.source_class)) as bizon:
        yield bizon


def by_bizon(bizon):
    source_class = bizon.source_class
    source_class.heard = heard = []
    started = []
    for kind, source_class.states in SCRIPT:
        started.append(bizon.run(kind).created_at)
    return told(heard, started)


def test_a_connector_is_given_what_bizon_gives_it(docket, bizon):
    """last_run, state, cursor_field, run_started_at and pagination are the same in every call of nine runs."""
    source_class = docket.subject.source_class
    given = by_trial(docket, source_class)
    assert len(given) == 2 * len(SCRIPT)
    assert given == by_bizon(bizon)


def test_bizon_takes_a_run_that_is_cut_short_for_a_success(bizon):
    """With max_iterations the rest of a run is left, and the next run is told to begin where this one began."""
    source_class = bizon.source_class
    source_class.heard, source_class.states = [], ({"n": 1}, {"n": 2}, {"n": 3})
    source_class.stops = None
    bizon.run("whole")
    cut_short = bizon.run("cut short")
    bizon.run("whole")
    assert [pagination.get("page", 0) for pagination, _ in source_class.heard] == [0, 1, 2, 0, 1, 0, 1, 2]
    given = source_class.heard[-1][1]
    assert given.last_run.replace(tzinfo=None) == cut_short.created_at.replace(tzinfo=None)
    assert given.state == {"n": 2}
