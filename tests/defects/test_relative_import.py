"""A relative import, which no file that is loaded by its path can hold: so its class is named by its module."""

from pathlib import Path

import pytest

from contract.description.connector import Contract
from contract.description.document import Document
from contract.errors import SubjectLoadError
from contract.judge import judge_contract
from contract.results import Outcome
from tests.good.offset_requests import CONTRACT

FILE = Path(__file__).parent / "interface" / "imports_relatively" / "_connector.py"
MODULE = "tests.defects.interface.imports_relatively._connector"


def judged(source):
    return judge_contract(Document(FILE, Contract.model_validate(CONTRACT | {"source": source})))


def test_bizon_does_not_find_what_imports_relatively():
    """The connector works as a part of its package; bizon's discovery fails, and nothing else."""
    results = judged(f"{MODULE}:Source")
    assert {result.clause for result in results if result.outcome is Outcome.FAILED} == {"interface.discovery"}
    assert not [result for result in results if result.outcome is Outcome.ERROR]


def test_a_file_that_imports_relatively_cannot_be_loaded_by_its_path():
    """The error says what to write in its place."""
    with pytest.raises(SubjectLoadError, match="import absolutely"):
        judged(f"{FILE}:Source")
