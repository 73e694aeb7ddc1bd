"""Ten typical failures, told: each story is compared with the one in stories/, which somebody has read aloud.

After a change that is meant, write them anew and read them: `python -m tests.report.test_stories`.
"""

from pathlib import Path

import pytest

from contract.description.connector import Contract
from contract.description.document import Document
from contract.judge import judge_contract
from contract.report.text import story_lines
from contract.results import Outcome
from tests.support.connectors import loaded

HERE = Path(__file__).parent
DEFECTS = HERE.parent / "defects"
STORIES = {
    "pagination/drops_the_last_page": "pagination.complete",
    "pagination/stops_on_a_short_page": "pagination.short_pages",
    "field/state_02": "pagination.resume",
    "pagination/asks_a_stuck_cursor_for_ever": "pagination.stuck_cursor",
    "retry/does_not_retry_on_502": "retry.transient_status",
    "integrity/takes_a_missing_key_for_an_empty_page": "integrity.missing_records_key",
    "security/compares_the_beginning_of_a_link": "security.off_origin",
    "auth/never_refreshes": "auth.oauth_refresh",
    "records/pushes_integers_through_floats": "records.payload",
    "incremental/drops_the_bound_on_page_two": "incremental.window",
}


def told(defect: str, clause: str) -> str:
    file = DEFECTS / f"{defect}.py"
    contract = Contract.model_validate(loaded(file).CONTRACT | {"source": f"{file}:Source"})
    results = judge_contract(Document(file, contract), clauses=[clause])
    broken = next(result for result in results if result.outcome is Outcome.FAILED)
    return "\n".join(story_lines(broken)) + "\n"


@pytest.mark.parametrize(("defect", "clause"), STORIES.items())
def test_a_failure_is_told_as_it_was_read(defect, clause):
    """The minimal sync, what was expected, what it costs, how it is put right."""
    assert told(defect, clause) == (HERE / "stories" / f"{clause}.txt").read_text("utf-8")


if __name__ == "__main__":
    (HERE / "stories").mkdir(exist_ok=True)
    for defect, clause in STORIES.items():
        (HERE / "stories" / f"{clause}.txt").write_text(told(defect, clause), "utf-8")
