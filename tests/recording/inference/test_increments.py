"""How an API is asked for what has changed: read from the recording of an incremental run, or asked about."""

from __future__ import annotations

import datetime as dt
import json
from typing import Any

import pytest

from contract.description.api import Api
from contract.messages import Request, json_response
from contract.recording.cassette import Interaction, Recording
from contract.recording.inference.draft import draft
from contract.recording.inference.increments import increments_of
from contract.recording.inference.listing import Listing
from contract.recording.inference.pages import Page, Pages, Spot
from contract.recording.inference.signals import Signals
from contract.recording.inference.styles import Paging
from contract.recording.inference.writing import text_of
from contract.recording.instants import Moments, instant_of
from contract.recording.layout import Since
from contract.recording.played import play
from contract.recording.rerun import differs
from tests.support.recorded import FILES, docket_of, record

URL = "https://api.test/v1/notes"
LAST_RUN = dt.datetime(2024, 5, 4, 12, tzinfo=dt.UTC)
STARTED = dt.datetime(2024, 6, 1, 8, 30, 15, 123456, tzinfo=dt.UTC)
HERE = Spot(("notes",))

# -- of the good connectors, each recorded as `bizon-contract record` does

READ = {
    "cursor_incremental": {"send": "changed_since", "field": "changed_at", "order": "ascending"},
    "cursor_newest_first": {
        "sort": "sort", "field": "changed_at", "resolution": "minute", "order": "descending",
    },
    "next_url_own_state": {
        "send": "updated_after", "field": "updated", "format": "epoch", "bound": "exclusive", "order": "descending",
        "complete_until": "complete_until",
    },
    "offset_windows": {"send": "since", "field": "meta.at", "order": "none", "until": "until"},
}  # fmt: skip


def proven(stem, folder):
    docket = docket_of(next(file for file in FILES if file.stem == stem))
    record(docket, folder)
    played = [play(docket.subject, name, folder / f"{name}.yaml") for name in docket.contract.streams]
    return docket, played, draft(docket.subject, played)


@pytest.mark.parametrize("stem", READ)
def test_what_a_good_connector_recorded_is_read_back(stem, tmp_path):
    """The parameter, its form, the key of the time of change, the order; and the connector runs alike in the draft."""
    docket, [played], made = proven(stem, tmp_path)
    described, read = docket.contract.api.streams[played.stream].incremental, made.values["streams"][played.stream]
    assert read["incremental"] == READ[stem]
    api = Api.model_validate(made.values)
    found = api.streams[played.stream].incremental
    for name in READ[stem].keys() - {"order"}:
        assert getattr(found, name) == getattr(described, name)
    assert made.doubts_of_runs == {}
    assert differs(docket.subject, api, played) is None
    assert "      incremental:\n        " in text_of(made)


def test_a_draft_in_which_the_run_comes_to_something_else_is_told(tmp_path):
    """Here the bound has no effect; a connector that runs otherwise today is compared with nothing."""
    docket, [played], made = proven("cursor_incremental", tmp_path)
    made.values["streams"]["tickets"]["incremental"]["ignored"] = True
    wrong = Api.model_validate(made.values)
    assert differs(docket.subject, wrong, played) == "there it brings 299 records, recorded were 150"
    path = tmp_path / "tickets.incremental.yaml"
    path.write_text(path.read_text("utf-8").replace("changed_since", "since"), "utf-8")
    assert differs(docket.subject, wrong, played) is None


def test_without_a_run_nothing_is_drafted_of_it(tmp_path):
    """And what to record is said where it would be judged."""
    docket = docket_of(next(file for file in FILES if file.stem == "cursor_incremental"))
    record(docket, tmp_path, runs=False)
    made = draft(docket.subject, [play(docket.subject, "tickets", tmp_path / "tickets.yaml")])
    assert "incremental" not in made.values["streams"]["tickets"]
    assert made.doubts_of_runs == {
        "tickets": "no incremental run of it is recorded: `bizon-contract record` records one beside the sync"
    }


# -- of single facts


def note(number: int, at: Any, **more: Any) -> dict[str, Any]:
    return {"id": number, "updated_at": at} | more


def day(number: int, **more: Any) -> dict[str, Any]:
    """A note that changed at noon of that day of May."""
    return note(number, f"2024-05-{number:02}T12:00:00Z", **more)


DAYS = [day(number) for number in range(1, 9)]


def page(rows: list[Any], url: str = URL, body: Any = None, headers: tuple = (), **said: Any) -> Page:
    """A page that was asked by ``url``, with what else the answer says."""
    asked = Request("POST" if body else "GET", url, headers, json.dumps(body).encode() if body else b"")
    return Page(asked, json_response(200, {"notes": rows} | said), tuple(rows))


def read(*run: Page, rows: list[Any] = DAYS, style: str = "cursor", full: Page | None = None):
    """What is read of a ``run`` beside a sync that brought ``rows``."""
    sync = full or page(rows)
    listing = Listing(
        Pages(HERE, (sync,), len(rows)), Paging({"style": style}, ""), Signals(*[None] * 5), None, whole=True
    )
    exchanges = tuple(Interaction(each.request, each.response) for each in run)
    since = Since(LAST_RUN, STARTED)
    return increments_of(Recording(exchanges, since=since), [Interaction(sync.request, sync.response)], listing)


def newer(rows: list[Any], first: int = 4) -> list[Any]:
    return [row for row in rows if row["id"] >= first]


@pytest.mark.parametrize(
    ("value", "at", "more"),
    [
        ("2024-05-04T12:00:00%2B00:00", lambda n: f"2024-05-{n:02}T12:00:00Z", {}),
        ("2024-05-04T11:58:30Z", lambda n: f"2024-05-{n:02}T12:00:00Z", {}),
        ("2024-05-04", lambda n: f"2024-05-{n:02}T12:00:00Z", {"format": "date"}),
        ("2024-05-04", lambda n: f"2024-05-{n:02}", {"format": "date"}),
        ("1714824000", lambda n: 1714824000 + (n - 4) * 86400, {"format": "epoch"}),
        ("1714824000000", lambda n: 1000 * (1714824000 + (n - 4) * 86400), {"format": "epoch_ms"}),
        ("2024-05-04T14:00:00", lambda n: f"2024-05-{n:02}T12:00:00Z", {"zone": "+02:00"}),
        ("2024-05-04T12:00:00Z", lambda n: f"2024-05-{n:02}T14:00:00+0200", {"zone": "+02:00"}),
        ("2024-05-04T11:59:59.999999Z", lambda n: f"2024-05-{n:02}T12:00:01Z", {"resolution": "microsecond"}),
    ],
)
def test_how_instants_are_written(value, at, more):
    """Texts and numbers, days, zones of the server's, and what is asked finer than it is shown."""
    rows = [note(number, at(number)) for number in range(1, 9)]
    found = read(page(newer(rows), f"{URL}?since={value}"), rows=rows)
    assert found.doubt is None
    said = {key: value for key, value in found.made.values.items() if key != "bound"}
    assert said == {"send": "since", "field": "updated_at", "order": "ascending"} | more


@pytest.mark.parametrize(
    ("asked", "send"),
    [
        ({"url": f"{URL}?a=1&since=2024-05-04T12:00:00Z"}, "since"),
        ({"headers": (("X-Since", "2024-05-04T12:00:00Z"),)}, "header:X-Since"),
        ({"body": {"filter": {"updated": {"gte": "2024-05-04T12:00:00Z"}}}}, "body.filter.updated.gte"),
    ],
)
def test_where_the_bound_is_sent(asked, send):
    """In the query, a header or a body."""
    full = page(DAYS, body={"filter": {}}) if "body" in asked else None
    assert read(page(newer(DAYS), **asked), full=full).made.values["send"] == send


@pytest.mark.parametrize(("first", "bound"), [(4, "inclusive"), (5, "exclusive")])
def test_the_record_of_that_very_instant_tells_the_bound(first, bound):
    """It came, or it did not."""
    found = read(page(newer(DAYS, first), f"{URL}?since=2024-05-04T12:00:00Z"))
    assert found.made.values["bound"] == bound


def test_without_such_a_record_the_bound_is_asked():
    """And nothing is said of it."""
    found = read(page(newer(DAYS), f"{URL}?since=2024-05-04T11:00:00Z"))
    assert "bound" not in found.made.values
    assert "does a record of exactly that instant come?" in " ".join(found.made.questions)


@pytest.mark.parametrize(
    ("numbers", "order"), [((4, 5, 6, 7, 8), "ascending"), ((8, 7, 6, 5, 4), "descending"), ((5, 4, 8, 7, 6), "none")]
)
def test_the_order_is_that_in_which_they_came(numbers, order):
    """By the time of change, the oldest or the newest first, or neither."""
    found = read(page([day(number) for number in numbers], f"{URL}?since=2024-05-04T12:00:00Z"))
    assert found.made.values["order"] == order


def test_of_two_keys_that_divide_the_name_tells():
    """A time of change rather than of creation; of two times of change it is asked."""
    rows = [day(number, created_at=f"2024-04-{number:02}T12:00:00Z") for number in range(1, 9)]
    moved = [row | {"created_at": row["created_at"].replace("-04-", "-05-")} for row in rows]
    asked = page(newer(moved), f"{URL}?since=2024-05-04T12:00:00Z")
    found = read(asked, rows=moved)
    assert found.made.values["field"] == "updated_at"
    assert found.made.comments["field",].endswith("; so does created_at")
    twice = [row | {"modified": row["updated_at"]} for row in DAYS]
    found = read(page(newer(twice), asked.request.url), rows=twice)
    assert found.made.values == {}
    assert found.made.questions == [
        "which of modified, updated_at is the bound compared with? Each divides the records that came from the others"
    ]
    assert found.doubt.startswith("the recorded run does not show how to ask for what has changed: which of modified")


def test_a_bound_without_an_effect_is_seen():
    """Every record comes."""
    found = read(page(DAYS, f"{URL}?since=2024-05-04T12:00:00Z"))
    assert (found.made.values["field"], found.made.values["ignored"]) == ("updated_at", True)


BEHIND = "2024-05-04T12:00:00.000Z", "2024-05-06T12:00:00.000Z", "2024-05-08T12:00:00.000Z", "2024-05-10T12:00:00.000Z"
JUST_BEFORE = "2024-05-06T11:59:59.999Z", "2024-05-08T11:59:59.999Z", "2024-05-10T11:59:59.999Z"


@pytest.mark.parametrize(("ends", "more"), [(BEHIND[1:], {}), (JUST_BEFORE, {"until_bound": "inclusive"})])
def test_windows_tell_their_upper_bound(ends, more):
    """The next one begins there, or one unit behind it; how long they may be is asked."""
    run = [
        page(newer(DAYS, first)[:2], f"{URL}?since={since}&until={until}")
        for first, since, until in zip((4, 6, 8), BEHIND, ends, strict=False)
    ]
    found = read(*run, style="offset")
    assert {key: found.made.values[key] for key in ("until", *more)} == {"until": "until"} | more
    assert "`window_limit`" in " ".join(found.made.questions)


def test_one_window_up_to_the_start_of_the_run_is_one():
    """The next run's begins where its last_run was, which is that start."""
    url = f"{URL}?since=2024-05-04T12:00:00Z&until=2024-06-01T08:30:14Z"
    assert read(page(newer(DAYS), url)).made.values["until_bound"] == "inclusive"
    later = read(page(newer(DAYS), url.replace("08:30:14", "08:30:15"))).made.values
    assert (later["until"], "until_bound" in later) == ("until", False)


def test_up_to_when_an_answer_is_complete():
    """By its name, and an instant behind the last run."""
    url = f"{URL}?since=2024-05-04T12:00:00Z"
    told = {"complete_until": "2024-06-01T08:30:00Z", "server_time": "2024-06-01T08:30:00Z"}
    assert read(page(newer(DAYS), url, **told)).made.values["complete_until"] == "complete_until"
    told = {"valid_until": "2024-07-01T08:30:00Z", "server_time": "2024-06-01T08:30:00Z"}
    assert "complete_until" not in read(page(newer(DAYS), url, **told)).made.values


def test_an_order_that_is_asked_for_takes_the_place_of_a_bound():
    """The records of the run are sorted by a time, those of the sync are not."""
    rows = DAYS[4:] + DAYS[:4]
    found = read(page(DAYS[::-1][:6], f"{URL}?sort=-updated"), rows=rows)
    assert found.made.values == {"sort": "sort", "field": "updated_at", "order": "descending"}


SINCE = f"{URL}?since=2024-05-04T12:00:00Z"


@pytest.mark.parametrize(
    ("run", "question"),
    [
        ([page(DAYS)], "how is the API asked for what has changed? The run asks nothing but what the sync asks as well"),
        ([page(newer(DAYS), f"{URL}?mode=new")], "which parameter says since when?"),
        ([page(newer(DAYS), f"{SINCE}&from=2024-05-04T12:00:00Z")], "which of from, since is the bound?"),
        ([page(newer(DAYS)[:2], SINCE), page(newer(DAYS)[2:], f"{URL}?cursor=a")], "do the cursors of the API hold since?"),
        ([page([day(7), day(2)], SINCE)], "what is the bound compared with? Of the times in the records none divides"),
        ([page([], SINCE)], "what is the bound compared with?"),
        ([page(newer(DAYS), f"{URL}?since=1714824000")], "the bound is written as epoch, updated_at as iso"),
        ([page(newer(DAYS), f"{URL}?since=2024-05-04T14:10:00")], "which zone is the bound in?"),
    ],
)  # fmt: skip
def test_what_a_run_does_not_show_is_asked(run, question):
    """And not guessed: nothing is drafted, and nothing is judged by it."""
    found = read(*run)
    assert found.made.values == {}
    [asked] = found.made.questions
    assert asked.startswith(question)
    assert found.doubt.endswith(asked)


def test_too_few_records_show_no_order():
    """What is seen is drafted, and not judged by."""
    rows = DAYS[:5]
    found = read(page(rows[3:], SINCE), rows=rows)
    assert found.made.values["field"] == "updated_at"
    assert found.doubt == "the recorded run brings 2 records: record one that brings at least 3"


def test_a_cassette_that_does_not_say_since_when_is_asked_about():
    """It may be vcrpy's own."""
    listing = Listing(Pages(HERE, (page(DAYS),), 8), None, Signals(*[None] * 5), None, whole=True)
    found = increments_of(Recording(()), (), listing)
    assert found.made.questions == ["since when does the run read? The cassette does not say it; record it anew"]


# -- instants, and the one from which a run is recorded


@pytest.mark.parametrize(
    ("value", "told"),
    [
        ("2024-05-04T12:00:00.25+02:00", (1714816800_250_000_000, "iso", 2, "+02:00")),
        ("2024-05-04 12:00", (1714824000_000_000_000, "iso", 0, "")),
        ("2024-05-04", (1714780800_000_000_000, "date", 0, "")),
        ("1714824000", (1714824000_000_000_000, "epoch", 0, "Z")),
        (1714824000123, (1714824000_123_000_000, "epoch_ms", 3, "Z")),
        *[(value, None) for value in (True, None, "", "2024-13-01", "12", 12, "1714824000123456", 1.5, "none")],
    ],
)
def test_what_is_a_time(value, told):
    """As APIs write it; numbers of a few years only."""
    found = instant_of(value)
    assert (found and (found.ns, found.format, found.digits, found.zone)) == told


def dividing(*records: Any, now: dt.datetime = STARTED) -> dt.datetime | None:
    moments = Moments()
    moments.add(records)
    return moments.dividing(now)


def test_a_run_is_recorded_from_among_the_records():
    """Right behind one of them, in the middle; not behind what has not come yet; by a time of change rather than another."""
    odd = dt.timedelta(seconds=1.123456)
    assert dividing(*DAYS) == dt.datetime(2024, 5, 5, 12, tzinfo=dt.UTC) + odd
    assert (
        dividing(*DAYS, now=dt.datetime(2024, 5, 4, tzinfo=dt.UTC)) == dt.datetime(2024, 5, 2, 12, tzinfo=dt.UTC) + odd
    )
    created = [row | {"created": f"2020-01-{row['id']:02}"} for row in DAYS]
    assert dividing(*created) == dt.datetime(2024, 5, 5, 12, tzinfo=dt.UTC) + odd
    seconds = [{"id": n, "meta": {"modified": 1714824000 + n}} for n in range(3)]
    assert dividing(*seconds).timestamp() == 1714824002.123456


@pytest.mark.parametrize(
    "records",
    [[], [{"id": 1714824000}, {"id": 1714824001}], [DAYS[0], DAYS[0]], [DAYS[0], {"id": 2}, {"id": 3}], ["text", 7]],
)
def test_where_no_time_divides_the_records_none_is_told(records):
    """No records, no times, all of one time, or in few of them."""
    assert dividing(*records) is None


def test_most_records_may_be_of_one_instant():
    """The next one is taken then."""
    rows = [day(1)] * 5 + [day(2)]
    assert dividing(*rows).date() == dt.date(2024, 5, 2)
