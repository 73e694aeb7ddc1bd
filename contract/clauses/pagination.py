"""Every record arrives once, the stream ends, and every checkpoint resumes."""

from __future__ import annotations

import copy
import json
from collections.abc import Iterable, Sequence
from contextlib import nullcontext
from dataclasses import replace
from itertools import pairwise
from typing import TYPE_CHECKING, Any
from urllib.parse import urljoin, urlsplit

from hypothesis import strategies as st

from contract.clauses._clause import chapter, clause
from contract.description.places import MISSING, look_up
from contract.messages import Request
from contract.results import Evidence, Severity
from contract.simulation.api import wire_text
from contract.simulation.faults import Status, html
from contract.simulation.network import Call
from contract.strategies import Case, Domain, Limits, boundaries, empty, once, page_count, several
from contract.trial import Trial, shown

if TYPE_CHECKING:  # it imports bizon, which planning does without
    from contract.subject.driving import Sync

MUST, SHOULD = Severity.MUST, Severity.SHOULD
API, DRAFT, REPLAY, LIVE = Evidence.API, Evidence.DRAFT, Evidence.REPLAY, Evidence.LIVE

LARGEST_CHECKPOINT = 64 * 1024
"""Bytes of a pagination as JSON; bizon stores one in a database row for every checkpoint."""

MANY, FEW = 1000, 3
"""Records of each list on the way to a stream, each of which a checkpoint may name; and the pages of such a stream that are read."""

NASTY = 'a+b/c=d&e%f#g h?"\\é'
"""Characters that break a query built by hand."""


@clause(
    MUST,
    API,
    DRAFT,
    REPLAY,
    over=boundaries,
    cost="Records that the API holds never reach the destination, or reach it twice.",
    fix="Follow the API's own position to its own end signal; never compute a next page that the API did not announce.",
)
def complete(trial: Trial) -> None:
    """Every record is delivered exactly once, in API order, for every collection size (0, 1, size-1, size, size+1, many) and every page size."""
    sync = trial.sync()
    if trial.evidence is REPLAY:
        _need_the_same_records(trial, sync)
        trial.expect_finished(sync)
        unasked = list(trial.world.unasked)
        trial.expect(not unasked, f"{len(unasked)} records that were recorded are not asked for: {_few(unasked)}")
    trial.expect_delivered(sync)
    trial.judged(records=len(sync.records), pages=len(sync.turns))


def _need_the_same_records(trial: Trial, sync: Sync) -> None:
    """Go on only where the recorded records are those that the connector has to deliver, as far as can be seen."""
    held = trial.world.collection.held
    names = [trial.stream.name_of(each.data) for each in held]
    trial.need(None not in names, "which key of a record is its id, the recording does not show")
    trial.need(len(set(names)) == len(names), "the recording holds a record twice")
    came = set(trial.keys(sync.records))
    _need_unmarked(
        trial, [each.data for each in held if each.id not in came], [each.data for each in held if each.id in came]
    )


def _need_unmarked(trial: Trial, lost: Sequence[Any], kept: Sequence[Any], what: str = "records") -> None:
    """Go on only where what is ``lost`` has no value that tells it from what is ``kept``."""
    for key in dict.fromkeys(key for each in (*lost, *kept) for key in each) if lost and kept else ():
        value = lost[0].get(key, MISSING)
        marks = value in (MISSING, None, True, False) or (isinstance(value, str) and len(lost) > 1)
        if marks and all(each.get(key, MISSING) == value for each in lost):
            mark = f"that have no {key}" if value is MISSING else f"whose {key} is {value!r}"
            trial.need(
                any(each.get(key, MISSING) == value for each in kept),
                f"the connector leaves out the {what} {mark}: whether it should, a description says",
            )


@clause(
    MUST,
    API,
    REPLAY,
    LIVE,
    over=boundaries,
    needs_sync=False,
    cost="The sync hangs: it asks the API for ever and never finishes.",
    fix="Return an empty dict as next_pagination when the API says that there is no more.",
)
def terminates(trial: Trial) -> None:
    """The stream ends after the last page with an empty dict, within pages+1 list requests."""
    sync = trial.sync()
    for number, turn in enumerate(sync.turns, start=1):
        trial.need(not turn.problem or "JSON" not in turn.problem, "a pagination is not JSON: see pagination.json_safe")
        trial.need(not turn.problem or number > 1, "see interface.dispatch")
        trial.expect(
            turn.problem is None,
            f"get() number {number} {turn.problem}; the end is a SourceIteration with an empty dict",
        )
    trial.need(sync.error is None, f"the sync raised {shown(sync.error)}: see pagination.complete")
    trial.need(trial.evidence is not LIVE or sync.ended, f"the stream is longer than {len(sync.turns)} pages")
    trial.expect(
        sync.ended, f"after {len(sync.turns)} calls of get() for {trial.case} there is still a next_pagination"
    )
    last = sync.turns[-1].next_pagination
    trial.expect(last == {}, f"the last next_pagination is {last!r}, not an empty dict")
    if trial.evidence is API:
        asked, pages = len(trial.calls("sync", "list")), _pages_served(trial)
        trial.expect(asked <= pages + 1, f"{asked} list requests for {pages} pages; at most {pages + 1} are needed")
    trial.judged(ends=1)


@clause(
    MUST,
    API,
    DRAFT,
    over=empty,
    cost="A stream without records fails, hangs, or delivers something that is not there.",
    fix="Read the records of an empty page as an empty list and end the stream there.",
)
def empty_collection(trial: Trial) -> None:
    """No records: one iteration, no records, empty next_pagination."""
    sync = trial.sync()
    trial.expect_finished(sync)
    trial.expect(not sync.records, f"{len(sync.records)} records came from a stream that has none")
    trial.expect(len(sync.turns) == 1, f"{len(sync.turns)} iterations for a stream without records, not one")
    trial.judged(iterations=1)


@clause(
    MUST,
    API,
    REPLAY,
    LIVE,
    cost="The first page is skipped or the sync crashes, depending on how it is started.",
    fix="Treat None and {} alike: `if not pagination:` is the first page.",
)
def first_page(trial: Trial) -> None:
    """`get()`, `get(None)` and `get({})` all ask for the first page and answer alike."""
    wanted, request = None, None
    if trial.evidence is LIVE:  # not all that is real keeps an order
        one, two = (trial.keys(trial.turn(trial.source(), {}).records) for _ in range(2))
        trial.need(one == two, "get({}) returns another page each time it is asked")
    for how, given in (("get({})", {}), ("get(None)", None), ("get()", ...)):
        # Each in a world in which nothing has happened: the second job that an API starts has another address than the first.
        with nullcontext() if trial.evidence is LIVE else trial.elsewhere():
            source = trial.source()
            turn = trial.turn(source, given) if given is not ... else trial.turn_without_arguments(source)
            trial.expect(turn.error is None, f"{how} raised {shown(turn.error)}")
            # Sorted: threads that ask at once do so in any order.
            asked = sorted(_asked_for(call.request) for call in trial.calls("sync", "list"))
            came = (trial.in_order(trial.keys(turn.records)), turn.next_pagination)
            if wanted is None:
                wanted, request = came, asked
            trial.expect(asked == request, f"{how} asks {asked}, get({{}}) asks {request}")
            trial.expect(came == wanted, f"{how} returned {came}, get({{}}) returned {wanted}")
            trial.judged(calls=1)


def _short_pages(limits: Limits) -> Iterable[Case]:
    if not limits.short_pages:
        return
    for size in (2, 3):
        page_size = limits.small(size)
        base = Case(size=page_size + 1, page_size=page_size, seed=1)
        yield base.under(cap=max(1, page_size - 1))
        yield base.under(lengths=(1, page_size, 1))
        yield replace(base, size=2 * page_size + 1).under(lengths=(page_size, 1, page_size))


def _random_lengths(limits: Limits) -> st.SearchStrategy[Case]:
    if not limits.short_pages:
        return st.nothing()
    page_size = limits.small(4)
    lengths = st.lists(st.integers(1, page_size), min_size=1, max_size=6).map(tuple)
    return st.builds(
        lambda size, seed, lengths: Case(size, page_size, seed).under(lengths=lengths),
        st.integers(1, 3 * page_size),
        st.integers(0, 99),
        lengths,
    )


@clause(
    MUST,
    API,
    DRAFT,
    over=Domain(_short_pages, _random_lengths),
    cost="Records behind a page that is shorter than asked are skipped, or never asked for.",
    fix="Advance by the number of records that came, and end on the API's own signal, not on a short page.",
)
def short_pages(trial: Trial) -> None:
    """A server that returns fewer records than asked (its own cap, or at random) costs no record."""
    sync = trial.sync()
    short = [call for call in _pages(trial) if len(call.ids) < trial.case.page_size and not call.last]
    trial.expect_delivered(sync)
    trial.judged(short_pages=len(short))


def _empty_midway(limits: Limits) -> Iterable[Case]:
    if limits.pages:
        page_size = limits.small(2)
        base = Case(size=2 * page_size + 1, page_size=page_size, seed=1)
        for lengths in ((page_size, 0), (0,), (page_size, 0, 0)) if limits.by_token else ():
            yield base.under(lengths=lengths)
        yield replace(base, note="emptied")


@clause(
    MUST,
    API,
    DRAFT,
    over=Domain(_empty_midway),
    cost="Everything behind a page that filters left empty is lost; or a sync fails, or goes on for ever, because records were deleted under way.",
    fix="End on the API's own signal; a page without records is a page like any other.",
)
def empty_page_midway(trial: Trial) -> None:
    """An empty page that says there is more is followed; an empty page that says it is the last ends the stream."""
    emptied = trial.case.note == "emptied"
    if emptied:  # behind the first page: what it announced is deleted before it is asked for, and more than that
        trial.world.api.served = lambda stream: _delete_all_but_one(trial)
    held = trial.held
    sync = trial.sync()
    pages = _pages(trial)
    if emptied and getattr(trial.stream.paging, "past_end", "empty") == "not_found":
        # 404 for a page that was announced: whether that is the end, or a mistake to be loud about, the API does not say
        trial.need(sync.error is None, "the page behind the deleted records is 404, and the sync raises")
    there = {*held[:1], *pages[0].ids} if emptied and pages else held  # the first page may be one of another thread's
    trial.expect_delivered(sync, [name for name in held if name in there])
    trial.judged(empty_pages=sum(1 for page in pages if not page.ids))


def _delete_all_but_one(trial: Trial) -> None:
    for name in trial.held[1:]:
        trial.world.collection.delete(name)


@clause(
    MUST,
    API,
    REPLAY,
    LIVE,
    over=several,
    cost="After a crash the sync starts over, skips a page or fails, although bizon stored a checkpoint.",
    fix="Put everything that the next page needs into next_pagination, and read it from nowhere else.",
)
def resume(trial: Trial) -> None:
    """From every checkpoint: pagination -> JSON -> back, a new instance, `get()`: exactly the remaining records."""
    whole = trial.sync()
    trial.need(whole.error is None and whole.ended, "the undisturbed sync does not end: see pagination.complete")
    delivered = 0
    for turn in whole.turns[:-1]:
        delivered += len(turn.records)
        rest = trial.sync(first=turn.next_pagination)
        trial.expect_finished(rest)
        wanted = trial.in_order(trial.keys(whole.records)[delivered:])
        came = trial.in_order(trial.keys(rest.records))
        trial.expect(
            came == wanted,
            f"resumed after {delivered} records from {turn.next_pagination}: {len(came)} records came ({_few(came)}), "
            f"{len(wanted)} remain ({_few(wanted)})",
        )
        trial.judged(checkpoints=1)


@clause(
    MUST,
    API,
    REPLAY,
    LIVE,
    over=several.among(24),
    cost="Which page comes depends on what was asked before: retries and parallel streams skip or repeat pages.",
    fix="Keep no position on self; read it from the pagination that is passed in, and build a new dict to return.",
)
def stateless(trial: Trial) -> None:
    """The same pagination asked twice, or out of order, or between two other streams' calls, gives the same page; the dict passed in is not changed."""
    whole = trial.sync()
    trial.need(whole.error is None and whole.ended, "the undisturbed sync does not end: see pagination.complete")
    trial.need(len(whole.turns) > 1, "the stream has one page only")
    source = trial.source()
    others = iter(trial.other_sources() * 2)
    paginations = [{}, *(turn.next_pagination for turn in whole.turns[:-1])]
    for number in [*range(len(paginations)), *reversed(range(len(paginations)))]:
        other = next(others, None)
        given = copy.deepcopy(paginations[number])
        kept = copy.deepcopy(given)
        turn = trial.turn(source, given)
        trial.expect(given == kept, f"get({kept}) changed the dict that it was given to {given}")
        trial.expect(turn.error is None, f"get({kept}) asked again raised {shown(turn.error)}")
        came, wanted = (trial.in_order(trial.keys(each.records)) for each in (turn, whole.turns[number]))
        trial.expect(came == wanted, f"get({kept}) asked again returned {_few(came)}, before it was {_few(wanted)}")
        if other is not None:
            trial.turn(other, {})
        trial.judged(pages=1)


@clause(
    MUST,
    API,
    REPLAY,
    LIVE,
    over=several.among(MANY),
    needs_sync=False,
    cost="bizon cannot store the checkpoint: the sync fails, or resumes from something else than was meant.",
    fix="Put text and numbers into next_pagination; write a datetime with isoformat().",
)
def json_safe(trial: Trial) -> None:
    """Every next_pagination is a dict of JSON values that equals itself after a round trip, under 64 KiB."""
    sync = trial.sync(limit=FEW if trial.case.manners.bystanders == MANY else None)
    for number, pagination in enumerate(sync.raw_paginations, start=1):
        trial.need(hasattr(sync.turns[number - 1].iteration, "next_pagination"), "see pagination.terminates")
        trial.expect(isinstance(pagination, dict), f"get() number {number} returned {pagination!r}, not a dict")
        try:
            text = json.dumps(pagination, allow_nan=False)
        except (TypeError, ValueError) as error:
            trial.fail(f"next_pagination {pagination!r} of get() number {number} is not JSON: {error}")
        trial.expect(json.loads(text) == pagination, f"{pagination!r} comes back from JSON as {json.loads(text)!r}")
        trial.expect(len(text) < LARGEST_CHECKPOINT, f"next_pagination number {number} takes {len(text):,} bytes")
        trial.judged(paginations=bool(pagination))


@clause(
    MUST,
    API,
    DRAFT,
    over=several,
    cost="The user's setting has no effect, or only on the first page: more requests, or refused ones.",
    fix="Send the configured page size with every list request.",
)
def page_size(trial: Trial) -> None:
    """The configured page size is what is asked, on every page."""
    described = trial.stream.page_size
    trial.need(described and described.option, "the connector has no option for the page size (page_size.option)")
    assert described is not None
    trial.need(described.option in trial.options, f"the config class has no option {described.option!r}")
    trial.sync()
    for number, call in enumerate(trial.calls("sync", "list"), start=1):
        asked = described.send.sent_in(call.request)
        trial.expect(
            str(asked) == str(trial.case.page_size),
            f"list request {number} asks for {described.send}={asked}, the config says {trial.case.page_size}",
        )
        trial.judged(requests=1)


@clause(
    MUST,
    API,
    DRAFT,
    over=several.each(lambda case, limits: [case.under(decoration=NASTY)] if _carries_text(limits) else []),
    cost="A cursor with such a character is refused, or silently means another page.",
    fix="Pass parameters as `params=` (or JSON) and let the library encode them.",
)
def opaque_cursor(trial: Trial) -> None:
    """Cursors and ids with `+ / = & % #`, quotes, spaces and non-ASCII come back to the server unchanged."""
    sync = trial.sync()
    refused = [call for call in trial.calls("sync", "list") if call.refused]
    _need_undisturbed(trial, refused)
    trial.expect(not refused, "the API did not get back the cursor that it gave")
    trial.expect_delivered(sync)
    trial.judged(cursors=len(trial.calls("sync", "list")) - 1)


LINK_FORMS = {False: ("absolute", "host_relative", "path_relative"), True: ("base_relative", "absolute")}
"""How links are written, by whether they stand below the base URL: then `/orders` of a host would mean another path."""


def _link_manners(case: Case, limits: Limits) -> Iterable[Case]:
    if limits.links:
        for extra in ("", "tag=a&tag=b%20c&sig=x%2By"):
            for form in LINK_FORMS[limits.below_base]:
                yield case.under(link_form=form, link_extra=extra)
    if limits.style == "link_header":
        for written in ("behind", "among", "unquoted", "typed"):
            yield case.under(link_header=written)


@clause(
    MUST,
    API,
    DRAFT,
    over=once.each(_link_manners),
    cost="The second page is asked wrongly: refused, or the first page again, or a URL that grows until it is refused.",
    fix="Follow the link as it is, joined to the URL just asked (urljoin), without `params=`.",
)
def next_link(trial: Trial) -> None:
    """Next links, absolute, host-relative or path-relative, are followed as they are: no parameter doubled or dropped."""
    trial.need(trial.limits.links, "the stream is not paged by links")
    drops = getattr(trial.stream.paging, "drops", ())
    sync = trial.sync()
    calls = trial.calls("sync", "list")
    for before, after in pairwise(calls):
        page = before.response.page if before.response else None
        if page is not None and page.link:
            meant = _leads_to(trial, before.request.url, page.link)
            again = [part for part in _parts(calls[0].request.url) if part.partition("=")[0] in drops]
            trial.expect(
                after.request.url == meant if not again else _parts(after.request.url) == sorted(_parts(meant) + again),
                f"the next link is {page.link}, what is asked is {after.request.url}",
            )
            trial.judged(links=1)
    trial.expect_delivered(sync)


def _leads_to(trial: Trial, asked: str, link: str) -> str:
    """Where a link in the answer to ``asked`` leads, as it is described: also without the base URL, or by a name of the server's own."""
    host = getattr(trial.stream.paging, "host", None)
    if host is not None and link.startswith(f"{host}/"):
        return urljoin(asked, link.removeprefix(host))
    if trial.limits.below_base and link.startswith("/"):
        return trial.world.api.described.root + link
    return urljoin(asked, link)


@clause(
    MUST,
    API,
    over=once,
    cost="The user asked for a part and gets everything, or gets everything from the second page on.",
    fix="Send the filter with every list request, or with the first one where the API's links keep it.",
)
def filters(trial: Trial) -> None:
    """Options that filter (declared in the description) are sent on every page, and the records obey them."""
    trial.need(trial.stream.filters, "no filters are described")
    for option, described in trial.stream.filters.items():
        trial.expect(
            trial.subject.has_option(option), f"the description names the filter {option!r}, the config class does not"
        )
        for value, texts in trial.filter_values(option):
            seen = len(trial.calls("sync", "list"))
            sync = trial.sync(**{option: value})
            for call in trial.calls("sync", "list")[seen:]:
                sent = described.send.sent_in(call.request)
                trial.expect(
                    sent is not MISSING and _texts(sent, described.separator) == texts,
                    f"with {option}={value!r} a page is asked with {described.send}={sent!r}",
                )
            trial.expect_delivered(sync, trial.selected(option, texts))
            trial.judged(pages=len(sync.turns))


@clause(
    MUST,
    API,
    REPLAY,
    over=several,
    cost="The progress that bizon shows is wrong, or the sync fails before its first page.",
    fix="Ask for the total under the same filters; return None where there is none or it cannot be had.",
)
def total(trial: Trial) -> None:
    """`get_total_records_count()` is None or the number of records the sync delivers, under the same filters; what it asks for and is told, it returns; a failing count endpoint does not raise."""
    answer = trial.count()
    asked = trial.calls("count")
    trial.expect(answer.error is None, f"get_total_records_count() raised {shown(answer.error)}")
    if answer.value is not None:
        trial.expect(
            answer.value == len(trial.held) or not trial.holds_all,
            f"it says {answer.value!r}, the API holds {len(trial.held)} records",
        )
    elif trial.held and (told := [said for call in asked if (said := _total_told(trial, call)) is not None]):
        trial.fail(f"it asks for the total, is told {told[0]}, and returns None")
    for option in trial.stream.filters if answer.value is not None else ():
        for value, texts in trial.filter_values(option):
            counted, selected = trial.count(**{option: value}), len(trial.selected(option, texts))
            trial.expect(
                counted.value in (None, selected),
                f"with {option}={value!r} it says {counted.value!r}, {selected} records are delivered",
            )
    if asked:
        for fault in (Status(500), html()):
            with trial.disturbed(fault, phase="count", times=None):
                failing, situation = trial.count(), f"while the endpoint answers {fault.name}"
            trial.expect(failing.error is None, f"{situation} it raised {shown(failing.error)}")
            trial.expect(failing.value is None, f"{situation} it says {failing.value!r}, not None")
    trial.judged(counts=1)


def _total_told(trial: Trial, call: Call) -> Any:
    """The total in the answer to ``call``, from an endpoint of its own or with a page of the stream; None where there is none."""
    stream, endpoint = trial.stream, trial.world.api.endpoint(call.request)
    own = stream.count.total if stream.count and endpoint.kind == "count" else None
    place = own or (stream.total if endpoint.kind == "list" and "total" not in stream.optional else None)
    if place is None or endpoint.stream != trial.stream_name or call.response is None or call.response.status != 200:
        return None
    found = place.found_in(call.response)
    return None if found is MISSING else found


@clause(
    MUST,
    API,
    DRAFT,
    over=once.each(lambda case, limits: [case.under(stuck_from=at) for at in (0, 1)] if limits.by_token else []),
    cost="The sync asks for the same page until somebody kills it, or ends early and looks complete.",
    fix="Raise when the next cursor or link is the one just asked.",
)
def stuck_cursor(trial: Trial) -> None:
    """A server that repeats a cursor or link forever ends in an error: not in an endless loop, and not in a warning with a clean end."""
    sync = trial.sync()
    repeated = (
        len(trial.calls("sync", "list")) > trial.case.manners.stuck_from
        if trial.case.manners.stuck_from is not None
        else False
    )
    trial.need(repeated, "the sync ended before a cursor was repeated")
    trial.expect(
        not sync.ended, f"the sync ended cleanly after {len(sync.turns)} pages, although the API said there is more"
    )
    trial.expect(
        sync.error is not None, f"after {len(sync.turns)} calls of get() the same page is still asked again and again"
    )
    trial.judged(repeated=1)


def _last_links(limits: Limits) -> Iterable[Case]:
    if limits.by_token:
        page_size = limits.small(2)
        for kind in ("itself", "empty") if limits.has_more else ("empty",):
            for size in (1, page_size, 2 * page_size):
                yield Case(size=size, page_size=page_size, seed=1).under(last_link=kind)


@clause(
    MUST,
    API,
    over=Domain(_last_links),
    cost="The last page is read for ever, or the sync fails at its very end.",
    fix="Look at the API's own signal (has_more) before the link; end on a page without a next link.",
)
def next_on_last_page(trial: Trial) -> None:
    """A next link or token on the last page (to itself, or to an empty page) ends the stream where the API's own signal says so."""
    sync = trial.sync()
    trial.expect_delivered(sync)
    trial.judged(last_pages=1)


def _unsaid(case: Case, limits: Limits) -> Iterable[Case]:
    for signal in limits.optional:
        for manner in ("absent", "null", "zero", "wrong"):
            if signal != "more" or manner != "zero":
                yield case.under(**{signal: manner})
    if limits.total_capped:
        yield case.under(total="capped")


@clause(
    MUST,
    API,
    over=several.each(_unsaid),
    cost="Where the API leaves the signal out, the stream ends after the first page and the sync reports success.",
    fix="Use what is optional for nothing that must be right: end on an empty page, or on the signal that is always there.",
)
def optional_signals(trial: Trial) -> None:
    """A total, page count, length or has_more that the description calls optional may be absent, null, 0 or wrong, and a total that it calls capped too small: nothing ends early, nothing crashes."""
    trial.expect_delivered(trial.sync())
    answer = trial.count()
    trial.expect(answer.error is None, f"get_total_records_count() raised {shown(answer.error)}")
    trial.judged(signals=1)


@clause(
    MUST,
    API,
    DRAFT,
    REPLAY,
    over=Domain(lambda limits: [Case(size=6, page_size=limits.small(4), seed=1)]),
    cost="What belongs to a record is missing: the comments behind the first page, or all of them.",
    fix="Page through each list of children to its own end, also where its first page is embedded in the parent.",
)
def nested(trial: Trial) -> None:
    """Child lists and embedded first pages are paged to their end; parents without children and with one page of them are not forgotten."""
    if trial.evidence is REPLAY:
        _recorded_children(trial)
    else:
        _described_children(trial)


def _described_children(trial: Trial) -> None:
    trial.need(trial.stream.children, "the description has no `children`")
    sync = trial.sync()
    trial.expect_delivered(sync)
    for name, described in trial.stream.children.items():
        for parent, record in zip(trial.keys(sync.records), sync.records, strict=True):
            found, wanted = look_up(record.data, described.into), trial.children(name, parent)
            came = [_child_id(each, described.id) for each in found] if isinstance(found, list) else None
            trial.expect(
                came == wanted,
                f"record {parent} has {'no list' if came is None else len(came)} at {'.'.join(described.into)}, "
                f"the API holds {len(wanted)} {name} of it: {_few(wanted)}",
            )
            trial.judged(parents=1, children=len(wanted))


def _recorded_children(trial: Trial) -> None:
    sync = trial.sync()
    trial.need(
        trial.world.kin, "the recording shows no lists that records have of their own, or not how they are delivered"
    )
    for kin in trial.world.kin:
        lost = {record.id: gone for record in sync.records if (gone := kin.lost(record.id, record.data))}
        missing = [row for rows in lost.values() for row in rows]
        kept = [row for record in sync.records for row in kin.of.get(record.id, ()) if row not in missing]
        if all(isinstance(row, dict) for row in (*missing, *kept)):
            _need_unmarked(trial, missing, kept, "children")
        for parent, rows in lost.items():
            trial.fail(
                f"of record {parent} {len(kin.of[parent])} children were recorded, and {len(rows)} of them are not delivered "
                f"at {'.'.join(kin.into)}; so it is with {len(lost)} records"
            )
        trial.judged(parents=len(sync.records), children=len(kept))


def _child_id(child: object, keys: Sequence[str]) -> str:
    return str(look_up(child, keys) if isinstance(child, dict) else child)


@clause(
    SHOULD,
    API,
    REPLAY,
    over=several,
    cost="A crash costs more than a page: what was read since the last checkpoint is read again.",
    fix="One list request in get(); let bizon call it again for the next page.",
)
def one_page_per_get(trial: Trial) -> None:
    """One `get()` asks for one list page, so that a checkpoint costs at most a page."""
    source = trial.source()
    pagination: dict[str, object] = {}
    for _ in range(page_count(trial.case, trial.limits)):
        before = len(trial.calls("sync", "list"))
        turn = trial.turn(source, pagination)
        calls = trial.calls("sync", "list")[before:]
        asked = sum(1 for call in calls if call.response and call.response.status < 300)
        trial.expect(asked <= 1, f"one get() asked for {asked} list pages")
        trial.judged(calls=1)
        if not turn.next_pagination or turn.error:
            break
        pagination = turn.next_pagination


def _expiries(case: Case, limits: Limits) -> Iterable[Case]:
    if limits.by_token:
        for status in (400, 404, 410):
            for at in (1, 2):
                yield case.under(expires_at=at, expired_status=status)
            yield case.under(cursor_life=3600.0, expired_status=status)


@clause(
    MUST,
    API,
    DRAFT,
    over=once.each(_expiries),
    cost="The rest of the stream is missing and the sync reports success.",
    fix="Let the error of an expired cursor through, or start the stream again.",
)
def expired_cursor(trial: Trial) -> None:
    """A cursor that has expired (400, 404 or 410 in mid-sync or at resume) ends in an error or a restart, never in a clean end."""
    life, status = trial.case.manners.cursor_life, trial.case.manners.expired_status
    trial.need(status != 404 or "not_found" not in trial.stream.empty, "404 is documented as a page without records")
    before = trial.sync(limit=1) if life else None
    if before is not None and life is not None:  # killed behind its first page, and started again too late
        trial.need(before.paginations, "the first page left no checkpoint")
        trial.world.clock.advance(life + 1)
    sync = trial.sync(first=before.paginations[0] if before else None)
    trial.need(trial.world.api.lapsed, "no cursor was asked after it had expired")
    stale = getattr(trial.stream.paging, "stale", "refuse")
    trial.need(stale != "nothing", "the API answers an expired cursor with a page that looks like the last")
    came = [*(before.records if before else ()), *sync.records]
    delivered = set(trial.keys(came)) >= set(trial.held)
    refused = next((call.response.status for call in reversed(trial.calls()) if call.refused and call.response), status)
    answered = f"answered {refused} to an expired cursor" if stale == "refuse" else "began anew at an expired cursor"
    trial.expect(
        sync.error is not None or not sync.ended or delivered,
        f"the API {answered} and the sync ended cleanly with {len(came)} of {len(trial.held)} records",
    )
    trial.expect(
        sync.error is not None or sync.ended or stale == "refuse", f"the API {answered} and the sync goes on for ever"
    )
    trial.judged(expired=1)


@clause(
    MUST,
    API,
    over=Domain(
        lambda limits: (
            [Case(size=limits.depth_cap + limits.largest, page_size=limits.largest)] if limits.depth_cap else []
        ),
        beyond_cap=True,
    ),
    cost="Everything behind the cap is missing and the sync reports success.",
    fix="Split the stream into windows or filters that stay below the cap, or raise when it is reached.",
)
def depth_cap(trial: Trial) -> None:
    """An API that refuses to page deeper than N ends in an error or is worked around; records beyond the cap are not lost silently."""
    sync = trial.sync()
    came = set(trial.keys(sync.records))
    lost = [key for key in trial.held if key not in came]
    if trial.stream.cap_is_end:
        _expect_end_at_the_cap(trial, sync)
        return
    trial.expect(
        sync.error is not None or not lost,
        f"the sync ended cleanly, and {len(lost)} of {len(trial.held)} records are missing: the API does not page "
        f"beyond {trial.stream.depth_cap}",
    )
    trial.judged(capped=1)


def _expect_end_at_the_cap(trial: Trial, sync: Sync) -> None:
    """All that can be had has come, and somebody reads that it is not all there is."""
    cap = trial.stream.depth_cap or 0
    trial.need(len(trial.held) > cap, "the API holds no more than can be had")
    trial.expect_delivered(sync, [key for page in _pages(trial) for key in page.ids])
    trial.expect(len(sync.records) >= cap, f"{len(sync.records)} records came; {cap} can be had (`depth_cap`)")
    trial.expect(trial.seen.warned(), "the sync ended where the API pages no deeper, and no warning says so")
    trial.judged(capped=1)


@clause(
    MUST,
    API,
    DRAFT,
    over=once.each(
        lambda case, limits: (
            [replace(case, size=3 * case.page_size + 1, churn=seed) for seed in range(1, 7)] if limits.pages else []
        )
    ),
    cost="Records that were there all the time are lost because others came or went.",
    fix="Go on from the API's own position, not from a number of records; end on what the last page says, not the first.",
)
def live_changes(trial: Trial) -> None:
    """Records that exist during the whole sync are delivered while records are inserted, updated and deleted under way, as far as the API's order lets them."""
    constant = trial.world.constant
    sync = trial.sync()
    ever = len(list(trial.world.collection.known))
    trial.need(trial.limits.reaches(ever), "the API does not page to the end of all that came")
    trial.expect_finished(sync)
    came = set(trial.keys(sync.records))
    lost = [key for key in trial.held if key in constant and key not in came]
    _need_undisturbed(trial, lost)
    trial.expect(not lost, f"{len(lost)} records that existed during the whole sync were not delivered: {_few(lost)}")
    trial.judged(pages=len(sync.turns))


def _need_undisturbed(trial: Trial, wrong: object) -> None:
    """Where something is ``wrong``: it is no finding of this clause if an undisturbed sync goes wrong as well."""
    why = trial.baseline() if wrong else None
    trial.need(why is None, f"an undisturbed sync goes wrong as well ({why}): see pagination.complete")


class _Served:
    """One page that the API served."""

    def __init__(self, ids: tuple[str, ...], last: bool) -> None:
        self.ids = ids
        self.last = last


def _pages(trial: Trial) -> list[_Served]:
    pages = [call.response.page for call in trial.calls("sync", "list") if call.response and call.response.page]
    return [_Served(page.ids, page.last) for page in pages if page.stream == trial.stream_name]


def _pages_served(trial: Trial) -> int:
    """Pages that hold something, or one."""
    return max(1, sum(1 for page in _pages(trial) if page.ids))


def _asked_for(request: Request) -> str:
    return f"{request.method} {request.url} {request.body.decode('utf-8', 'replace')}".strip()


def _parts(url: str) -> list[str]:
    """The parameters of a URL, encoded, in alphabetical order."""
    return sorted(urlsplit(url).query.split("&"))


def _few(keys: list[str]) -> str:
    return (", ".join(keys[:4]) or "none") + (", …" if len(keys) > 4 else "")


def _texts(sent: object, separator: str | None) -> list[str]:
    if isinstance(sent, list):
        return [wire_text(value) for value in sent]
    return wire_text(sent).split(separator) if separator else [wire_text(sent)]


def _carries_text(limits: Limits) -> bool:
    return limits.by_token or (limits.style == "keyset" and limits.strings)


CHAPTER = chapter(
    __doc__,
    complete,
    terminates,
    empty_collection,
    first_page,
    short_pages,
    empty_page_midway,
    resume,
    stateless,
    json_safe,
    page_size,
    opaque_cursor,
    next_link,
    filters,
    total,
    stuck_cursor,
    next_on_last_page,
    optional_signals,
    nested,
    one_page_per_get,
    expired_cursor,
    depth_cap,
    live_changes,
)
