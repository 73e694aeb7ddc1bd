"""A failing case is written and read again as the same one, whatever clause it belongs to."""

import json

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from contract.clauses import CHAPTERS
from contract.strategies import Case, Limits, from_json, to_json

CLAUSES = [clause for chapter in CHAPTERS for clause in chapter.clauses]
LIMITS = [
    Limits("cursor", 1, 250, has_more=True, optional=("more", "total"), empty=("absent", "null")),
    Limits("offset", 20, 20, depth_cap=100),
    Limits("next_url"),
    Limits("link_header", short_page_is_last=True),
    Limits("none", 20, 20),
]


@pytest.mark.parametrize("clause", CLAUSES, ids=lambda clause: clause.id)
def test_every_enumerated_case_is_read_as_it_was_written(clause):
    """Through JSON text; faults and notes are those of the clause."""
    for limits in LIMITS:
        cases = list(clause.over.enumerate(limits))
        for case in cases:
            assert repr(from_json(json.loads(json.dumps(to_json(case))), cases)) == repr(case)


@pytest.mark.parametrize("clause", [each for each in CLAUSES if each.over.draw], ids=lambda clause: clause.id)
def test_every_drawn_case_is_read_as_it_was_written(clause):
    """What Hypothesis draws has the faults and notes that are enumerated."""

    @settings(max_examples=8, database=None)
    @given(st.sampled_from(LIMITS).flatmap(lambda limits: st.tuples(st.just(limits), clause.over.draw(limits))))
    def holds(drawn: tuple[Limits, Case]) -> None:
        limits, case = drawn
        read = from_json(json.loads(json.dumps(to_json(case))), clause.over.enumerate(limits))
        assert repr(read) == repr(case)

    holds()


@pytest.mark.parametrize(
    "data", [{"rules": [{"fault": "Gone()"}]}, {"note": "'gone'"}, {"manners": {"gone": 1}}, {"gone": 1}]
)
def test_what_the_clause_no_longer_makes_is_said(data):
    """A case of an older release is refused, and not taken for another one."""
    with pytest.raises(LookupError, match="no such case any more"):
        from_json(data, [Case()])
