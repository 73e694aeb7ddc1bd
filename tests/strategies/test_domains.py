"""Domains: boundaries are enumerated, not hoped for; the rest is drawn within the connector's limits."""

from __future__ import annotations

from dataclasses import replace

import pytest
from hypothesis import strategies as st

from contract.simulation.faults import CutShort, Lost, Reset, Status
from contract.simulation.manners import Manners
from contract.strategies import (
    Case,
    Domain,
    Limits,
    boundaries,
    crossed,
    empty,
    once,
    page_count,
    rich,
    several,
    variations,
)
from contract.strategies.domains import seeds
from tests.support.drawing import assert_all_examples, find_any, minimal

CHOSEN = Limits("cursor", 1, 250)
FIXED = Limits("offset", 20, 20)
AT_LEAST_TEN = Limits("page", 10, 100)
WHOLE = Limits("none", 20, 20)
ONE = Limits("page", 1, 1)
ALL = {"chosen": CHOSEN, "fixed": FIXED, "at least ten": AT_LEAST_TEN, "none": WHOLE, "one": ONE}
DOMAINS = {"boundaries": boundaries, "once": once, "several": several, "empty": empty, "rich": rich}

every_limits = pytest.mark.parametrize("limits", ALL.values(), ids=ALL)


def sizes(limits: Limits) -> set[tuple[int, int]]:
    """The page sizes and collection sizes that are always tried."""
    return {(case.page_size, case.size) for case in boundaries.enumerate(limits)}


def test_boundaries_of_a_page_size_that_can_be_chosen() -> None:
    """For small page sizes every collection size around each of three pages is tried: none, one, one less, one more."""
    found = sizes(CHOSEN)
    for size in (1, 2, 3, 5):
        around = {0, 1, size - 1, size, size + 1, 2 * size - 1, 2 * size, 2 * size + 1, 3 * size + 1}
        assert {(size, count) for count in around} <= found


def test_boundaries_of_the_largest_page_size() -> None:
    """The largest page is tried with one record more than it holds."""
    assert (250, 251) in sizes(CHOSEN)
    assert (100, 101) in sizes(AT_LEAST_TEN)


def test_boundaries_of_a_fixed_page_size() -> None:
    """Where the page size cannot be chosen, collections around one and two pages of it are tried."""
    assert sizes(FIXED) == {(20, count) for count in (0, 1, 19, 20, 21, 39, 40, 41)}
    assert sizes(ONE) == {(1, count) for count in (0, 1, 2, 3)}


def test_boundaries_of_a_stream_without_pages() -> None:
    """Where everything comes in one answer, nothing, one record and many are tried."""
    assert {0, 1, 41} <= {count for _, count in sizes(WHOLE)}


@every_limits
@pytest.mark.parametrize("domain", DOMAINS.values(), ids=DOMAINS)
def test_cases_keep_to_the_limits(domain: Domain, limits: Limits) -> None:
    """No case, enumerated or drawn, asks for a page size that the connector cannot be given."""

    def kept(case: Case) -> bool:
        return limits.smallest <= case.page_size <= limits.largest and case.size >= 0

    enumerated = list(domain.enumerate(limits))
    assert enumerated
    assert all(map(kept, enumerated))
    assert len(set(map(repr, enumerated))) == len(enumerated)
    if domain.draw is not None:
        assert_all_examples(domain.draw(limits), kept, 60)


@every_limits
def test_enumerated_cases_hold_real_records(limits: Limits) -> None:
    """Every enumerated case has a seed, so that its records differ from each other."""
    assert all(case.seed for case in boundaries.enumerate(limits))


def test_drawn_cases_meet_every_boundary() -> None:
    """Drawing finds empty collections, full last pages and short ones."""
    drawn = boundaries.draw
    assert drawn is not None
    for wanted in (
        lambda case: case.size == 0,
        lambda case: case.size == 2 * case.page_size,
        lambda case: case.size == 2 * case.page_size + 1,
        lambda case: case.seed > 100,
    ):
        find_any(drawn(CHOSEN), wanted)


def test_drawn_cases_shrink_to_the_smallest_sync() -> None:
    """The simplest case with a second page is two records, one a page."""
    drawn = boundaries.draw
    assert drawn is not None
    assert minimal(drawn(CHOSEN), lambda case: page_count(case, CHOSEN) > 1) == Case(2, 1, 0)


def test_several_pages_are_several() -> None:
    """Cases of several pages have two at least and four at most."""
    assert several.draw is not None
    assert_all_examples(several.draw(CHOSEN), lambda case: 2 <= page_count(case, CHOSEN) <= 4, 60)
    assert [page_count(case, CHOSEN) for case in several.enumerate(CHOSEN)] == [3]


@pytest.mark.parametrize(
    ("size", "page_size", "limits", "pages"),
    [(0, 2, CHOSEN, 1), (1, 2, CHOSEN, 1), (2, 2, CHOSEN, 1), (3, 2, CHOSEN, 2), (100, 20, WHOLE, 1)],
)
def test_the_number_of_pages(size: int, page_size: int, limits: Limits, pages: int) -> None:
    """A sync has as many pages as its records fill, one at least, and one where there is no paging."""
    assert page_count(Case(size, page_size), limits) == pages


# -- faults

GONE = Status(503)


def hits(limits: Limits, domain: Domain = once) -> set[tuple[str, str | None, int]]:
    """Phase, kind and number of the requests that are hit."""
    found = domain.hit_by(GONE).enumerate(limits)
    return {(rule.phase or "", rule.kind, rule.at) for case in found for rule in case.rules}


def test_a_fault_hits_every_request_in_turn() -> None:
    """The check, the count, and the first, middle and last page are each hit, one a case."""
    wanted = {("check", None, 0), ("count", None, 0), *(("sync", "list", page) for page in range(3))}
    assert hits(CHOSEN) == hits(FIXED) == wanted
    assert all(len(case.rules) == 1 for case in once.hit_by(GONE).enumerate(CHOSEN))


def test_a_fault_hits_the_only_page() -> None:
    """Without pages there is one request of the sync to hit."""
    assert hits(WHOLE) == {("check", None, 0), ("count", None, 0), ("sync", "list", 0)}


def test_the_phase_of_the_fault_is_what_is_driven() -> None:
    """A case says which phase its fault is in, so that a clause drives that one."""
    assert all(case.phase == case.rules[0].phase for case in once.hit_by(GONE).enumerate(CHOSEN))
    assert {case.phase for case in once.hit_by(GONE, phases=["check"]).enumerate(CHOSEN)} == {"check"}


def test_every_fault_is_tried() -> None:
    """Several faults make as many cases as one, each."""
    one, two = (list(once.hit_by(*faults).enumerate(CHOSEN)) for faults in ((GONE,), (GONE, Lost(Reset))))
    assert len(two) == 2 * len(one)
    assert {case.rules[0].fault for case in two} == {GONE, Lost(Reset)}


def test_quick_tries_the_cross() -> None:
    """Profile quick tries every fault on the second page and the first fault everywhere; the others try all pairs."""
    domain = once.hit_by(GONE, Lost(Reset), CutShort(0.5))
    quick, all_of_them = list(domain.of(CHOSEN, "quick")), list(domain.of(CHOSEN, "standard"))
    assert all_of_them == list(domain.enumerate(CHOSEN))
    assert (len(quick), len(all_of_them)) == (7, 15)
    assert {case.rules[0].fault for case in quick} == {GONE, Lost(Reset), CutShort(0.5)}
    assert hits(CHOSEN) == {(case.phase, case.rules[0].kind, case.rules[0].at) for case in quick}


def test_the_cross_without_the_telling_place() -> None:
    """Where there is no second page, or no sync, every kind is tried at the last place there is."""
    at_check = once.hit_by(GONE, Lost(Reset), phases=["check"])
    assert list(at_check.of(CHOSEN, "quick")) == list(at_check.enumerate(CHOSEN))
    assert [kept for *_, kept in crossed("ab", [0, 1], telling=7)] == [True, True, False, True]


def test_what_quick_leaves_out_stays_out() -> None:
    """A variation of a case that quick leaves out is left out, whatever is said of the variation."""
    left_out = Case().kept_in_quick(False)
    assert not left_out.kept_in_quick(True).in_quick
    assert not left_out.under(cap=1).in_quick
    assert repr(left_out) == repr(Case())
    assert {case.page_size for case in boundaries.of(CHOSEN, "quick")} < {
        case.page_size for case in boundaries.of(CHOSEN, "standard")
    }


def test_among_many_where_handlers_lead_from_one_to_the_other() -> None:
    """One case more, of as many records as every other stream holds; none where nothing is asked on the way."""
    domain = once.among(24)
    assert list(domain.enumerate(WHOLE)) == list(once.enumerate(WHOLE))
    *plain, many = domain.enumerate(replace(WHOLE, steps=1))
    assert plain == list(once.enumerate(WHOLE))
    assert (many.size, many.manners.bystanders) == (24, 24)


def test_a_lasting_fault() -> None:
    """A fault may last for some requests, or for ever."""
    for times in (3, None):
        assert {case.rules[0].times for case in once.hit_by(GONE, times=times).enumerate(CHOSEN)} == {times}


def test_drawn_cases_are_hit_too() -> None:
    """What is drawn has a fault as well, also on the last page."""
    struck = several.hit_by(GONE).draw
    assert struck is not None
    assert_all_examples(struck(CHOSEN), lambda case: len(case.rules) == 1, 40)
    find_any(struck(CHOSEN), lambda case: case.phase == "sync" and case.rules[0].at == page_count(case, CHOSEN) - 1)


# -- variations


def test_variations_change_the_manners() -> None:
    """Each case is tried under each set of manners."""
    domain = once.each(variations({"cap": 1}, {"last_link": "empty"}))
    assert [case.manners for case in domain.enumerate(CHOSEN)] == [Manners(cap=1), Manners(last_link="empty")]
    assert domain.draw is None


def test_a_domain_without_cases_draws_none() -> None:
    """Where nothing applies to a stream, nothing is enumerated and nothing is drawn."""
    nothing = several.each(lambda case, limits: [case] if limits.by_token else [])
    assert nothing.draw is not None
    assert list(nothing.enumerate(FIXED)) == []
    assert nothing.draw(FIXED).is_empty
    assert not nothing.draw(CHOSEN).is_empty


def test_a_case_in_words() -> None:
    """A case tells its sizes, what is unusual of the API, and its faults."""
    case = Case(5, 2).under(cap=1).hit_by(GONE, 2).hit_by(Lost(Reset), 0, None, "check")
    assert (
        str(case) == "5 records, 2 a page; cap 1; 503 at sync request 2; connection reset at check request 0 and after"
    )
    assert str(Case(1, 1)) == "1 records, 1 a page"


def test_cases_are_values() -> None:
    """A case never changes: what is hit or varied is another one."""
    case = Case()
    case.hit_by(GONE)
    case.under(cap=1)
    assert case == Case()
    assert hash(case) == hash(Case())


def test_seeds_start_at_zero() -> None:
    """The simplest seed is 0, whose records are plain."""
    assert minimal(seeds) == 0
    assert isinstance(seeds, st.SearchStrategy)


@pytest.mark.parametrize(("wanted", "got"), [(1, 10), (10, 10), (50, 50), (500, 100)])
def test_page_sizes_are_as_near_as_can_be(wanted: int, got: int) -> None:
    """A small page is as small as the connector allows."""
    assert AT_LEAST_TEN.small(wanted) == got


def test_variations_are_tried_where_their_domain_is() -> None:
    """A domain of variations keeps what is said of the one that it is made of."""
    dear = replace(once, least="standard", dear=True, beyond_cap=True)
    varied = dear.each(lambda case, limits: [case])
    assert (varied.least, varied.dear, varied.beyond_cap) == ("standard", True, True)
