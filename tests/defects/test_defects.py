"""Every clause is shown something that it must reject, and rejects nothing else."""

from pathlib import Path

import pytest

from contract.results import Outcome
from tests.support.connectors import ALL, broken, loaded

HERE = Path(__file__).parent
FILES = sorted(path for path in HERE.rglob("*.py") if not path.name.startswith(("_", "test_")))


PARTS = 6
"""The clauses that a defect has to break are judged on each; of the others a sixth, on its neighbours the other ones.
`make defects` judges all of them on all."""


def clauses_for(file):
    """Those that it names, and every sixth other one."""
    others = {clause.id for number, clause in enumerate(ALL) if number % PARTS == FILES.index(file) % PARTS}
    return sorted(others | loaded(file).BREAKS)


@pytest.mark.parametrize("file", FILES, ids=lambda file: str(file.relative_to(HERE).with_suffix("")))
def test_a_defect_is_caught_by_its_clauses(file):
    """The named clauses fail, and no others but the listed consequences: of those, a sixth is looked at here."""
    module = loaded(file)
    found = broken(file, clauses_for(file))
    assert not [result for result in found.values() if result.outcome is Outcome.ERROR]
    assert found.keys() >= module.BREAKS, "a defect that its clause does not catch"
    assert found.keys() <= module.BREAKS | module.MAY_BREAK, "a clause that cries wolf"


def test_every_clause_has_a_defect():
    """Each clause of the contract is named by a defect that it has to catch."""
    assert {clause.id for clause in ALL} <= {name for file in FILES for name in loaded(file).BREAKS}
