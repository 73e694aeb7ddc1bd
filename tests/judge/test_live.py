"""Live evidence: what is real changes, and need not keep an order, which is no connector's fault."""

import textwrap
from pathlib import Path

import pytest

from contract.judge import check
from contract.results import Outcome

SOURCE = """
    import itertools
    import uuid

    from bizon.source.config import SourceConfig
    from bizon.source.models import SourceIteration, SourceRecord
    from bizon.source.source import AbstractSource

    TURNS = itertools.count()


    class Source(AbstractSource):
        '''Three rows, in another order each time, and behind them one that is new.'''

        @staticmethod
        def streams():
            return ["rows"]

        @staticmethod
        def get_config_class():
            return SourceConfig

        def get_authenticator(self):
            return None

        def check_connection(self):
            return True, None

        def get_total_records_count(self):
            return None

        def get(self, pagination=None):
            turn = next(TURNS)
            rows = [{"row": (number + turn) % 3} for number in range(3)] + [{"row": 3 + turn}]
            return SourceIteration(next_pagination={}, records=[SourceRecord(id=ID, data=row) for row in rows])
"""


@pytest.mark.parametrize(
    ("id_text", "outcome"),
    [
        ('str(row["row"])', Outcome.PASSED),
        ("uuid.uuid4().hex", Outcome.FAILED),
        ("str(rows.index(row))", Outcome.FAILED),
    ],
)
def test_ids_are_compared_by_what_a_record_holds(tmp_path: Path, id_text: str, outcome: Outcome):
    """Not by its place, which is another one each time."""
    verdicts = judged(tmp_path, id_text)
    assert verdicts["records.stable_ids"].outcome is outcome


def test_a_first_page_that_is_never_the_same_is_not_judged(tmp_path: Path):
    """Whether `get()` and `get({})` ask for the same cannot be seen from what they return."""
    found = judged(tmp_path, 'str(row["row"])')["pagination.first_page"]
    assert (found.outcome, found.message) == (
        Outcome.SKIPPED,
        "nothing to judge: get({}) returns another page each time it is asked",
    )


def judged(folder: Path, id_text: str):
    source = textwrap.dedent(SOURCE).replace("id=ID", f"id={id_text}")
    (folder / "source.py").write_text(source)
    (folder / "contract.yml").write_text("source: source.py:Source\nconfig: {name: rows}\n")
    report = check(folder / "contract.yml", live=True, clauses=["records.stable_ids", "pagination.first_page"])
    return {result.clause: result for result in report.results}
